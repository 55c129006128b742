namespace Engine.Charts;

/// <summary>An axis of a chart.</summary>
/// <param name="Name">What it measures, with the unit.</param>
/// <param name="IsLogarithmic">Whether equal steps are equal factors.</param>
public readonly record struct ChartAxis(string Name, bool IsLogarithmic = false);

/// <summary>What stands around the marks of a chart: title and legend above, remarks below.</summary>
internal static class ChartFrame
{
    private const double LineHeight = 17, Sample = 30, Apart = 16;

    /// <summary>Draws the title and the legend, and returns where the room below them begins.</summary>
    /// <param name="drawing">The picture.</param>
    /// <param name="title">The title.</param>
    /// <param name="names">The names of the series; one alone needs no legend.</param>
    /// <param name="sample">Draws a series' mark, 24 pixels wide, from a place to the right.</param>
    /// <param name="width">The width in pixels.</param>
    public static double Head(
        ChartDrawing drawing, string title, IReadOnlyList<string> names, Action<int, double, double> sample,
        double width)
    {
        var y = 13.0;
        foreach (var line in ChartText.Wrap(title, width / ChartText.Bold))
        {
            drawing.Text("title", 0, y, "start", line);
            y += LineHeight;
        }
        if (names.Count < 2) return y - 5;
        var x = 0.0;
        for (var i = 0; i < names.Count; i++)
        {
            var lines = ChartText.Wrap(names[i], width - Sample);
            var room = Sample + lines.Max(ChartText.WidthOf);
            if (x > 0 && x + room > width)
            {
                y += LineHeight;
                x = 0;
            }
            sample(i, x, y - 4);
            foreach (var (n, line) in lines.Index())
            {
                if (n > 0) y += LineHeight;
                drawing.Text("", x + Sample, y, "start", line);
            }
            x += room + Apart;
        }
        return y + LineHeight - 5;
    }

    /// <summary>Draws the name of an axis below it, and returns where the room below the name begins.</summary>
    public static double AxisName(ChartDrawing drawing, string name, double left, double right, double y)
    {
        foreach (var line in ChartText.Wrap(name, right - left))
        {
            drawing.Text("", (left + right) / 2, y, "middle", line);
            y += LineHeight;
        }
        return y - LineHeight;
    }

    /// <summary>Draws remarks, and returns where the picture ends.</summary>
    public static double Foot(ChartDrawing drawing, double y, double width, params IEnumerable<string> remarks)
    {
        foreach (var line in remarks.Where(text => text.Length > 0).SelectMany(text => ChartText.Wrap(text, width)))
            drawing.Text("", 0, y += LineHeight, "start", line);
        return y + 8;
    }
}
