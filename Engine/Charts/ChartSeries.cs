namespace Engine.Charts;

/// <summary>
/// The marks of a chart's series. They differ in more than their colour: lines in dashes and shapes, bars in patterns.
/// </summary>
internal static class ChartSeries
{
    /// <summary>How far a mark reaches from its middle, in pixels.</summary>
    public const double MarkSize = 4;

    private const int Kinds = 6; // colours, dashes, shapes, patterns
    private const double StripeEvery = 5;

    /// <summary>The class with the colour of a series.</summary>
    public static string Colour(int series) => $"c{series % Kinds}";

    /// <summary>The classes of a series' line. After each round of colours the dashes are others.</summary>
    public static string Line(int series) => $"series {Colour(series)} d{(series + (series / Kinds)) % Kinds}";

    /// <summary>Draws the mark of a point.</summary>
    public static void Mark(ChartDrawing drawing, int series, double x, double y)
    {
        const double S = MarkSize;
        FormattableString path = (series % Kinds) switch
        {
            0 => $"M{x - S:0.#} {y:0.#}a{S} {S} 0 1 0 {2 * S} 0a{S} {S} 0 1 0 {-2 * S} 0z",
            1 => $"M{x - 3.5:0.#} {y - 3.5:0.#}h7v7h-7z",
            2 => $"M{x:0.#} {y - 4.5:0.#}l4.5 8h-9z",
            3 => $"M{x:0.#} {y - 5:0.#}l5 5l-5 5l-5-5z",
            4 => $"M{x - S:0.#} {y - S:0.#}l8 8m0-8l-8 8",
            _ => $"M{x:0.#} {y + 4.5:0.#}l4.5-8h-9z",
        };
        var style = (series / Kinds) % 2 == 0 ? "full" : "open"; // the second round of shapes is empty inside
        var d = FormattableString.Invariant(path);
        drawing.Add($"<path class=\"{style} {Colour(series)}\" d=\"{d}\"/>");
    }

    /// <summary>Draws a bar from one corner to the other, in the pattern of its series.</summary>
    public static void Bar(ChartDrawing drawing, int series, double x, double y, double width, double height)
    {
        var colour = Colour(series);
        var isFull = series % Kinds == 0;
        var style = isFull ? "full" : "open";
        var box = FormattableString.Invariant($"x=\"{x:0.#}\" y=\"{y:0.#}\" width=\"{width:0.#}\"");
        drawing.Add($"<rect class=\"{style} {colour}\" {box} height=\"{height:0.#}\"/>");
        var stripes = string.Concat(Stripes(series % Kinds, width, height).Select(line => FormattableString.Invariant(
            $"M{x + line.X1:0.#} {y + line.Y1:0.#}L{x + line.X2:0.#} {y + line.Y2:0.#}")));
        if (stripes.Length > 0) drawing.Add($"<path class=\"stripe {colour}\" d=\"{stripes}\"/>");
    }

    /// <summary>The stripes within a rectangle: rising, upright, falling, level, or none.</summary>
    private static IEnumerable<(double X1, double Y1, double X2, double Y2)> Stripes(
        int pattern, double width, double height)
    {
        if (pattern is 1 or 3)
        {
            for (var at = StripeEvery; at < width + height; at += StripeEvery)
            {
                // Where a line with the slope of 1 enters and leaves.
                var (x1, x2) = (Math.Max(0, at - height), Math.Min(width, at));
                var (y1, y2) = (at - x1, at - x2);
                yield return pattern == 1 ? (x1, y1, x2, y2) : (x1, height - y1, x2, height - y2);
            }
        }
        else if (pattern == 2)
        {
            for (var x = StripeEvery; x < width; x += StripeEvery) yield return (x, 0, x, height);
        }
        else if (pattern == 4)
        {
            for (var y = StripeEvery; y < height; y += StripeEvery) yield return (0, y, width, y);
        }
    }
}
