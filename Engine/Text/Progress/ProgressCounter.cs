namespace Engine.Text;

/// <summary>
/// Counts how much of a piece of work is done, by one thread or by several, and reports it. The work is over when the
/// counter is disposed of.
/// </summary>
internal sealed class ProgressCounter : IDisposable
{
    private const int MostReports = 1000; // few enough for their cost not to matter

    private readonly IProgress<WorkProgress>? progress;
    private readonly string work;
    private readonly long whole;
    private readonly Lock gate = new(); // reports come one at a time, in ascending order
    private long done;

    /// <summary>Begins the work.</summary>
    /// <param name="progress">Gets the reports; null for no reports.</param>
    /// <param name="work">The work.</param>
    /// <param name="whole">How much there is to do, in any unit.</param>
    public ProgressCounter(IProgress<WorkProgress>? progress, string work, long whole)
    {
        (this.progress, this.work, this.whole) = (progress, work, Math.Max(whole, 1));
        progress?.Report(new WorkProgress(work, 0));
    }

    /// <summary>Counts a part of the work as done.</summary>
    public void Add(long part)
    {
        if (progress is null) return;
        lock (gate)
        {
            var before = done;
            done += part;
            if (done * MostReports / whole > before * MostReports / whole && done < whole)
                progress.Report(new WorkProgress(work, (double)done / whole));
        }
    }

    /// <summary>Sets how much of the work is done.</summary>
    public void At(long now) => Add(now - done);

    /// <inheritdoc/>
    public void Dispose() => progress?.Report(new WorkProgress(work, 1));
}
