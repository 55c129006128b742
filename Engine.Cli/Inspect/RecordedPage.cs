using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Engine.Layers;
using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>
/// The page as one file about one sentence, with the answers to all that its views ask before a reader touches them:
/// what <c>--html</c> writes, and what the page itself saves.
/// </summary>
internal static class RecordedPage
{
    private const string Option = "--html", PageEnd = ".html";

    // What the page's view of positions asks for (Page/Pass/view-positions.js).
    private const int Positions = 40;

    private static readonly JsonSerializerOptions Plain =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Checks, before any work, that the page can be written; nothing is changed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="folder">The model's folder, whose files a page must not replace; null for none.</param>
    /// <exception cref="InputException">The file cannot be written, or belongs to the model.</exception>
    public static void Check(string path, string? folder)
    {
        OutputPath.Check(path, Option);
        if (folder is null) return;
        var file = Real(path);
        var isOther = file.EndsWith(PageEnd, StringComparison.OrdinalIgnoreCase)
            && Path.GetFileName(file) != ModelFolder.Page;
        if (!isOther && File.Exists(file)
            && file.StartsWith(Real(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new InputException($"{path}: belongs to the model; name another file for {Option}.");
    }

    /// <summary>Writes the page, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="api">Answers for the model.</param>
    /// <param name="source">The sentence.</param>
    /// <param name="target">Its translation, or label; null for the model's own.</param>
    /// <param name="opening">How the page opens.</param>
    /// <param name="streams">Hears where the page is.</param>
    /// <param name="seed">Draws the dropout of the training step; null for a step without dropout.</param>
    /// <exception cref="InputException">The model cannot answer, or the file cannot be written.</exception>
    public static void Write(
        string path, ModelApi api, string source, string? target, PageOpening opening, CommandStreams streams,
        long? seed = null)
    {
        var html = SavedPage.Html(Answers(api, source, target, seed, left: Left), opening);
        AtomicFile.WriteText(path, html, followsLinks: true);
        streams.Error.WriteLine(Printable.Of($"page: {path}; open it in a browser"));

        void Left(string what, InputException reason) => streams.Error.WriteLine(
            $"warning: the page is without the {what}: {Printable.Message(reason.Message)}");
    }

    /// <summary>What the views ask before a reader touches them, and the answers.</summary>
    /// <param name="api">Answers for the model.</param>
    /// <param name="source">The sentence.</param>
    /// <param name="target">Its translation, or label; null for the model's own.</param>
    /// <param name="seed">Draws the dropout of the training step; null for a step without dropout.</param>
    /// <param name="isPartial">Whether to leave out what the model cannot answer, such as a long step.</param>
    /// <param name="left">
    /// Is told which part is left out because a file that the model does not need is damaged, and what is wrong.
    /// </param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="InputException">The model cannot answer.</exception>
    public static List<RecordedAnswer> Answers(
        ModelApi api, string source, string? target, long? seed = null, bool isPartial = false,
        Action<string, InputException>? left = null, CancellationToken cancellation = default)
    {
        var model = api.Current.Model;
        var answers = new List<RecordedAnswer>();
        Ask("/model", []);
        Ask("/gradients", [], optional: "gradient norms of the run");
        var pass = Ask("/pass", new() { ["source"] = source });
        if (target is not null) Ask("/pass", new() { ["source"] = source, ["target"] = target });
        var read = target ?? (pass is null ? "" : JsonNode.Parse(pass)!["target_text"]!.GetValue<string>());
        var hasTarget = !string.IsNullOrWhiteSpace(read); // a model may translate into nothing
        if (hasTarget) Ask("/step", new() { ["source"] = source, ["target"] = read });
        if (seed is not null) Ask("/step", new() { ["source"] = source, ["target"] = read, ["seed"] = seed });
        foreach (var update in api.Current.Updates) AskWeights(update);
        if (target is null && api.Current.Updates.Count > 0) AskWeights(null);
        Ask("/tokenize", new() { ["side"] = "source", ["text"] = source });
        var isLearned = model.Configuration.Positions == PositionEncoding.Learned;
        var positions = isLearned ? Math.Min(Positions, model.Configuration.MaxLength) : Positions;
        foreach (var side in isLearned && model is TranslationModel ? (string[])["source", "target"] : ["source"])
            Ask("/positions", new() { ["side"] = side, ["count"] = positions });
        if (model is not TranslationModel) return answers;
        Ask("/trace", new() { ["text"] = source });
        if (Ask("/trace", new() { ["text"] = source, ["decoder"] = DecoderArguments.Beams }) is { } beam)
            answers[^1] = answers[^1] with { Answer = WithoutLogits(beam) };
        if (hasTarget) Ask("/tokenize", new() { ["side"] = "target", ["text"] = read });
        return answers;

        // The view of checkpoints compares what each says by itself with what it makes of the translation.
        void AskWeights(long? checkpoint)
        {
            foreach (var given in hasTarget ? (string?[])[null, read] : [null])
            {
                var body = new JsonObject { ["source"] = source, ["parts"] = new JsonArray("weights") };
                if (given is not null) body["target"] = given;
                if (checkpoint is { } update) body["checkpoint"] = update;
                var answer = Ask("/pass", body, checkpoint is null ? null : $"checkpoint of update {checkpoint}");
                if (answer is null && checkpoint is not null) break; // a damaged file is named once
            }
        }

        string? Ask(string path, JsonObject body, string? optional = null)
        {
            var request = body.ToJsonString(Plain);
            using var parsed = JsonDocument.Parse(request);
            try
            {
                var answer = api.Answer(path, parsed.RootElement, cancellation);
                answers.Add(new RecordedAnswer(path, request, answer));
                return answer;
            }
            catch (InputException reason) when (isPartial || optional is not null)
            {
                if (optional is not null) left?.Invoke(optional, reason);
                return null; // the view says that this is not in the file
            }
        }
    }

    // The view of a beam shows candidates. Only the bars of the translation read all logits.
    private static string WithoutLogits(string trace)
    {
        var json = JsonNode.Parse(trace)!;
        foreach (var row in json["steps"]!.AsArray().SelectMany(step => step!["rows"]!.AsArray()))
            row!["logits"] = new JsonArray();
        return json.ToJsonString(Plain);
    }

    /// <summary>The path of the file or folder itself, whatever links lead to it.</summary>
    private static string Real(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        FileSystemInfo info = Directory.Exists(full) ? new DirectoryInfo(full) : new FileInfo(full);
        var file = info.LinkTarget is null ? full : info.ResolveLinkTarget(true)!.FullName;
        return Path.GetDirectoryName(file) is { } parent ? Path.Combine(Real(parent), Path.GetFileName(file)) : file;
    }
}
