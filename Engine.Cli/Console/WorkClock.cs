using Engine.Text;

namespace Engine.Cli;

/// <summary>Estimates the time that a piece of work still takes, and decides when to show it.</summary>
/// <param name="time">Tells the time.</param>
/// <param name="isTerminal">Whether a person watches; a log gets fewer lines.</param>
internal sealed class WorkClock(TimeProvider time, bool isTerminal)
{
    // Work that is over in a moment is not worth a line.
    private readonly TimeSpan patience = TimeSpan.FromSeconds(isTerminal ? 1 : 5);
    private readonly TimeSpan every = TimeSpan.FromSeconds(isTerminal ? 0.25 : 5);

    private WorkProgress last;
    private long begun;
    private TimeSpan next;

    /// <summary>The time that the work still takes at its present speed; null if nothing is to be shown now.</summary>
    public TimeSpan? TimeLeft(WorkProgress progress)
    {
        // Progress that goes back belongs to new work: the next file, the next validation.
        if (progress.Work != last.Work || progress.Done < last.Done) (begun, next) = (time.GetTimestamp(), patience);
        last = progress;
        var elapsed = time.GetElapsedTime(begun);
        if (elapsed < next || progress.Done is <= 0 or >= 1) return null;
        next = elapsed + every;
        return elapsed * ((1 - progress.Done) / progress.Done);
    }
}
