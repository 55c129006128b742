using System.Text.Json;
using Engine.Inspection;
using Engine.Storage;
using Engine.Training;
using Microsoft.AspNetCore.Http;

namespace Engine.Cli;

/// <summary>
/// Answers the requests of the JSON interface, by path and body. The server, and the commands that save a page, share
/// it. Any number of threads may ask at the same time.
/// </summary>
internal sealed class ModelApi
{
    // Of files that cannot be read yet, because somebody is copying them, the next try comes later.
    private const int PatienceAfterFailure = 10;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static readonly string[] Translation = ["text", "texts", .. DecoderRequest.Keys];
    private static readonly string[] Tracing = ["text", .. DecoderRequest.Keys, InterventionsRequest.Key, "checkpoint"];

    private readonly Dictionary<string, Func<RequestBody, ServedModel, CancellationToken, string>> answers;
    private readonly Dictionary<string, IReadOnlyList<string>> keys = new(StringComparer.Ordinal);
    private readonly string folder;
    private readonly TimeProvider time;
    private readonly Lock reloading = new();
    private ServedModel current;
    private FileStamp refused;
    private long checkedAt;
    private TimeSpan pause = Second;

    private ModelApi(string folder, ServedModel model, TimeProvider time)
    {
        (this.folder, current, this.time) = (folder, model, time);
        checkedAt = time.GetTimestamp();
        answers = new(StringComparer.Ordinal);
        Add("/model", [], (_, served, _) => ModelDescription.Of(served));
        Add("/translate", Translation, Translate);
        Add("/classify", ["text", "texts"], Classify);
        Add("/trace", Tracing, (body, served, stop) => RecordJson.OneLine(Trace(body, served, null, stop)));
        Add("/pass", ["source", "target", InterventionsRequest.Key, "checkpoint", "parts"], Pass);
        Add("/compare", ["source", "reference", InterventionsRequest.Key], Compare);
        Add("/step", ["source", "target", "seed"], Step);
        Add("/tokenize", ["side", "text"], (body, served, _) => TokenizerAnswers.Tokens(body, served.Model));
        Add("/positions", ["side", "count"], (body, served, _) => PositionAnswers.Rows(body, served.Model));
        Add("/gradients", [], (_, served, _) => GradientAnswers.Of(served.Folder));
        Add("/reload", [], (_, _, _) =>
        {
            try
            {
                Reload();
            }
            catch (InputException mistake)
            {
                // Nothing is wrong with the request: the folder is not in a state to be served.
                throw new RefusedException(StatusCodes.Status409Conflict, StaysBecause(mistake) + ".");
            }
            return JsonOutput.OneLine(new { Reloaded = true });
        });
    }

    /// <summary>The paths of the requests that <see cref="Answer"/> answers.</summary>
    public IReadOnlyCollection<string> Paths => answers.Keys;

    /// <summary>The model as requests get it now.</summary>
    public ServedModel Current => Volatile.Read(ref current);

    /// <summary>Reads a model folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="time">The clock by which the folder is looked at again.</param>
    /// <exception cref="InputException">The folder holds no model, or a file in it is damaged.</exception>
    public static ModelApi Load(string folder, TimeProvider? time = null) =>
        new(folder, ServedModel.Load(folder), time ?? TimeProvider.System);

    /// <summary>Answers a request.</summary>
    /// <param name="path">The path, such as <c>/translate</c>.</param>
    /// <param name="body">The JSON object of the request; an empty one for a request without.</param>
    /// <param name="cancellation">Ends the work of a request for which nobody waits any more.</param>
    /// <returns>The answer as one line of JSON.</returns>
    /// <exception cref="InputException">The request is not one that the model can answer; the message says why.
    /// </exception>
    /// <exception cref="RefusedException">The folder cannot be read again; the earlier model stays.</exception>
    /// <exception cref="OperationCanceledException">The cancellation asked for it.</exception>
    public string Answer(string path, JsonElement body, CancellationToken cancellation = default)
    {
        if (!answers.TryGetValue(path, out var answer))
            throw new InputException($"there is no request {path}; the requests are {string.Join(", ", Paths)}.");
        cancellation.ThrowIfCancellationRequested();
        return answer(new RequestBody(path, body, keys[path]), Current, cancellation);
    }

    /// <summary>As <c>/trace</c>, telling each step as it happens.</summary>
    /// <param name="body">The JSON object of the request.</param>
    /// <param name="stepped">Receives each step as JSON.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>The trace without its steps, as JSON.</returns>
    /// <exception cref="InputException">As <see cref="Answer"/>.</exception>
    public string Stream(JsonElement body, Action<string> stepped, CancellationToken cancellation = default) =>
        RecordJson.OneLine(Trace(
            new RequestBody("/stream", body, Tracing), Current, step => stepped(RecordJson.OneLine(step)),
            cancellation) with { Steps = [] });

    /// <summary>Whether a request has no body.</summary>
    public static bool IsGet(string path) => path is "/model" or "/gradients";

    /// <summary>Reads the folder again; requests at work go on with the model that they have.</summary>
    /// <exception cref="InputException">The folder cannot be read; the earlier model stays.</exception>
    public void Reload()
    {
        lock (reloading) Volatile.Write(ref current, ServedModel.Load(folder));
    }

    /// <summary>
    /// Reads the folder again if its weights were replaced; looks at most once a second. If the folder cannot be read,
    /// the earlier model stays.
    /// </summary>
    /// <param name="say">Is told why the folder cannot be read.</param>
    public void ReloadIfReplaced(Action<string> say)
    {
        if (!reloading.TryEnter()) return;
        try
        {
            var begun = time.GetTimestamp();
            if (time.GetElapsedTime(checkedAt, begun) < pause) return;
            (checkedAt, pause) = (begun, Second);
            var stamp = ServedModel.StampOf(folder);
            if (stamp == current.Stamp) return;
            try
            {
                Reload();
                say($"{Printable.Of(folder)}: the model was replaced, and the new one is served");
            }
            catch (InputException mistake)
            {
                pause += PatienceAfterFailure * time.GetElapsedTime(begun);
                if (stamp != refused) say(StaysBecause(mistake));
                refused = stamp;
            }
        }
        finally
        {
            reloading.Exit();
        }
    }

    private static string StaysBecause(InputException mistake) =>
        $"{mistake.Message.TrimEnd('.')}; the earlier model goes on serving";

    private void Add(
        string path, IReadOnlyList<string> known, Func<RequestBody, ServedModel, CancellationToken, string> answer)
    {
        answers.Add(path, answer);
        keys.Add(path, known);
    }

    private static string Translate(RequestBody body, ServedModel served, CancellationToken cancellation)
    {
        var model = Translator(served.Model);
        var options = DecoderRequest.Of(body, model, cancellation);
        var texts = TextsOf(body);
        foreach (var text in texts) WorkLimit.RequireTranslation(model, text, options);
        var found = model.Translate(texts, options, name: "text");
        return JsonOutput.OneLine(new
        {
            Translations = found.Select(ofText => ofText.Select(one => new { one.Text, one.Score })),
        });
    }

    private static string Classify(RequestBody body, ServedModel served, CancellationToken cancellation)
    {
        var model = Classifier(served.Model);
        var texts = TextsOf(body);
        cancellation.ThrowIfCancellationRequested();
        var found = model.Probabilities(texts, name: "text");
        return JsonOutput.OneLine(new
        {
            Labels = found.Select(line => line.Count == 0 ? "" : line[0].Key),
            Probabilities = found.Select(line => line.ToDictionary()),
        });
    }

    private static DecodingTrace Trace(
        RequestBody body, ServedModel served, Action<TracedStep>? stepped, CancellationToken cancellation)
    {
        var model = Translator(served.At(body.Whole("checkpoint", 0)));
        var options = DecoderRequest.Of(body, model, cancellation);
        if (options.ReplaceUnknown)
            throw new InputException("a trace shows the tokens that the model chose; leave replace_unknown out.");
        var text = body.Line("text");
        var off = InterventionsRequest.Of(body, model);
        WorkLimit.RequireTrace(model, text, options, recomputes: !off.AreNone);
        return DecodingTracer.Trace(model, text, options, off, stepped);
    }

    private static string Pass(RequestBody body, ServedModel served, CancellationToken cancellation)
    {
        var model = served.At(body.Whole("checkpoint", 0));
        var (source, target) = (body.Line("source"), body.LineOrNull("target"));
        var off = InterventionsRequest.Of(body, model);
        var parts = body.Texts("parts")?.ToHashSet();
        if (target is null && !off.AreNone && model is TranslationModel own)
            WorkLimit.RequireRecomputed(own, source, new TranslationOptions());
        WorkLimit.RequirePass(model, source, target);
        cancellation.ThrowIfCancellationRequested();
        return RecordJson.OneLine(model is TranslationModel translator
            ? PassRecorder.Record(translator, source, target, off, parts)
            : PassRecorder.Record((ClassificationModel)model, source, target, off, parts));
    }

    private static string Compare(RequestBody body, ServedModel served, CancellationToken cancellation)
    {
        var model = Translator(served.Model);
        var (source, reference) = (body.Line("source"), body.LineOrNull("reference"));
        var off = InterventionsRequest.Of(body, model);
        if (!off.AreNone) WorkLimit.RequireRecomputed(model, source, new TranslationOptions());
        WorkLimit.RequirePass(model, source, reference);
        cancellation.ThrowIfCancellationRequested();
        return RecordJson.OneLine(Comparison.Of(model, source, reference, off));
    }

    private static string Step(RequestBody body, ServedModel served, CancellationToken cancellation)
    {
        var (source, target) = (body.Line("source"), body.Line("target"));
        WorkLimit.RequirePass(served.Model, source, target);
        var random = body.Whole("seed") is { } seed ? new RandomStream(seed) : null;
        cancellation.ThrowIfCancellationRequested();
        return RecordJson.OneLine(StepRecorder.Record(served.Model, source, target, random));
    }

    /// <summary>The texts of a request: one, or a list.</summary>
    private static IReadOnlyList<string> TextsOf(RequestBody body)
    {
        if (body.Has("text") && body.Has("texts"))
            throw new InputException("'text' and 'texts' are both given; give one of them.");
        if (!body.Has("texts")) return [body.Line("text")];
        var texts = body.Texts("texts")!;
        if (texts.Count > WorkLimit.Texts)
            throw new InputException($"'texts' has {texts.Count} texts; send {WorkLimit.Texts} at most at a time.");
        return texts.FirstOrDefault(text => text.AsSpan().ContainsAny('\n', '\r')) is null
            ? texts
            : throw new InputException("a text of 'texts' has several lines; send each sentence as a text.");
    }

    private static TranslationModel Translator(TextModel model) => model as TranslationModel
        ?? throw new InputException("this model labels and does not translate; ask /classify, /pass or /step.");

    private static ClassificationModel Classifier(TextModel model) => model as ClassificationModel
        ?? throw new InputException("this model translates and does not label; ask /translate.");
}
