using System.Text;
using Engine.Cli;
using Engine.Storage;

namespace Engine.Tests.Fuzz;

/// <summary>
/// Targets of <c>engine serve</c>: an input is a line with the path of a request, and the body. The body is read and
/// the request answered as the server does it, without HTTP.
/// </summary>
internal static class FuzzedRequests
{
    private static readonly (string Path, string Body)[] OfTranslator =
    [
        ("/model", "{}"), ("/gradients", "{}"), ("/reload", "{}"),
        ("/translate", """{"text":"你好","decoder":"greedy","max_length":8}"""),
        ("/translate", """{"texts":["你 好","他","\u4ed6"],"decoder":"beam","beam":3,"n_best":2,"length_penalty":0.5}"""),
        ("/translate", """{"text":"他","decoder":"sample","temperature":0.7,"top_k":3,"top_p":0.9,"seed":7}"""),
        ("/trace", """{"text":"你","max_length":4,"checkpoint":16,"interventions":{"causal_mask":true,"padding":2}}"""),
        ("/stream", """{"text":"你","max_length":4,"decoder":"beam","interventions":{"scaling":true}}"""),
        ("/pass", """{"source":"你 好","target":"he is happy","parts":["weights"],"interventions":"""
            + """{"heads":[{"kind":"cross","layer":0,"head":1}],"residuals":["encoder"],"positions":true}}"""),
        ("/compare", """{"source":"你 好","reference":"he is","interventions":{"padding_mask":true,"padding":64}}"""),
        ("/step", """{"source":"他 好","target":"he is happy","seed":3}"""),
        ("/tokenize", """{"side":"target","text":"he is"}"""),
        ("/positions", """{"side":"source","count":5}"""),
        ("/save", """{"recorded":[{"path":"/pass","body":{"source":"他"},"answer":{"target_text":"he"}},"""
            + """{"path":"/model","answer":{}}],"view":"attention","language":"zh"}"""),
        ("/save", """{"source":"他","target":"he is","recorded":[{"path":"/model","body":{},"answer":{"name":"m"}}]}"""),
    ];

    private static readonly (string Path, string Body)[] OfClassifier =
    [
        ("/model", "{}"), ("/classify", """{"text":"the book was silly"}"""),
        ("/classify", """{"texts":["the critics enjoyed it","silly"]}"""),
        ("/pass", """{"source":"the book","target":"positive","parts":["weights"]}"""),
        ("/step", """{"source":"the book","target":"positive","seed":1}"""),
        ("/tokenize", """{"side":"source","text":"the book"}"""), ("/positions", """{"side":"source","count":3}"""),
        ("/save", """{"source":"the book","recorded":[]}"""),
    ];

    /// <summary>The requests to a model that translates.</summary>
    /// <param name="name">The target's name.</param>
    /// <param name="folder">Its model folder.</param>
    public static FuzzTarget ToTranslator(string name, string folder) => To(name, folder, OfTranslator);

    /// <summary>The requests to a model that labels.</summary>
    /// <inheritdoc cref="ToTranslator"/>
    public static FuzzTarget ToClassifier(string name, string folder) => To(name, folder, OfClassifier);

    private static FuzzTarget To(string name, string folder, (string Path, string Body)[] requests)
    {
        var api = new Lazy<ModelApi>(() => ModelApi.Load(folder));
        var seeds = requests.Select(request => Encoding.UTF8.GetBytes($"{request.Path}\n{request.Body}")).ToArray();
        return new(name, seeds, bytes =>
        {
            var end = Array.IndexOf(bytes, (byte)'\n');
            if (end < 0) return;
            var path = Encoding.UTF8.GetString(bytes, 0, end);
            var body = bytes.AsSpan(end + 1);
            // The server knows no other paths, and reads no longer bodies.
            if (path is not (ServedRequest.Save or ServedRequest.Stream) && !api.Value.Paths.Contains(path)) return;
            if (body.Length > ServedRequest.Longest(path)) return;
            try
            {
                var json = ServedRequest.Read(path, body);
                if (path == ServedRequest.Stream) api.Value.Stream(json, _ => { });
                else _ = ServedRequest.Answer(api.Value, path, json, CancellationToken.None);
            }
            catch (Exception refusal) when (refusal is InputException or RefusedException)
            {
                throw new InputException(Printable.Message(refusal.Message), refusal); // as it is sent
            }
        })
        {
            // What WorkLimit lets through takes some seconds on a calm machine, and a decoder that computes each step
            // anew allocates far more in all than at a time.
            IsJson = true, MostTime = TimeSpan.FromMinutes(1), MostBytes = 2L << 30,
        };
    }
}
