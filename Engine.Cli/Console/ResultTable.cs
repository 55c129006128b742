using Spectre.Console;

namespace Engine.Cli;

/// <summary>
/// Prints a table of results: with a frame on a terminal, as plain aligned lines in a file or a pipe, fit for grep.
/// Cells are text, never markup, and a name from a file cannot send control characters to the terminal.
/// </summary>
internal sealed class ResultTable(TextWriter output, bool isTerminal)
{
    /// <summary>Receives the table.</summary>
    public TextWriter Output { get; } = output;

    /// <summary>Prints rows below headings; <c>&gt;</c> before a heading aligns its column to the right.</summary>
    public void Write(string[] heading, IEnumerable<string[]> rows)
    {
        var isRight = Array.ConvertAll(heading, text => text.StartsWith('>'));
        string[][] lines =
        [
            Array.ConvertAll(heading, text => text.TrimStart('>')),
            .. rows.Select(row => Array.ConvertAll(row, Printable.Of)),
        ];
        if (isTerminal) Draw(lines, isRight);
        else Align(lines, isRight);
    }

    /// <summary>Prints a line.</summary>
    public void WriteLine(string line) => Output.WriteLine(Printable.Of(line));

    /// <summary>A console that draws on a terminal, in colours unless NO_COLOR is set.</summary>
    public static IAnsiConsole ConsoleOn(TextWriter terminal) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(terminal),
        ColorSystem = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            ? ColorSystemSupport.Detect
            : ColorSystemSupport.NoColors,
    });

    private void Draw(string[][] lines, bool[] isRight)
    {
        var table = new Table().Border(TableBorder.Rounded);
        for (var i = 0; i < isRight.Length; i++)
        {
            var column = new TableColumn(new Spectre.Console.Text(lines[0][i]));
            table.AddColumn(isRight[i] ? column.RightAligned() : column);
        }
        foreach (var line in lines.Skip(1)) table.AddRow(line.Select(text => new Spectre.Console.Text(text)));
        ConsoleOn(Output).Write(table);
    }

    private void Align(string[][] lines, bool[] isRight)
    {
        var widths = isRight.Select((_, i) => lines.Max(line => TextColumns.Of(line[i]))).ToArray();
        foreach (var line in lines)
        {
            var cells = line.Select((text, i) =>
                isRight[i] ? TextColumns.PadLeft(text, widths[i]) : TextColumns.PadRight(text, widths[i]));
            Output.WriteLine(string.Join("  ", cells).TrimEnd());
        }
    }
}
