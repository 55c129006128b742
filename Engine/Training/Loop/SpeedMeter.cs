namespace Engine.Training;

/// <summary>Tokens per second over the last seconds of training.</summary>
internal sealed class SpeedMeter
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private readonly Queue<(TimeSpan At, int Tokens)> recent = [];
    private TimeSpan since = TimeSpan.Zero;
    private long tokens;

    public double PerSecond { get; private set; }

    /// <summary>Notes that an update over so many tokens ended at a time.</summary>
    public void Add(int count, TimeSpan at)
    {
        recent.Enqueue((at, count));
        tokens += count;
        while (recent.Count > 1 && at - recent.Peek().At > Window)
        {
            var (oldest, old) = recent.Dequeue();
            (since, tokens) = (oldest, tokens - old);
        }
        PerSecond = tokens / Math.Max((at - since).TotalSeconds, 1e-9);
    }
}
