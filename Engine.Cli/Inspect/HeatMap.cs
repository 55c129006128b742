using System.Globalization;
using Spectre.Console;

namespace Engine.Cli;

/// <summary>
/// Draws a matrix of numbers from 0 to 1 with labels: each cell has a shade and the number in percent. The columns of a
/// matrix that is wider than the terminal continue below.
/// </summary>
/// <remarks>The number and the density of a shade say the same as its colour.</remarks>
internal sealed class HeatMap
{
    private const string Shades = " ░▒▓█";
    private const int LongestRow = 24, LongestColumn = 8, Digits = 3;

    // Blue to orange, which colour-blind readers can tell apart on dark and on light ground.
    private static readonly Color[] Colours =
        [Color.Default, new(88, 130, 190), new(120, 150, 160), new(205, 150, 60), new(225, 110, 20)];

    private readonly string[] rows, columns;
    private readonly IReadOnlyList<IReadOnlyList<float>> values;
    private readonly int rowWidth, cellWidth;

    /// <summary>A drawing of a matrix.</summary>
    /// <param name="rows">The label of each row.</param>
    /// <param name="columns">The label of each column.</param>
    /// <param name="values">The numbers, row by row.</param>
    public HeatMap(
        IEnumerable<string> rows, IEnumerable<string> columns, IReadOnlyList<IReadOnlyList<float>> values)
    {
        this.rows = [.. rows.Select(text => TextColumns.Cut(Printable.Of(text), LongestRow))];
        this.columns = [.. columns.Select(text => TextColumns.Cut(Printable.Of(text), LongestColumn))];
        this.values = values;
        rowWidth = this.rows.Max(TextColumns.Of);
        cellWidth = Math.Max(Digits + 1, this.columns.Max(TextColumns.Of));
    }

    /// <summary>Writes the drawing.</summary>
    /// <param name="output">Receives it.</param>
    /// <param name="terminal">
    /// The same output where it is a terminal, which has a width and perhaps colours; null where it is not.
    /// </param>
    public void Write(TextWriter output, IAnsiConsole? terminal)
    {
        var room = terminal?.Profile.Width ?? int.MaxValue;
        var most = Math.Max(1, (room - rowWidth - 1) / (cellWidth + 1));
        for (var first = 0; first < columns.Length; first += most)
        {
            var count = Math.Min(most, columns.Length - first);
            if (columns.Length > most)
                output.WriteLine(count == 1
                    ? FormattableString.Invariant($"column {first + 1}")
                    : FormattableString.Invariant($"columns {first + 1} to {first + count}"));
            output.WriteLine((new string(' ', rowWidth) + string.Concat(
                columns.Skip(first).Take(count).Select(text => " " + TextColumns.PadLeft(text, cellWidth)))).TrimEnd());
            for (var row = 0; row < rows.Length; row++)
            {
                Write(TextColumns.PadRight(rows[row], rowWidth), Color.Default);
                for (var column = first; column < first + count; column++)
                {
                    var (shade, percent) = Cell(values[row][column]);
                    Write(" " + new string(Shades[shade], cellWidth - Digits), Colours[shade]);
                    Write(percent, Color.Default);
                }
                output.WriteLine();
            }
        }

        void Write(string text, Color colour)
        {
            if (terminal is null || colour == Color.Default) output.Write(text);
            else terminal.Write(new Spectre.Console.Text(text, new Style(colour)));
        }
    }

    /// <summary>The shade of a number, and its percent; a number that is 0, such as a hidden key's, has neither.
    /// </summary>
    private static (int Shade, string Percent) Cell(float value)
    {
        var shade = value < 0.05 ? 0 : Math.Min(Shades.Length - 1, 1 + (int)(value * 4));
        var percent = value == 0 ? "" : Math.Round(100 * value).ToString("0", CultureInfo.InvariantCulture);
        return (shade, percent.PadLeft(Digits));
    }
}
