using Engine.Text;
using Spectre.Console;

namespace Engine.Cli;

/// <summary>
/// Shows the progress of long work and the time that it still takes, on standard error: a bar that is overwritten on a
/// terminal, and a line now and then in a file.
/// </summary>
/// <remarks>Work that is over in a moment is not shown.</remarks>
internal sealed class ProgressLine(CommandStreams streams) : IProgress<WorkProgress>, IDisposable
{
    private const int BarWidth = 24;

    private readonly WorkClock clock = new(streams.Time, streams.ErrorIsTerminal);
    private int width;

    /// <summary>The line for a piece of work.</summary>
    public static string Text(WorkProgress progress, TimeSpan left) =>
        $"{progress.Work}{(progress.Part is { } part ? $" {part}" : "")}  {Percent(progress)}  "
        + $"{Printable.Time(left)} left";

    /// <inheritdoc/>
    public void Report(WorkProgress value)
    {
        var left = clock.TimeLeft(value);
        if (value.Done >= 1) Clear();
        if (left is not { } time) return;
        if (streams.ErrorIsTerminal) Overwrite($"{Bar(value.Done)}  {Text(value, time)}");
        else streams.Error.WriteLine(Printable.Of(Text(value, time)));
    }

    /// <summary>Empties the line on a terminal, for the output that follows.</summary>
    public void Clear()
    {
        if (width > 0) Overwrite("");
    }

    /// <summary>Writes a line that stays.</summary>
    public void Say(string line)
    {
        Clear();
        streams.Error.WriteLine(Printable.Of(line));
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    private static string Percent(WorkProgress progress) => $"{Printable.Fixed(Math.Floor(100 * progress.Done), 0)}%";

    private static string Bar(double done)
    {
        var full = (int)(BarWidth * done);
        return new string('━', full) + new string('─', BarWidth - full);
    }

    private void Overwrite(string text)
    {
        // A line that wraps could not be overwritten.
        var room = new AnsiConsoleOutput(streams.Error).Width - 1;
        text = Printable.Of(text);
        if (text.Length > room) text = text[..room];
        streams.Error.Write($"\r{text.PadRight(width)}\r");
        width = text.Length;
    }
}
