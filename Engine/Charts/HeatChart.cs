using System.Globalization;
using System.Net;
using System.Text;

namespace Engine.Charts;

/// <summary>A row of a heat map.</summary>
/// <param name="Name">Stands before the row.</param>
/// <param name="Shares">How dark each cell is, 0 to 1; NaN for an empty cell.</param>
/// <param name="Note">Stands after the row; empty for nothing.</param>
public sealed record HeatRow(string Name, IReadOnlyList<double> Shares, string Note = "");

/// <summary>
/// A heat map as an element of a page that has <see cref="CurveChart.Styles"/>. Beside its darkness a cell may have a
/// number, for readers who do not tell the shades apart.
/// </summary>
/// <param name="rows">The rows, each with a cell for each column.</param>
/// <param name="columns">What stands above the columns; an empty text leaves a column without a name.</param>
public sealed class HeatChart(IReadOnlyList<HeatRow> rows, IReadOnlyList<string> columns)
{
    private const int Levels = 20, LongestName = 130, Gap = 8;
    private const double Slope = 0.82; // the sine of the angle at which long names stand

    private readonly string[] names = [.. rows.Select(row => Cut(row.Name))], heads = [.. columns.Select(Cut)];
    private readonly double namedEvery =
        Math.Max(1, columns.Count / Math.Max(1, columns.Count(column => column.Length > 0)));

    private readonly StringBuilder body = new();

    /// <summary>The width of a cell in pixels.</summary>
    public double CellWidth { get; init; } = 26;

    /// <summary>The height of a cell in pixels.</summary>
    public double CellHeight { get; init; } = 22;

    /// <summary>What the rows are; it stands in the corner, below what the columns are.</summary>
    public string RowTitle { get; init; } = "";

    /// <summary>What the columns are.</summary>
    public string ColumnTitle { get; init; } = "";

    /// <summary>Whether a cell has its share as a number, in hundredths.</summary>
    public bool HasNumbers { get; init; }

    /// <summary>The picture.</summary>
    /// <param name="label">What a reader hears who does not see the picture.</param>
    public string ToElement(string label)
    {
        var left = Math.Max(names.Max(WidthOf), WidthOf(RowTitle)) + 2 * Gap;
        var sloped = heads.Where(IsSloped).Select(WidthOf).DefaultIfEmpty().Max();
        var top = 18 + sloped * Slope + 22;
        var (right, bottom) = (left + columns.Count * CellWidth, top + rows.Count * CellHeight);
        var notes = rows.Max(row => WidthOf(row.Note));
        // Names at an angle reach beyond their columns.
        var beyond = Math.Max(notes + Gap, sloped * 0.6);
        var width = Math.Max(right + beyond, left + WidthOf(ColumnTitle)) + 4;
        Text("title", left, 13, "start", ColumnTitle);
        if (RowTitle.Length > 0) Text("title", left - Gap, top - 6, "end", RowTitle);
        for (var i = 0; i < columns.Count; i++)
        {
            var (x, y) = (left + (i + 0.5) * CellWidth, top - 6);
            var turned = FormattableString.Invariant($" transform=\"rotate(-55 {x + 2:0.#} {y:0.#})\"");
            if (IsSloped(heads[i])) Text("", x + 2, y, "start", heads[i], turned);
            else Text("", x, y, "middle", heads[i]);
        }
        for (var r = 0; r < rows.Count; r++)
        {
            var y = top + (r + 0.5) * CellHeight + 4;
            Text("", left - Gap, y, "end", names[r]);
            Text("", right + Gap, y, "start", rows[r].Note);
        }
        Cells(left, top);
        Add($"<path class=\"grid\" fill=\"none\" d=\"M{left:0.#} {top:0.#}H{right:0.#}V{bottom:0.#}H{left:0.#}z\"/>");
        var size = FormattableString.Invariant($"{width:0}");
        var height = FormattableString.Invariant($"{bottom + 4:0}");
        return $"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" viewBox=\"0 0 {size} {height}\" "
            + $"width=\"{size}\" height=\"{height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(label)}\">\n"
            + $"{body}</svg>\n";
    }

    /// <summary>The cells of one darkness are one path: a map of many cells stays small.</summary>
    private void Cells(double left, double top)
    {
        var levels = new StringBuilder[Levels + 1];
        for (var r = 0; r < rows.Count; r++)
        {
            for (var c = 0; c < columns.Count; c++)
            {
                var share = rows[r].Shares[c];
                if (double.IsNaN(share)) continue;
                var level = (int)Math.Round(Math.Clamp(share, 0, 1) * Levels);
                var (x, y) = (left + c * CellWidth, top + r * CellHeight);
                (levels[level] ??= new StringBuilder()).Append(
                    CultureInfo.InvariantCulture,
                    $"M{x:0.#} {y:0.#}h{CellWidth:0.#}v{CellHeight:0.#}h{-CellWidth:0.#}z");
            }
        }
        for (var level = 1; level <= Levels; level++)
        {
            if (levels[level] is { } path)
                Add($"<path class=\"heat\" opacity=\"{(double)level / Levels:0.##}\" d=\"{path}\"/>");
        }
        if (!HasNumbers) return;
        for (var r = 0; r < rows.Count; r++)
        {
            for (var c = 0; c < columns.Count; c++)
            {
                var share = rows[r].Shares[c];
                var number = Math.Round(share * 100);
                if (double.IsNaN(share) || number < 1) continue;
                Text(
                    share > 0.65 ? "on" : "off", left + (c + 0.5) * CellWidth, top + (r + 0.5) * CellHeight + 4,
                    "middle", number.ToString(CultureInfo.InvariantCulture));
            }
        }
    }

    private void Text(string style, double x, double y, string anchor, string text, string more = "")
    {
        if (text.Length == 0) return;
        var named = style.Length > 0 ? $" class=\"{style}\"" : "";
        var shown = WebUtility.HtmlEncode(text);
        Add($"<text{named} x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\"{more}>{shown}</text>");
    }

    private void Add(FormattableString element) =>
        body.Append(element.ToString(CultureInfo.InvariantCulture)).Append('\n');

    // If a name is wider than its column, all names stand at an angle but single letters.
    private bool IsSloped(string name) => heads.Max(WidthOf) > CellWidth * namedEvery && WidthOf(name) > 13;

    /// <summary>About the width of a text in pixels.</summary>
    private static double WidthOf(string text) => text.EnumerateRunes().Sum(WidthOf);

    // Letters of Chinese, Japanese and Korean, and pictures, are as wide as high.
    private static double WidthOf(Rune rune) => rune.Value >= 0x1100 ? 12.5 : 6.7;

    private static string Cut(string name)
    {
        var kept = new StringBuilder();
        var width = 0.0;
        foreach (var rune in name.EnumerateRunes())
        {
            if ((width += WidthOf(rune)) > LongestName) return kept.Append('…').ToString();
            kept.Append(rune.ToString());
        }
        return name;
    }
}
