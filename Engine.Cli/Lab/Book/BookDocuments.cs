using Engine.Lab;

namespace Engine.Cli;

/// <summary>The files of the whole book: the contents and a document for each page, in HTML and in Markdown.</summary>
internal static class BookDocuments
{
    /// <summary>The name of the contents.</summary>
    public const string Index = "index.html";

    /// <summary>The name of the results, from which the book can be written again.</summary>
    public const string Results = "results.jsonl";

    /// <summary>The name of the folder of the pages in HTML.</summary>
    public const string Pages = "pages";

    /// <summary>The files by their paths within the book's folder, the contents last.</summary>
    /// <param name="entries">The pages of the book.</param>
    /// <param name="answers">The pages that were computed, in reading order; the others have no documents.</param>
    /// <param name="languages">The languages of the Markdown; a document in HTML has both, and shows the first.</param>
    public static IEnumerable<(string Path, string Text)> Of(
        IReadOnlyList<LabEntry> entries, IReadOnlyList<LabAnswer> answers, IReadOnlyList<LabLanguage> languages)
    {
        var byName = answers.ToDictionary(answer => answer.Entry.Name);
        foreach (var (i, answer) in answers.Index())
        {
            yield return ($"{Pages}/{answer.Entry.Name}.html", Page(
                answer, answers.ElementAtOrDefault(i - 1)?.Entry, answers.ElementAtOrDefault(i + 1)?.Entry,
                new BookLinks(name => byName.ContainsKey(name) ? $"{name}.html" : null, $"../{Index}"), languages[0]));
        }
        foreach (var file in languages.SelectMany(language => BookMarkdown.Of(entries, answers, language)))
            yield return file;
        yield return (Results, string.Concat(answers.Select(answer => LabJson.Of(answer) + "\n")));
        var links = new BookLinks(name => byName.ContainsKey(name) ? $"{Pages}/{name}.html" : null, Index);
        yield return (Index, BookFrame.Of(
            BookContents.Title, languages[0], "", BookContents.Of(entries, byName, links)));
    }

    /// <summary>The document of a page that was computed.</summary>
    /// <param name="answer">The page.</param>
    /// <param name="before">The page before it; null if it is the first.</param>
    /// <param name="after">The page after it; null if it is the last.</param>
    /// <param name="links">Where its links lead.</param>
    /// <param name="first">The language that a reader sees who chose none.</param>
    /// <param name="note">What stands before the article; empty for nothing.</param>
    public static string Page(
        LabAnswer answer, LabEntry? before, LabEntry? after, BookLinks links, LabLanguage first, string note = "")
    {
        string To(LabEntry page, string text) => $"<a href=\"{links.Page(page.Name)}\">{text}</a>";
        var turn = (before is null ? "" : To(before, $"← {BookText.Of(before.Question)}"))
            + (after is null ? "" : To(after, $"{BookText.Of(after.Question)} →"));
        var contents = $"<a href=\"{links.Contents}\">{BookText.Of(new Bilingual("目录", "contents"))}</a>";
        var article = BookArticle.Of(answer, links, level: 1);
        return BookFrame.Of(
            answer.Entry.Question, first, contents,
            $"{note}{article}<nav class=\"turn\" aria-label=\"前后的页 / the pages before and after\">{turn}</nav>\n");
    }
}
