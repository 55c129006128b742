namespace Engine.Training;

/// <summary>Tokens per second over the last seconds of training.</summary>
internal sealed class SpeedMeter
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private readonly Queue<(TimeSpan End, int Tokens)> recent = [];
    private TimeSpan since = TimeSpan.Zero;
    private long tokens;

    /// <summary>Tokens per second.</summary>
    public double PerSecond { get; private set; }

    /// <summary>Takes note of an update: how many tokens it had, and when it ended.</summary>
    public void Add(int updateTokens, TimeSpan end)
    {
        recent.Enqueue((end, updateTokens));
        tokens += updateTokens;
        while (recent.Count > 1 && end - recent.Peek().End > Window)
        {
            var (oldestEnd, oldestTokens) = recent.Dequeue();
            (since, tokens) = (oldestEnd, tokens - oldestTokens);
        }
        PerSecond = tokens / Math.Max((end - since).TotalSeconds, 1e-9);
    }
}
