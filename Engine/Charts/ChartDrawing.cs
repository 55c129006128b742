using System.Globalization;
using System.Text;

namespace Engine.Charts;

/// <summary>Collects the elements of an SVG.</summary>
internal sealed class ChartDrawing
{
    private readonly StringBuilder body = new();

    /// <summary>Adds an element, with numbers as SVG writes them.</summary>
    public void Add(FormattableString element) =>
        body.Append(element.ToString(CultureInfo.InvariantCulture)).Append('\n');

    /// <summary>Adds a text; an empty text adds nothing.</summary>
    /// <param name="style">Its class; empty for none.</param>
    /// <param name="x">Where it begins, ends or has its middle.</param>
    /// <param name="y">Its baseline.</param>
    /// <param name="anchor"><c>start</c>, <c>middle</c> or <c>end</c>.</param>
    /// <param name="text">The text.</param>
    /// <param name="more">Further attributes.</param>
    public void Text(string style, double x, double y, string anchor, string text, string more = "")
    {
        if (text.Length == 0) return;
        var named = style.Length > 0 ? $" class=\"{style}\"" : "";
        var shown = ChartText.Escape(text);
        Add($"<text{named} x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\"{more}>{shown}</text>");
    }

    /// <summary>Adds a straight line of a grid or an axis.</summary>
    public void Line(string style, double x1, double y1, double x2, double y2) =>
        Add($"<path class=\"{style}\" d=\"M{x1:0.#} {y1:0.#}L{x2:0.#} {y2:0.#}\"/>");

    /// <summary>The picture as a file: with its style, on the colour of a page.</summary>
    /// <param name="label">What a reader hears who does not see the picture.</param>
    /// <param name="width">The width in pixels.</param>
    /// <param name="height">The height in pixels.</param>
    /// <param name="margin">The room around the marks, in pixels.</param>
    /// <param name="metadata">Text for programs that read the picture; null for none.</param>
    public string ToFile(
        string label, double width, double height, int margin = 12, string? metadata = null) => Whole(
        label, width, height, margin,
        $"<style>\n{ChartStyles.Css}\n</style>\n"
        + (metadata is null ? "" : $"<metadata>{metadata}</metadata>\n")
        + $"<rect class=\"page\" x=\"{-margin}\" y=\"{-margin}\" width=\"100%\" height=\"100%\"/>\n");

    /// <summary>The picture as an element of a page that has <see cref="ChartStyles.Css"/>.</summary>
    /// <param name="label">What a reader hears who does not see the picture.</param>
    /// <param name="width">The width in pixels.</param>
    /// <param name="height">The height in pixels.</param>
    public string ToElement(string label, double width, double height) => Whole(label, width, height, 0, "");

    private string Whole(string label, double width, double height, int margin, string head)
    {
        (width, height) = (width + (2 * margin), height + (2 * margin));
        var box = FormattableString.Invariant($"{-margin} {-margin} {width:0} {height:0}");
        var size = FormattableString.Invariant($"viewBox=\"{box}\" width=\"{width:0}\"");
        var high = FormattableString.Invariant($"height=\"{height:0}\"");
        return $"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" {size} {high} role=\"img\" "
            + $"aria-label=\"{ChartText.Escape(label)}\">\n{head}{body}</svg>\n";
    }
}
