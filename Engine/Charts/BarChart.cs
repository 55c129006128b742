using System.Globalization;

namespace Engine.Charts;

/// <summary>A group of bars.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">A value for each series; NaN where there is none.</param>
public sealed record ChartGroup(string Name, IReadOnlyList<double> Values);

/// <summary>
/// Bars that lie: names of groups may be long, and each bar has its value at its end. A bar begins at 0; on a
/// logarithmic axis, at the beginning of the axis.
/// </summary>
/// <param name="title">What the chart shows.</param>
/// <param name="axis">The axis of the values.</param>
/// <param name="series">The names of the series.</param>
/// <param name="groups">The groups.</param>
public sealed class BarChart(
    string title, ChartAxis axis, IReadOnlyList<string> series, IReadOnlyList<ChartGroup> groups)
{
    private const double BarHeight = 15, GroupGap = 10, LineHeight = 15, MostNames = 150, BelowZero = 0.999;
    private const int Width = LineChart.Width, Ticks = 5;

    private readonly ChartDrawing drawing = new();
    private readonly ChartScale scale = ChartScale.Of(
        groups.SelectMany(group => group.Values).SelectMany(value => axis.IsLogarithmic
            // The least bar has some length too.
            ? (double[])[value, value * BelowZero] : [value, 0]),
        Ticks, axis.IsLogarithmic);

    private double left, right;

    /// <summary>What the chart says by itself.</summary>
    public ChartWords Words { get; init; } = ChartWords.English;

    /// <summary>The picture as an element of a page that has <see cref="ChartStyles.Css"/>.</summary>
    public string ToElement() => drawing.ToElement(title, Width, Draw());

    /// <summary>The picture as a file.</summary>
    public string ToFile() => drawing.ToFile(title, Width, Draw());

    private double Draw()
    {
        var names = groups.Select(group => ChartText.Wrap(group.Name, MostNames)).ToArray();
        left = names.SelectMany(lines => lines).Select(ChartText.WidthOf).DefaultIfEmpty().Max() + 10;
        var values = groups.SelectMany(group => group.Values).ToArray();
        right = Width - values.Select(value => ChartText.WidthOf(Number(value))).DefaultIfEmpty().Max() - 10;
        var top = ChartFrame.Head(drawing, title, series, Sample, Width) + 10;
        var heights = groups.Zip(names, (group, lines) =>
            GroupGap + Math.Max(group.Values.Count * BarHeight, lines.Count * LineHeight)).ToArray();
        var bottom = top + Math.Max(heights.Sum(), 3 * BarHeight);
        foreach (var (value, label) in scale.Ticks)
        {
            drawing.Line("grid", X(value), top, X(value), bottom);
            drawing.Text("", X(value), bottom + 16, "middle", label);
        }
        for (var (i, y) = (0, top); i < groups.Count; y += heights[i++])
            Group(groups[i], names[i], y, heights[i]);
        if (!axis.IsLogarithmic) drawing.Line("axis", X(0), top, X(0), bottom);
        if (!values.Any(scale.Shows))
            drawing.Text("title", (left + right) / 2, (top + bottom) / 2, "middle", Words.Nothing);
        var leftOut = values.Count(value => double.IsFinite(value) && !scale.Shows(value));
        return ChartFrame.Foot(
            drawing, ChartFrame.AxisName(drawing, axis.Name, left, right, bottom + 34), Width,
            leftOut == 0 ? "" : FormattableString.Invariant($"{leftOut} {Words.LeftOut}"));
    }

    private void Group(ChartGroup group, IReadOnlyList<string> lines, double y, double height)
    {
        var middle = y + (height / 2);
        foreach (var (n, line) in lines.Index())
            drawing.Text("", left - 8, middle + 4 + ((n - ((lines.Count - 1) / 2.0)) * LineHeight), "end", line);
        var bar = middle - (group.Values.Count * BarHeight / 2);
        foreach (var (i, value) in group.Values.Index())
        {
            var start = axis.IsLogarithmic ? left : X(0);
            var end = scale.Shows(value) ? X(value) : start;
            if (scale.Shows(value))
                ChartSeries.Bar(drawing, i, Math.Min(start, end), bar + 1, Math.Abs(end - start), BarHeight - 3);
            drawing.Text("", Math.Max(start, end) + 5, bar + 11, "start", Number(value));
            bar += BarHeight;
        }
    }

    private void Sample(int index, double x0, double y0) => ChartSeries.Bar(drawing, index, x0, y0 - 6, 22, 12);

    private double X(double value) => left + ((right - left) * scale.At(value));

    /// <summary>The value of a bar with three digits.</summary>
    private static string Number(double value) => double.IsNaN(value) ? "–"
        : Math.Abs(value) is >= 1000 and < 1e7 ? value.ToString("#,0", CultureInfo.InvariantCulture)
        : value.ToString("G3", CultureInfo.InvariantCulture);
}
