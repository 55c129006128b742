using System.Collections.Concurrent;
using Engine.Lab;
using Engine.Storage;
using Microsoft.AspNetCore.Http;

namespace Engine.Cli;

/// <summary>
/// The book as <c>engine serve</c> has it: <c>/lab</c> lists the pages with their recorded verdicts, and
/// <c>/lab/NAME</c> computes a page when a reader opens it. An experiment that trains runs at its smallest size, unless
/// the reader asks for the whole (<c>?size=full</c>). What was computed is kept.
/// </summary>
internal sealed class BookSite
{
    /// <summary>The path of the contents.</summary>
    public const string Contents = "/lab";

    private const string Quick = "quick", Full = "full";

    private static readonly BookLinks Links = new(name => $"{Contents}/{name}", Contents, HasViews: true);

    private readonly ConcurrentDictionary<(string Name, string Size), LabAnswer> answers = new();

    /// <summary>Whether a path belongs to the book.</summary>
    public static bool Has(string path) =>
        path == Contents || path.StartsWith(Contents + "/", StringComparison.Ordinal);

    /// <summary>The document at a path.</summary>
    /// <param name="path">The path.</param>
    /// <param name="size"><c>quick</c> or <c>full</c>; empty for the page's own.</param>
    /// <param name="isChinese">Whether the reader's browser prefers Chinese.</param>
    /// <param name="gone">Says that nobody waits any more.</param>
    /// <exception cref="RefusedException">There is no such page.</exception>
    /// <exception cref="InputException">The size is none of the two.</exception>
    public string Html(string path, string size, bool isChinese, CancellationToken gone)
    {
        var first = LabLanguage.Of(isChinese ? "zh" : "en")[0];
        if (path == Contents)
        {
            var back = $"<a href=\"/\">{BookText.Of(new Bilingual("看模型内部", "inside the model"))}</a>";
            var none = new Dictionary<string, LabAnswer>();
            return BookFrame.Of(BookContents.Title, first, back, BookContents.Of(LabCatalogue.All, none, Links));
        }
        var name = path[(Contents.Length + 1)..];
        var pages = LabCatalogue.All;
        var at = Enumerable.Range(0, pages.Count).FirstOrDefault(i => pages[i].Name == name, -1);
        if (at < 0)
        {
            var near = Nearest.To(name, pages.Select(page => page.Name));
            var guess = near is null ? "" : $"the nearest name is {near}, and ";
            throw new RefusedException(
                StatusCodes.Status404NotFound,
                $"the book has no page '{name}'; {guess}its contents are {Contents}.");
        }
        if (size is not ("" or Quick or Full))
            throw new InputException($"'size' is '{size}'; it must be {Quick} or {Full}.");
        if (size.Length == 0) size = pages[at].IsCertain ? Full : Quick;
        var answer = answers.TryGetValue((name, size), out var kept) ? kept : Compute(pages[at], size, gone);
        answers[(name, size)] = answer;
        return BookDocuments.Page(
            answer, pages.ElementAtOrDefault(at - 1), pages.ElementAtOrDefault(at + 1), Links, first,
            size == Quick ? More(pages[at]) : "");
    }

    private static LabAnswer Compute(LabEntry entry, string size, CancellationToken gone) => new()
    {
        // The server has a thread for each request.
        Result = entry.Run(new LabRun(entry, isFull: size == Full, cancellation: gone) { Threads = 1 }),
        Entry = entry,
        Seed = 1,
        Size = size,
    };

    /// <summary>Says that the figures are of the smallest size, and offers the whole.</summary>
    private static string More(LabEntry entry)
    {
        var recorded = BookText.Badge(entry.Recorded);
        var note = BookText.Parts(
            $"这里是最小规模的结果，只说明实验能跑；完整规模、种子 1 时书中记录的结论是 {recorded}",
            $"These figures are of the smallest size, and show only that the experiment runs. "
            + $"At full size with seed 1 the book records {recorded}");
        var link = BookText.Of(new Bilingual(
            FormattableString.Invariant($"按完整规模计算（约 {entry.Seconds:0} 秒）"),
            FormattableString.Invariant($"compute at full size (about {entry.Seconds:0} s)")));
        var address = $"{Contents}/{entry.Name}?size={Full}";
        return $"<p class=\"note\">{note}<br><a class=\"run\" href=\"{address}\">{link}</a></p>\n";
    }
}
