using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Engine.Storage;

namespace Engine.Cli;

/// <summary>An answer of the interface that a saved page shows.</summary>
/// <param name="Path">The path of the request, such as <c>/pass</c>.</param>
/// <param name="Body">The body of the request as JSON; <c>{}</c> where a request has none.</param>
/// <param name="Answer">The answer as JSON.</param>
internal readonly record struct RecordedAnswer(string Path, string Body, string Answer);

/// <summary>How a saved page opens.</summary>
/// <param name="View">The view; null for the first.</param>
/// <param name="Language"><c>en</c> or <c>zh</c>; null for the reader's.</param>
/// <param name="Choice">
/// What the view shows first: an object with the names of its memory (see Page/views.js); null for its default.
/// </param>
internal readonly record struct PageOpening(string? View = null, string? Language = null, object? Choice = null);

/// <summary>
/// The page as one file that works from disk, without a server and without a network: styles and modules are in it, and
/// recorded answers take the place of the model.
/// </summary>
internal static partial class SavedPage
{
    // The page runs what is in the file and loads nothing: its scripts are named by their hashes or are data.
    private const string Policy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
        + "script-src data: ";

    /// <summary>The keys of a request to save a page.</summary>
    public static IReadOnlyList<string> Keys { get; } = ["source", "target", "recorded", "view", "language"];

    /// <summary>
    /// The page that a request asks for: with the answers that the request has, and if it names a sentence, with all
    /// that the page's views ask about the sentence first.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="api">Answers for the model.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="InputException">The request is not as it must be.</exception>
    public static string Html(RequestBody request, ModelApi api, CancellationToken cancellation)
    {
        var answers = request.Items("recorded").Select(item =>
        {
            var recorded = new RequestBody("a recorded answer", item, "path", "body", "answer");
            var body = recorded.Value("body");
            if (body is { ValueKind: not JsonValueKind.Object })
                throw recorded.Wrong("body", "must be the JSON object of a request");
            return new RecordedAnswer(
                recorded.Text("path"), body?.GetRawText() ?? "{}",
                recorded.Value("answer")?.GetRawText() ?? throw new InputException(
                    "a recorded answer: 'answer' is missing; add it to the JSON object."));
        }).ToList();
        if (request.LineOrNull("source") is { } source)
        {
            var known = answers.Select(IdentityOf).ToHashSet();
            answers.AddRange(
                RecordedPage.Answers(
                        api, source, request.LineOrNull("target"), isPartial: true, cancellation: cancellation)
                    .Where(answer => !known.Contains(IdentityOf(answer))));
        }
        return Html(answers, new PageOpening(request.TextOrNull("view"), request.TextOrNull("language")));
    }

    /// <summary>A request as text: keys sorted, as the page finds its answers (see Page/data.js).</summary>
    private static string IdentityOf(RecordedAnswer answer)
    {
        using var body = JsonDocument.Parse(answer.Body);
        return answer.Path + string.Concat(body.RootElement.EnumerateObject()
            .Where(property => property.Value.ValueKind != JsonValueKind.Null)
            .OrderBy(property => property.Name, StringComparer.Ordinal)
            .Select(property => $"\n{property.Name} {JsonSerializer.Serialize(property.Value)}"));
    }

    /// <summary>The page with recorded answers.</summary>
    /// <param name="answers">The answers. The answer to <c>/model</c> must be among them.</param>
    /// <param name="opening">How the page opens.</param>
    public static string Html(IEnumerable<RecordedAnswer> answers, PageOpening opening = default)
    {
        var html = PageFiles.Text(PageFiles.Index);
        html = Preload().Replace(html, "");
        html = StyleLink().Replace(html, link => $"<style>\n{PageFiles.Text(link.Groups["name"].Value)}</style>");
        html = Once(ImportMap(), html, _ => $"<script type=\"importmap\">{Modules()}</script>");
        html = Once(
            ModuleScript(), html,
            script => $"<script type=\"module\">import \"page/{script.Groups["name"].Value}\";</script>");
        var policy = Policy + string.Join(' ', PageFiles.HashesOf(html));
        html = Once(Charset(), html, meta =>
            $"{meta.Value}\n<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">");
        // Last, for recorded text may look like any part of a page.
        return Once(HeadEnd(), html, end => $"{Recorded(answers, opening)}\n{end.Value}");
    }

    /// <summary>The import map of a page whose modules are data.</summary>
    private static string Modules() =>
        "{\"imports\":{" + string.Join(",", PageFiles.Modules.Select(name =>
            $"\"page/{name}\":\"data:text/javascript;base64,{Convert.ToBase64String(PageFiles.Find(name)!)}\"")) + "}}";

    private static string Recorded(IEnumerable<RecordedAnswer> answers, PageOpening opening)
    {
        var json = new StringBuilder("{\"recorded\":[");
        json.AppendJoin(",\n", answers.Select(answer =>
            $"{{\"path\":{JsonOutput.OneLine(answer.Path)},\"body\":{answer.Body},\"answer\":{answer.Answer}}}"));
        json.Append($"],\"view\":{JsonOutput.OneLine(opening.View)},");
        json.Append($"\"language\":{JsonOutput.OneLine(opening.Language)},");
        json.Append($"\"choice\":{JsonOutput.OneLine(opening.Choice)}}}");
        // Within a script, "</script" and "<!--" would end the JSON or hide its end. In JSON, \u003c is "<" too.
        return "<script type=\"application/json\" id=\"recorded\">"
            + Tag().Replace(json.ToString(), @"\u003c") + "</script>";
    }

    /// <summary>Replaces what a page has once.</summary>
    private static string Once(Regex pattern, string html, MatchEvaluator replacement) =>
        pattern.Count(html) == 1
            ? pattern.Replace(html, replacement)
            : throw new InvalidOperationException($"{PageFiles.Index} must have {pattern} once.");

    [GeneratedRegex("""<link rel="stylesheet" href="/page/(?<name>[\w.-]+)">""")]
    private static partial Regex StyleLink();

    [GeneratedRegex("""<link rel="modulepreload" [^>]*>\n""")]
    private static partial Regex Preload();

    [GeneratedRegex("""<script type="importmap">.*?</script>""", RegexOptions.Singleline)]
    private static partial Regex ImportMap();

    [GeneratedRegex("""<script type="module" src="/page/(?<name>[\w.-]+)"></script>""")]
    private static partial Regex ModuleScript();

    [GeneratedRegex("""<meta charset="utf-8">""", RegexOptions.IgnoreCase)]
    private static partial Regex Charset();

    [GeneratedRegex("</head>")]
    private static partial Regex HeadEnd();

    [GeneratedRegex("<(?=[/!s])", RegexOptions.IgnoreCase)]
    private static partial Regex Tag();
}
