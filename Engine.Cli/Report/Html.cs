using System.Net;

namespace Engine.Cli;

/// <summary>Parts of a page.</summary>
internal static class Html
{
    /// <summary>Any text, as a page shows it: escaped, and without what would control or hide text.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(Printable.Of(text));

    /// <summary>
    /// A text of a corpus: its own direction, so that Arabic beside English does not change places, and wrapped where
    /// it is long.
    /// </summary>
    public static string Sentence(string text) =>
        text.Length == 0 ? "<span class=\"empty\">(empty)</span>" : $"<bdi>{Text(text)}</bdi>";

    /// <summary>A table; its cells are parts of a page already.</summary>
    /// <param name="heads">The heads of the columns.</param>
    /// <param name="rows">The rows; the first cell of each is its head.</param>
    /// <param name="style">The table's class.</param>
    public static string Table(
        IEnumerable<string> heads, IEnumerable<IEnumerable<string>> rows, string style = "facts") =>
        $"<table class=\"{style}\"><thead><tr>"
        + string.Concat(heads.Select(head => head.Length > 0 ? $"<th scope=\"col\">{head}</th>" : "<td></td>"))
        + "</tr></thead><tbody>\n"
        + string.Concat(rows.Select(row =>
            $"<tr><th scope=\"row\">{row.First()}</th>{string.Concat(row.Skip(1).Select(cell => $"<td>{cell}</td>"))}"
            + "</tr>\n"))
        + "</tbody></table>\n";

    /// <summary>Something that may be wider than the page, and scrolls in a box of its own, with the keyboard too.
    /// </summary>
    public static string Wide(string label, string content) =>
        $"<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"{Text(label)}\">{content}</div>\n";

    /// <summary>A part of the page with a head.</summary>
    public static string Section(string title, string content) =>
        $"<section>\n<h2>{title}</h2>\n{content}</section>\n";
}
