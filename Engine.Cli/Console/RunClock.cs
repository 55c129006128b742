using Engine.Training;

namespace Engine.Cli;

/// <summary>
/// Estimates the time that a run still takes by the speed of the later half of its updates. The first updates compile
/// code and fill caches, so that their speed says little, and at the very beginning there is no estimate.
/// </summary>
internal sealed class RunClock
{
    private const int FirstUpdates = 10;
    private static readonly TimeSpan FirstSeconds = TimeSpan.FromSeconds(3);

    private readonly LinkedList<UpdateReport> kept = [];
    private UpdateReport? first;

    /// <summary>The time that the run still takes; null until the speed means something.</summary>
    /// <param name="report">The last update.</param>
    public TimeSpan? TimeLeft(UpdateReport report)
    {
        first ??= report;
        var since = report.Elapsed - first.Elapsed;
        // A hundred reports tell where the later half begins.
        if (kept.Last is null || report.Elapsed - kept.Last.Value.Elapsed > since / 100) kept.AddLast(report);
        while (kept.First!.Next is { } next && next.Value.Elapsed - first.Elapsed <= since / 2) kept.RemoveFirst();
        if (report.Update - first.Update < FirstUpdates || since < FirstSeconds) return null;
        var (elapsed, progress) = (
            report.Elapsed - kept.First.Value.Elapsed, report.Progress - kept.First.Value.Progress);
        return progress > 0 ? elapsed * ((1 - report.Progress) / progress) : null;
    }
}
