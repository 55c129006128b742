using Engine.Text;

namespace Engine.Cli;

/// <summary>Measures how long a step has yet to go, and says when it is time to show it.</summary>
/// <param name="time">Tells the time.</param>
/// <param name="isTerminal">Whether a person watches, who wants to see more than a log should hold.</param>
internal sealed class StepClock(TimeProvider time, bool isTerminal)
{
    // What is over within a moment is not worth a line.
    private readonly TimeSpan patience = TimeSpan.FromSeconds(isTerminal ? 1 : 5);
    private readonly TimeSpan every = TimeSpan.FromSeconds(isTerminal ? 0.25 : 5);

    private WorkProgress last;
    private long begun;
    private TimeSpan next;

    /// <summary>The time that a step will yet take if it goes on as so far; null if it need not be shown now.</summary>
    public TimeSpan? TimeLeft(WorkProgress progress)
    {
        // What goes back has begun anew: the next file, the next validation.
        if (progress.Work != last.Work || progress.Done < last.Done) (begun, next) = (time.GetTimestamp(), patience);
        last = progress;
        var elapsed = time.GetElapsedTime(begun);
        if (elapsed < next || progress.Done is <= 0 or >= 1) return null;
        next = elapsed + every;
        return elapsed * ((1 - progress.Done) / progress.Done);
    }
}
