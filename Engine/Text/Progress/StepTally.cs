namespace Engine.Text;

/// <summary>Adds up what is done of a step, by one thread or by several; over when it is disposed of.</summary>
internal sealed class StepTally : IDisposable
{
    private const int MostReports = 1000; // so that counting costs next to nothing

    private readonly IProgress<StepProgress>? progress;
    private readonly string step;
    private readonly long whole;
    private readonly Lock gate = new(); // reports come one at a time, and never go back
    private long done;

    /// <summary>Begins a step.</summary>
    /// <param name="progress">Who is told; null for nobody.</param>
    /// <param name="step">What is done.</param>
    /// <param name="whole">How much there is to do, in any unit.</param>
    public StepTally(IProgress<StepProgress>? progress, string step, long whole)
    {
        (this.progress, this.step, this.whole) = (progress, step, Math.Max(whole, 1));
        progress?.Report(new StepProgress(step, 0));
    }

    /// <summary>So much more is done.</summary>
    public void Add(long part)
    {
        if (progress is null) return;
        lock (gate)
        {
            var before = done;
            done += part;
            if (done * MostReports / whole > before * MostReports / whole && done < whole)
                progress.Report(new StepProgress(step, (double)done / whole));
        }
    }

    /// <summary>So much is done by now.</summary>
    public void At(long now) => Add(now - done);

    /// <inheritdoc/>
    public void Dispose() => progress?.Report(new StepProgress(step, 1));
}
