using Engine.Charts;
using Engine.Lab;

namespace Engine.Cli;

/// <summary>A document of the book: one file with its styles, that loads nothing and works from disk.</summary>
internal static class BookFrame
{
    /// <summary>The document.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="first">The language that a reader sees who chose none.</param>
    /// <param name="tools">What stands beside the switch of languages, such as the way to the contents.</param>
    /// <param name="content">The content.</param>
    public static string Of(Bilingual title, LabLanguage first, string tools, string content)
    {
        var script = $"<script>{BookStyles.Script}</script>";
        var policy = $"default-src 'none'; style-src 'unsafe-inline'; {ScriptPolicy(script)}; img-src data:; "
            + "base-uri 'none'; form-action 'none'";
        return $"""
            <!DOCTYPE html>
            <html lang="{(first.IsChinese ? "zh-Hans" : "en")}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="{policy}">
            <title>{Html.Text(first.Of(title))}</title>
            <link rel="icon" href="data:,">
            <style>
            {BookStyles.Css}
            {ChartStyles.Css}
            </style>
            </head>
            <body>
            <header class="bar">{tools}
            <fieldset class="languages"><legend class="unseen">语言 / language</legend>
            {Choice("zh", "zh-Hans", "中文", first.IsChinese)}
            {Choice("en", "en", "English", !first.IsChinese)}</fieldset></header>
            <main>
            {content}</main>
            {script}
            </body>
            </html>

            """;
    }

    /// <summary>The policy that a server sends with a document, in which the document's own script may run.</summary>
    public static string Policy(string html) =>
        $"default-src 'none'; style-src 'unsafe-inline'; {ScriptPolicy(html)}; img-src data:; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'";

    private static string ScriptPolicy(string html) => $"script-src {string.Join(' ', PageFiles.HashesOf(html))}";

    private static string Choice(string code, string language, string name, bool isFirst) =>
        $"<input type=\"radio\" name=\"language\" id=\"to-{code}\"{(isFirst ? " checked" : "")}>"
        + $"<label for=\"to-{code}\" lang=\"{language}\">{name}</label>";
}
