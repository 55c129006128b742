using System.Globalization;
using System.Text;

namespace Engine.Charts;

/// <summary>A row of a heat map.</summary>
/// <param name="Name">Stands before the row.</param>
/// <param name="Shares">
/// How dark each cell is, 0 to 1, or down to -1 in a second colour, hatched; NaN for an empty cell.
/// </param>
/// <param name="Note">Stands after the row; empty for nothing.</param>
public sealed record HeatRow(string Name, IReadOnlyList<double> Shares, string Note = "")
{
    /// <summary>What stands in each cell; null for its share in hundredths.</summary>
    public IReadOnlyList<string>? Numbers { get; init; }
}

/// <summary>
/// A heat map. Beside its darkness a cell may have a number, for readers who do not tell the shades apart.
/// </summary>
/// <param name="rows">The rows, each with a cell for each column.</param>
/// <param name="columns">What stands above the columns; an empty text leaves a column without a name.</param>
public sealed class HeatChart(IReadOnlyList<HeatRow> rows, IReadOnlyList<string> columns)
{
    private const int Levels = 20, LongestName = 130, Gap = 8, LineHeight = 18;
    private const double Slope = 0.82; // the sine of the angle at which long names stand
    private const double Dark = 0.65; // a number on a darker cell is light

    private readonly string[] names = [.. rows.Select(row => Cut(row.Name))], heads = [.. columns.Select(Cut)];
    private readonly double namedEvery =
        Math.Max(1, columns.Count / Math.Max(1, columns.Count(column => column.Length > 0)));

    private readonly ChartDrawing drawing = new();

    /// <summary>The width of a cell in pixels.</summary>
    public double CellWidth { get; init; } = 26;

    /// <summary>The height of a cell in pixels.</summary>
    public double CellHeight { get; init; } = 22;

    /// <summary>What the cells show, above everything; empty for nothing.</summary>
    public string Title { get; init; } = "";

    /// <summary>What the rows are; it stands in the corner, below what the columns are.</summary>
    public string RowTitle { get; init; } = "";

    /// <summary>What the columns are.</summary>
    public string ColumnTitle { get; init; } = "";

    /// <summary>What the shades mean, below the map; empty for nothing.</summary>
    public string Foot { get; init; } = "";

    /// <summary>Whether a cell has a number.</summary>
    public bool HasNumbers { get; init; }

    /// <summary>The picture as an element of a page that has <see cref="ChartStyles.Css"/>.</summary>
    /// <param name="label">What a reader hears who does not see the picture.</param>
    public string ToElement(string label)
    {
        var (width, height) = Draw();
        return drawing.ToElement(label, width, height);
    }

    /// <summary>The picture as a file.</summary>
    /// <param name="label">What a reader hears who does not see the picture.</param>
    public string ToFile(string label)
    {
        var (width, height) = Draw();
        return drawing.ToFile(label, width, height);
    }

    /// <summary>The room that names take beside the cells, in pixels.</summary>
    public double NamesWidth =>
        Math.Max(names.Max(ChartText.WidthOf), ChartText.WidthOf(RowTitle)) + (2 * Gap);

    private (double Width, double Height) Draw()
    {
        var left = NamesWidth;
        var sloped = heads.Where(IsSloped).Select(ChartText.WidthOf).DefaultIfEmpty().Max();
        var right = left + (columns.Count * CellWidth);
        var notes = rows.Max(row => ChartText.WidthOf(row.Note));
        // Names at an angle reach beyond their columns.
        var beyond = Math.Max(notes + Gap, sloped * 0.6);
        var width = Math.Max(right + beyond, left + ChartText.WidthOf(ColumnTitle)) + 4;
        width = Math.Max(width, Math.Min(ChartText.WidthOf(Title) * ChartText.Bold, LineChart.Width));
        var y = 13.0;
        foreach (var line in Title.Length > 0 ? ChartText.Wrap(Title, width / ChartText.Bold) : [])
        {
            drawing.Text("title", 0, y, "start", line);
            y += LineHeight;
        }
        if (Title.Length > 0) y += 4;
        drawing.Text("title", left, y, "start", ColumnTitle);
        var top = y + 5 + (sloped * Slope) + 22;
        drawing.Text("title", left - Gap, top - 6, "end", RowTitle);
        for (var i = 0; i < columns.Count; i++)
        {
            var x = left + ((i + 0.5) * CellWidth);
            var turned = FormattableString.Invariant($" transform=\"rotate(-55 {x + 2:0.#} {top - 6:0.#})\"");
            if (IsSloped(heads[i])) drawing.Text("", x + 2, top - 6, "start", heads[i], turned);
            else drawing.Text("", x, top - 6, "middle", heads[i]);
        }
        for (var r = 0; r < rows.Count; r++)
        {
            var middle = top + ((r + 0.5) * CellHeight) + 4;
            drawing.Text("", left - Gap, middle, "end", names[r]);
            drawing.Text("", right + Gap, middle, "start", rows[r].Note);
        }
        Cells(left, top);
        if (HasNumbers) Numbers(left, top);
        var bottom = top + (rows.Count * CellHeight);
        drawing.Add(
            $"<path class=\"grid\" fill=\"none\" d=\"M{left:0.#} {top:0.#}H{right:0.#}V{bottom:0.#}H{left:0.#}z\"/>");
        foreach (var line in Foot.Length > 0 ? ChartText.Wrap(Foot, width - Gap) : [])
            drawing.Text("", 0, bottom += LineHeight, "start", line);
        return (width, bottom + (Foot.Length > 0 ? Gap : 4));
    }

    /// <summary>The cells of one darkness are one path: a map of many cells stays small.</summary>
    private void Cells(double left, double top)
    {
        var hatches = new StringBuilder();
        var levels = new SortedDictionary<int, StringBuilder>();
        foreach (var (r, c, share) in Shown())
        {
            var level = (int)Math.Round(Math.Clamp(share, -1, 1) * Levels);
            if (level == 0) continue;
            var (x, y) = (left + (c * CellWidth), top + (r * CellHeight));
            if (!levels.TryGetValue(level, out var path)) levels.Add(level, path = new StringBuilder());
            path.Append(
                CultureInfo.InvariantCulture,
                $"M{x:0.#} {y:0.#}h{CellWidth:0.#}v{CellHeight:0.#}h{-CellWidth:0.#}z");
            if (level < 0 && !HasNumbers) // a number has its sign
                hatches.Append(
                    CultureInfo.InvariantCulture, $"M{x:0.#} {y + CellHeight:0.#}l{CellWidth:0.#} {-CellHeight:0.#}");
        }
        foreach (var (level, path) in levels)
        {
            var style = level > 0 ? "heat" : "minus";
            drawing.Add($"<path class=\"{style}\" opacity=\"{(double)Math.Abs(level) / Levels:0.##}\" d=\"{path}\"/>");
        }
        if (hatches.Length > 0) drawing.Add($"<path class=\"hatch\" d=\"{hatches}\"/>");
    }

    private void Numbers(double left, double top)
    {
        foreach (var (r, c, share) in Shown())
        {
            var text = rows[r].Numbers is { } numbers ? numbers[c]
                : share < 0.005 ? "" : Math.Round(share * 100).ToString(CultureInfo.InvariantCulture);
            drawing.Text(
                Math.Abs(share) > Dark ? "on" : "off", left + ((c + 0.5) * CellWidth),
                top + ((r + 0.5) * CellHeight) + 4, "middle", text);
        }
    }

    private IEnumerable<(int Row, int Column, double Share)> Shown() =>
        from r in Enumerable.Range(0, rows.Count)
        from c in Enumerable.Range(0, columns.Count)
        where !double.IsNaN(rows[r].Shares[c])
        select (r, c, rows[r].Shares[c]);

    // If a name is wider than its column, all names stand at an angle but single letters.
    private bool IsSloped(string name) =>
        heads.Max(ChartText.WidthOf) > CellWidth * namedEvery && ChartText.WidthOf(name) > 13;

    private static string Cut(string name) => ChartText.Cut(name, LongestName);
}
