using Engine.Lab;

namespace Engine.Cli;

/// <summary>Some pages of the book in one document: the contents, then the pages.</summary>
internal static class BookFile
{
    /// <summary>The document.</summary>
    /// <param name="entries">The pages that were to be computed.</param>
    /// <param name="answers">The pages that were computed.</param>
    /// <param name="first">The language that a reader sees who chose none.</param>
    public static string Of(
        IReadOnlyList<LabEntry> entries, IReadOnlyList<LabAnswer> answers, LabLanguage first)
    {
        var byName = answers.ToDictionary(answer => answer.Entry.Name);
        var links = new BookLinks(name => byName.ContainsKey(name) ? $"#{name}" : null, "#");
        if (entries is [_] && answers is [var one])
            return BookFrame.Of(one.Entry.Question, first, "", BookArticle.Of(one, links, level: 1));
        var contents = BookContents.Of(entries, byName, links);
        return BookFrame.Of(
            BookContents.Title, first, $"<a href=\"#\">{BookText.Of(new Bilingual("目录", "contents"))}</a>",
            contents + string.Concat(answers.Select(answer => BookArticle.Of(answer, links, level: 2))));
    }
}
