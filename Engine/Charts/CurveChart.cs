using System.Globalization;
using System.Text;

namespace Engine.Charts;

/// <summary>A line of a chart.</summary>
/// <param name="Name">The name in the legend.</param>
/// <param name="Style">The CSS class with the colour.</param>
/// <param name="Points">The points, from left to right.</param>
public sealed record CurveLine(string Name, string Style, IReadOnlyList<(float X, float Y)> Points);

/// <summary>Lines over one axis of values.</summary>
/// <param name="Title">What the values are, with their unit; it stands above the axis.</param>
/// <param name="Height">The height of the axis in pixels.</param>
/// <param name="Lines">The lines.</param>
public sealed record ChartPanel(string Title, double Height, IReadOnlyList<CurveLine> Lines);

/// <summary>An SVG of panels, one below the other, over one axis of updates; it follows the reader's light or dark
/// theme.</summary>
/// <param name="lastUpdate">Where the axis of updates ends.</param>
/// <param name="width">The width in pixels.</param>
public sealed class CurveChart(double lastUpdate, int width = 800)
{
    private const int Left = 70, Right = 24, MostPoints = 600;

    /// <summary>The rules of style that a page with charts needs once.</summary>
    public const string Styles =
        """
        .chart text{font:12px system-ui,sans-serif;fill:#57606a}.chart .title{font-weight:600;fill:#24292f}
        .chart .page{fill:#fff}.chart .grid{stroke:#d8dee4;stroke-width:1}
        .chart .line{fill:none;stroke-width:2;stroke-linejoin:round}
        .chart .train{stroke:#8c959f}.chart .valid{stroke:#0969da;stroke-dasharray:7 3}
        .chart .bleu{stroke:#1a7f37}.chart .rate{stroke:#bc4c00}
        .chart .heat{fill:#0550ae}.chart .on{fill:#fff}.chart .off{fill:#1f2328}
        @media (prefers-color-scheme:dark){.chart text{fill:#9198a1}.chart .title{fill:#f0f6fc}
        .chart .page{fill:#0d1117}.chart .grid{stroke:#2f353d}.chart .valid{stroke:#4493f8}.chart .bleu{stroke:#3fb950}
        .chart .rate{stroke:#db6d28}.chart .heat{fill:#79c0ff}.chart .on{fill:#0d1117}.chart .off{fill:#f0f6fc}}
        """;

    private readonly double plot = width - Left - Right;
    private readonly StringBuilder body = new();
    private double top = 12;

    /// <summary>About <paramref name="count"/> round numbers that enclose the least and the greatest value.</summary>
    public static double[] Ticks(double least, double greatest, int count)
    {
        var range = greatest > least ? greatest - least : Math.Max(Math.Abs(greatest), 1e-12);
        var power = Math.Pow(10, Math.Floor(Math.Log10(range / count)));
        var step = power * ((double[])[1, 2, 5, 10]).First(factor => factor * power * count >= range * 0.999999);
        var (first, last) = (Math.Floor(least / step + 1e-9), Math.Ceiling(greatest / step - 1e-9));
        if (last <= first) last = first + 1;
        return [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => (first + i) * step)];
    }

    /// <summary>Adds a panel below the others.</summary>
    public void Panel(ChartPanel panel)
    {
        var (title, height, lines) = panel;
        var values = lines.SelectMany(line => line.Points).Select(point => (double)point.Y).Where(double.IsFinite)
            .ToArray();
        if (values.Length == 0) return;
        var ticks = Ticks(values.Min(), values.Max(), height < 100 ? 2 : height < 200 ? 4 : 6);
        Add($"<text class=\"title\" x=\"{Left}\" y=\"{top + 12:0.#}\">{title}</text>");
        if (lines.Count > 1)
        {
            if (width < 600) top += 18; // a narrow chart has no room beside the title
            Legend(lines);
        }
        var y = top + 26;
        foreach (var tick in ticks)
        {
            var label = Number(tick, ticks[1] - ticks[0]);
            Grid(Left, Y(tick), Left + plot, Y(tick));
            Add($"<text x=\"{Left - 8}\" y=\"{Y(tick) + 4:0.#}\" text-anchor=\"end\">{label}</text>");
        }
        foreach (var line in lines)
        {
            var points = Thin(line.Points).Where(point => float.IsFinite(point.Y)).ToArray();
            var path = string.Join(' ', points.Select(point =>
                FormattableString.Invariant($"{X(point.X):0.#},{Y(point.Y):0.#}")));
            Add($"<polyline class=\"line {line.Style}\" points=\"{path}\"/>");
        }
        top = y + height + 18;

        double Y(double value) => y + height * (ticks[^1] - value) / (ticks[^1] - ticks[0]);
    }

    /// <summary>The whole picture as a file.</summary>
    /// <param name="metadata">JSON for programs that read the picture.</param>
    public string ToSvg(string metadata) => Whole(
        "learning curves",
        $"<style>\n{Styles}\n</style>\n<metadata>{metadata}</metadata>\n"
        + "<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n");

    /// <summary>The picture as an element of a page that has <see cref="Styles"/>.</summary>
    /// <param name="label">What a reader hears who does not see the picture.</param>
    public string ToElement(string label) => Whole(label, "");

    private string Whole(string label, string head)
    {
        var updates = Ticks(0, lastUpdate, width < 600 ? 4 : 8);
        foreach (var tick in updates.Where(tick => tick <= lastUpdate))
        {
            var text = Number(tick, updates[1] - updates[0]);
            Add($"<text x=\"{X(tick):0.#}\" y=\"{top + 2:0.#}\" text-anchor=\"middle\">{text}</text>");
        }
        Add($"<text x=\"{Left + plot / 2:0.#}\" y=\"{top + 22:0.#}\" text-anchor=\"middle\">updates</text>");
        var height = (top + 36).ToString("0", CultureInfo.InvariantCulture);
        return $"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" viewBox=\"0 0 {width} {height}\" "
            + $"width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"{label}\">\n{head}{body}</svg>\n";
    }

    private void Legend(IReadOnlyList<CurveLine> lines)
    {
        var x = (double)Left + plot;
        foreach (var line in lines.Reverse())
        {
            Add($"<text x=\"{x:0.#}\" y=\"{top + 12:0.#}\" text-anchor=\"end\">{line.Name}</text>");
            x -= 6.3 * line.Name.Length + 6; // about the text's width
            Add($"<path class=\"line {line.Style}\" d=\"M{x - 20:0.#} {top + 8:0.#}h18\"/>");
            x -= 36;
        }
    }

    private void Grid(double x1, double y1, double x2, double y2) =>
        Add($"<path class=\"grid\" d=\"M{x1:0.#} {y1:0.#}L{x2:0.#} {y2:0.#}\"/>");

    private void Add(FormattableString element) =>
        body.Append(element.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private double X(double update) => Left + plot * update / lastUpdate;

    /// <summary>Every k-th point, few enough for a screen, and the last point.</summary>
    public static IEnumerable<(float X, float Y)> Thin(IReadOnlyList<(float X, float Y)> points)
    {
        var every = points.Count / MostPoints + 1;
        return points.Where((_, i) => i % every == 0 || i == points.Count - 1);
    }

    /// <summary>A tick's label, with enough digits to differ from the label of the next tick.</summary>
    /// <param name="value">The value of the tick.</param>
    /// <param name="step">The distance to the next tick.</param>
    public static string Number(double value, double step)
    {
        if (value != 0 && Math.Abs(value) < 0.001) return value.ToString("0.####e-0", CultureInfo.InvariantCulture);
        var digits = Math.Clamp(1 - (int)Math.Floor(Math.Log10(step)), 0, 12);
        return value.ToString("#,0." + new string('#', digits), CultureInfo.InvariantCulture);
    }
}
