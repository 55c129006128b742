using Engine.Lab;

namespace Engine.Cli;

/// <summary>The contents of the book, or of some pages, with their verdicts.</summary>
internal static class BookContents
{
    /// <summary>The title of the book.</summary>
    public static Bilingual Title { get; } =
        new("会自己算出答案的面试题", "Interview questions that compute their own answers");

    /// <summary>The head and the list.</summary>
    /// <param name="entries">The pages in reading order.</param>
    /// <param name="answers">The pages that were computed, by their names.</param>
    /// <param name="links">Where the links lead.</param>
    public static string Of(
        IReadOnlyList<LabEntry> entries, IReadOnlyDictionary<string, LabAnswer> answers, BookLinks links)
    {
        var head = $"<h1>{BookText.Of(Title)}</h1>\n<p>{BookText.Of(new Bilingual(
            "每一页问一道面试题，先说判据，再在引擎自己的层上做实验；结论是对“说法”的，由数字按判据得出。",
            "Each page asks an interview question, says its rule, and runs an experiment on the engine's own layers. "
            + "The verdict is of the claim, and follows from the figures by the rule."))}</p>\n";
        var chapters = entries.GroupBy(entry => entry.Group).Select(group =>
            $"<h2 class=\"chapter\">{BookText.Each(language => language.Of(group.Key))}</h2>\n"
            + "<ul class=\"contents\">\n"
            + string.Concat(group.Select(entry => Line(entry, answers.GetValueOrDefault(entry.Name), links)))
            + "</ul>\n");
        var notes = links.HasViews ? "" : Notes(entries, answers); // a served page is computed when it is opened
        return $"{head}{notes}<nav aria-label=\"目录 / contents\">\n{string.Concat(chapters)}</nav>\n";
    }

    private static string Notes(IReadOnlyList<LabEntry> entries, IReadOnlyDictionary<string, LabAnswer> answers)
    {
        var summary = answers.Count == 0 ? "" : $"<p>{BookText.Each(language => Html.Text(
            LabSummary.Of([.. answers.Values], entries.Count, language)))}</p>\n";
        var lacking = entries.Count(entry => !answers.ContainsKey(entry.Name));
        return lacking == 0 ? summary : $"{summary}<p class=\"note\">{BookText.Of(new Bilingual(
            $"有 {lacking} 页还没有算，列出的是书中记录的结论。",
            $"{lacking} pages are not computed here; their verdicts are the recorded ones."))}</p>\n";
    }

    private static string Line(LabEntry entry, LabAnswer? answer, BookLinks links)
    {
        var question = BookText.Of(entry.Question);
        var linked = links.Page(entry.Name) is { } address ? $"<a href=\"{address}\">{question}</a>"
            : $"<span>{question} <code>engine lab {entry.Name}</code></span>";
        var kind = answer?.Result.Verdict.Kind ?? entry.Recorded;
        return $"<li>{linked}{BookText.Badge(kind)}<span class=\"of\">{BookText.Of(
            new Bilingual($"说法：{entry.Claim.Chinese}", $"claim: {entry.Claim.English}"))}</span></li>\n";
    }
}
