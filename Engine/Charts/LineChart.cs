using System.Text;

namespace Engine.Charts;

/// <summary>A line of a chart.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Points">Its points, from left to right; a point that is no number interrupts the line.</param>
public sealed record ChartLine(string Name, IReadOnlyList<(double X, double Y)> Points)
{
    /// <summary>The least and the greatest value at each point; null for none.</summary>
    public IReadOnlyList<(double Low, double High)>? Spread { get; init; }
}

/// <summary>Lines over two free axes, with the spread of each as a band, or as whiskers where points are few.</summary>
/// <param name="title">What the chart shows.</param>
/// <param name="xAxis">The horizontal axis.</param>
/// <param name="yAxis">The vertical axis.</param>
/// <param name="lines">The lines.</param>
public sealed class LineChart(string title, ChartAxis xAxis, ChartAxis yAxis, IReadOnlyList<ChartLine> lines)
{
    /// <summary>The width of a chart in pixels: on a telephone its letters are still legible.</summary>
    public const int Width = 440;

    private const int Height = 230, XTicks = 6, YTicks = 6, FewPoints = 12, MostMarks = 10;
    private readonly ChartDrawing drawing = new();
    private readonly ChartScale x = ChartScale.Of(
        lines.SelectMany(line => line.Points).Select(point => point.X), XTicks, xAxis.IsLogarithmic, isTight: true);

    private readonly ChartScale y = ChartScale.Of(
        lines.SelectMany(line => line.Points.Select(point => point.Y).Concat(
            (line.Spread ?? []).SelectMany(range => (double[])[range.Low, range.High]))),
        YTicks, yAxis.IsLogarithmic);

    private double left, top, right;

    /// <summary>What the chart says by itself.</summary>
    public ChartWords Words { get; init; } = ChartWords.English;

    /// <summary>The picture as an element of a page that has <see cref="ChartStyles.Css"/>.</summary>
    public string ToElement() => drawing.ToElement(title, Width, Draw());

    /// <summary>The picture as a file.</summary>
    public string ToFile() => drawing.ToFile(title, Width, Draw());

    private double Draw()
    {
        left = y.Ticks.Max(tick => ChartText.WidthOf(tick.Label)) + 12;
        right = Math.Max(14, x.Ticks.Select(tick => ChartText.WidthOf(tick.Label) / 2).DefaultIfEmpty().Max() + 2);
        top = ChartFrame.Head(drawing, title, [.. lines.Select(line => line.Name)], Sample, Width);
        foreach (var line in ChartText.Wrap(yAxis.Name, Width)) drawing.Text("", 0, top += 17, "start", line);
        top += 14;
        Axes();
        foreach (var (i, line) in lines.Index()) Spread(i, line);
        foreach (var (i, line) in lines.Index()) Line(i, line);
        var isEmpty = !lines.SelectMany(line => line.Points).Any(Shows);
        if (isEmpty) drawing.Text("title", left + (Plot / 2), top + (Height / 2), "middle", Words.Nothing);
        var leftOut = lines.SelectMany(line => line.Points).Count(point =>
            double.IsFinite(point.X) && double.IsFinite(point.Y) && !Shows(point));
        return ChartFrame.Foot(
            drawing, ChartFrame.AxisName(drawing, xAxis.Name, left, left + Plot, top + Height + 36), Width,
            leftOut == 0 ? "" : FormattableString.Invariant($"{leftOut} {Words.LeftOut}"));
    }

    private double Plot => Width - left - right;

    private void Axes()
    {
        foreach (var (value, label) in y.Ticks)
        {
            drawing.Line("grid", left, Y(value), left + Plot, Y(value));
            drawing.Text("", left - 7, Y(value) + 4, "end", label);
        }
        var free = double.NegativeInfinity; // where the label before ends
        foreach (var (value, label) in x.Ticks)
        {
            drawing.Line("axis", X(value), top + Height, X(value), top + Height + 5);
            var half = ChartText.WidthOf(label) / 2;
            if (X(value) - half < free) continue;
            free = X(value) + half + 6;
            drawing.Text("", X(value), top + Height + 18, "middle", label);
        }
        drawing.Line("axis", left, top + Height, left + Plot, top + Height);
    }

    private void Spread(int series, ChartLine line)
    {
        if (line.Spread is not { } spread) return;
        var shown = line.Points.Zip(spread).Where(pair =>
            x.Shows(pair.First.X) && y.Shows(pair.Second.Low) && y.Shows(pair.Second.High)).ToArray();
        var colour = ChartSeries.Colour(series);
        if (line.Points.Count > FewPoints)
        {
            var path = shown.Select(pair => Place(pair.First.X, pair.Second.High)).Concat(
                shown.Reverse().Select(pair => Place(pair.First.X, pair.Second.Low)));
            drawing.Add($"<polygon class=\"band {colour}\" points=\"{string.Join(' ', path)}\"/>");
            return;
        }
        foreach (var (point, (low, high)) in shown)
        {
            var at = X(point.X) + Aside(series);
            drawing.Add(
                $"<path class=\"whisker {colour}\" d=\"M{at - 4:0.#} {Y(high):0.#}h8m-4 0V{Y(low):0.#}m-4 0h8\"/>");
        }
    }

    private void Line(int series, ChartLine line)
    {
        var path = new StringBuilder();
        var isOpen = false;
        foreach (var point in line.Points)
        {
            if (Shows(point))
                path.Append(isOpen ? 'L' : 'M').Append(Place(point.X, point.Y).Replace(',', ' '));
            isOpen = Shows(point);
        }
        if (path.Length > 0) drawing.Add($"<path class=\"{ChartSeries.Line(series)}\" d=\"{path}\"/>");
        var every = line.Points.Count <= FewPoints ? 1 : (line.Points.Count / MostMarks) + 1;
        // Lines that have the same values show their marks at other points, where marks are not at each point.
        var first = every == 1 ? 0 : series * every / Math.Max(lines.Count, 1);
        for (var i = first; i < line.Points.Count; i += every)
        {
            var point = line.Points[i];
            if (Shows(point)) ChartSeries.Mark(drawing, series, X(point.X), Y(point.Y));
        }
    }

    private void Sample(int series, double x0, double y0)
    {
        drawing.Add($"<path class=\"{ChartSeries.Line(series)}\" d=\"M{x0:0.#} {y0:0.#}h24\"/>");
        ChartSeries.Mark(drawing, series, x0 + 12, y0);
    }

    // Whiskers of several lines stand beside each other.
    private double Aside(int series) => lines.Count == 1 ? 0 : (series - ((lines.Count - 1) / 2.0)) * 2;

    private bool Shows((double X, double Y) point) => x.Shows(point.X) && y.Shows(point.Y);

    private string Place(double xValue, double yValue) =>
        FormattableString.Invariant($"{X(xValue):0.#},{Y(yValue):0.#}");

    private double X(double value) => left + (Plot * (0.01 + (0.98 * x.At(value))));

    private double Y(double value) => top + (Height * (1 - y.At(value)));
}
