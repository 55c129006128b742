namespace Engine.Charts;

/// <summary>A line of a chart.</summary>
/// <param name="Name">The name in the legend.</param>
/// <param name="Style">The CSS class with the colour.</param>
/// <param name="Points">The points, from left to right.</param>
public sealed record CurveLine(string Name, string Style, IReadOnlyList<(float X, float Y)> Points);

/// <summary>A point of a chart that is marked beside the lines.</summary>
/// <param name="Name">The name in the legend.</param>
/// <param name="Style">The CSS class with the colour.</param>
/// <param name="IsRing">Whether a ring surrounds the point; else a diamond stands on it.</param>
/// <param name="Points">The points; often one, or none.</param>
public sealed record CurveMark(string Name, string Style, bool IsRing, IReadOnlyList<(float X, float Y)> Points);

/// <summary>Lines over one axis of values.</summary>
/// <param name="Title">What the values are, with their unit; it stands above the axis.</param>
/// <param name="Height">The height of the axis in pixels.</param>
/// <param name="Lines">The lines.</param>
public sealed record ChartPanel(string Title, double Height, IReadOnlyList<CurveLine> Lines)
{
    /// <summary>Points that are marked beside the lines.</summary>
    public IReadOnlyList<CurveMark> Marks { get; init; } = [];
}

/// <summary>An SVG of panels, one below the other, over one axis of updates; it follows the reader's light or dark
/// theme.</summary>
/// <param name="lastUpdate">Where the axis of updates ends.</param>
/// <param name="width">The width in pixels.</param>
public sealed class CurveChart(double lastUpdate, int width = 800)
{
    private const int Left = 70, Right = 24, MostPoints = 600;

    private readonly double plot = width - Left - Right;
    private readonly ChartDrawing drawing = new();
    private double top = 12;

    /// <summary>Adds a panel below the others.</summary>
    public void Panel(ChartPanel panel)
    {
        var (title, height, lines) = panel;
        var marks = panel.Marks.Where(mark => mark.Points.Count > 0).ToArray();
        var points = lines.SelectMany(line => line.Points).Concat(marks.SelectMany(mark => mark.Points));
        var values = points.Select(point => (double)point.Y).Where(double.IsFinite).ToArray();
        if (values.Length == 0) return;
        var scale = ChartScale.Of(values, height < 100 ? 2 : height < 200 ? 4 : 6, isLogarithmic: false);
        drawing.Text("title", Left, top + 12, "start", title);
        if (lines.Count + marks.Length > 1)
        {
            if (width < 600) top += 18; // a narrow chart has no room beside the title
            Legend(lines, marks);
        }
        var y = top + 26;
        foreach (var (tick, label) in scale.Ticks)
        {
            drawing.Line("grid", Left, Y(tick), Left + plot, Y(tick));
            drawing.Text("", Left - 8, Y(tick) + 4, "end", label);
        }
        foreach (var line in lines)
        {
            var drawn = Thin(line.Points).Where(point => float.IsFinite(point.Y)).ToArray();
            var path = string.Join(' ', drawn.Select(point =>
                FormattableString.Invariant($"{X(point.X):0.#},{Y(point.Y):0.#}")));
            // A line of one point has no length.
            foreach (var (x, value) in drawn.Length == 1 ? drawn : [])
                drawing.Add($"<circle class=\"line {line.Style}\" cx=\"{X(x):0.#}\" cy=\"{Y(value):0.#}\" r=\"2.5\"/>");
            drawing.Add($"<polyline class=\"line {line.Style}\" points=\"{path}\"/>");
        }
        foreach (var mark in marks)
        {
            foreach (var (x, value) in mark.Points.Where(point => float.IsFinite(point.Y)))
                Mark(mark, X(x), Y(value));
        }
        top = y + height + 18;

        double Y(double value) => y + height * (1 - scale.At(value));
    }

    /// <summary>The whole picture as a file.</summary>
    /// <param name="metadata">JSON for programs that read the picture.</param>
    public string ToSvg(string metadata) =>
        drawing.ToFile("learning curves", width, HeightWithAxis(), margin: 0, metadata);

    /// <summary>The picture as an element of a page that has <see cref="ChartStyles.Css"/>.</summary>
    /// <param name="label">What a reader hears who does not see the picture.</param>
    public string ToElement(string label) => drawing.ToElement(label, width, HeightWithAxis());

    /// <summary>Draws the axis of updates below the panels, and returns the height of the picture.</summary>
    private double HeightWithAxis()
    {
        var updates = ChartScale.Round(0, lastUpdate, width < 600 ? 4 : 8);
        foreach (var tick in updates.Where(tick => tick <= lastUpdate))
            drawing.Text("", X(tick), top + 2, "middle", ChartScale.Number(tick, updates[1] - updates[0]));
        drawing.Text("", Left + plot / 2, top + 22, "middle", "updates");
        return top + 36;
    }

    private void Mark(CurveMark mark, double x, double y)
    {
        if (mark.IsRing) drawing.Add($"<circle class=\"mark {mark.Style}\" cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"6\"/>");
        else drawing.Add($"<path class=\"mark {mark.Style}\" d=\"M{x:0.#} {y - 4:0.#}l4 4l-4 4l-4 -4z\"/>");
    }

    private void Legend(IReadOnlyList<CurveLine> lines, IReadOnlyList<CurveMark> marks)
    {
        var x = (double)Left + plot;
        foreach (var mark in marks.Reverse())
        {
            drawing.Text("", x, top + 12, "end", mark.Name);
            x -= ChartText.WidthOf(mark.Name) + 12;
            Mark(mark, x, top + 8);
            x -= 22;
        }
        foreach (var line in lines.Reverse())
        {
            drawing.Text("", x, top + 12, "end", line.Name);
            x -= ChartText.WidthOf(line.Name) + 6;
            drawing.Add($"<path class=\"line {line.Style}\" d=\"M{x - 20:0.#} {top + 8:0.#}h18\"/>");
            x -= 36;
        }
    }

    private double X(double update) => Left + plot * update / lastUpdate;

    /// <summary>Every k-th point, few enough for a screen, and the last point.</summary>
    public static IEnumerable<(float X, float Y)> Thin(IReadOnlyList<(float X, float Y)> points)
    {
        var every = points.Count / MostPoints + 1;
        return points.Where((_, i) => i % every == 0 || i == points.Count - 1);
    }
}
