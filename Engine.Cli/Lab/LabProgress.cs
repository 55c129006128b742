using Engine.Lab;
using Engine.Text;

namespace Engine.Cli;

/// <summary>
/// The progress of pages, weighted by the seconds that each takes; on a terminal alone. A page that does not tell how
/// far it is counts by the clock, at the speed of the pages before.
/// </summary>
internal sealed class LabProgress : IProgress<double>, IDisposable
{
    private const double MostByClock = 0.95;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(0.5);

    private readonly IReadOnlyList<LabEntry> entries;
    private readonly CommandStreams streams;
    private readonly ProgressLine line;
    private readonly ITimer? timer;
    private readonly Lock order = new();
    private readonly double whole;
    private double before, told, took;
    private long begun;
    private int number; // of the page under way, from 1
    private LabEntry? current;

    /// <summary>The progress of some pages.</summary>
    public LabProgress(IReadOnlyList<LabEntry> entries, CommandStreams streams)
    {
        (this.entries, this.streams) = (entries, streams);
        whole = Math.Max(entries.Sum(entry => entry.Seconds), 1e-9);
        line = new ProgressLine(streams);
        if (streams.ErrorIsTerminal) timer = streams.Time.CreateTimer(_ => Show(), null, Every, Every);
    }

    /// <summary>A page begins.</summary>
    public void Begin(LabEntry entry)
    {
        lock (order) (current, told, begun, number) = (entry, 0, streams.Time.GetTimestamp(), number + 1);
        Show();
    }

    /// <summary>The page under way says how far it is, 0 to 1; several threads may say so.</summary>
    public void Report(double value)
    {
        lock (order) told = Math.Max(told, value);
        Show();
    }

    /// <summary>The page under way is over; the line is empty for what is printed now.</summary>
    public void End()
    {
        lock (order)
        {
            before += current!.Seconds;
            took += streams.Time.GetElapsedTime(begun).TotalSeconds;
            current = null;
            line.Clear();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        timer?.Dispose();
        lock (order) line.Dispose();
    }

    private void Show()
    {
        lock (order)
        {
            if (current is null || !streams.ErrorIsTerminal) return;
            var pace = before > 0 ? took / before : 1;
            var expected = Math.Max(current.Seconds * pace, 1e-3);
            var byClock = Math.Min(streams.Time.GetElapsedTime(begun).TotalSeconds / expected, MostByClock);
            var share = told > 0 ? told : byClock;
            line.Report(new WorkProgress("pages", (before + (current.Seconds * share)) / whole)
            {
                Part = $"{number} of {entries.Count}, {current.Name}",
            });
        }
    }
}
