using System.Text.Json;
using System.Text.Unicode;
using Engine.Storage;

namespace Engine.Cli;

/// <summary>What the server does with a request apart from HTTP: it reads the body, and answers.</summary>
internal static class ServedRequest
{
    /// <summary>The path that saves a page, and the path whose answer comes piece by piece.</summary>
    public const string Save = "/save", Stream = "/stream";

    /// <summary>The most bytes of a request; a page to save holds recorded answers.</summary>
    public const int LongestBody = 64 << 10, LongestSave = 20 << 20;

    private const int DeepestBody = 16, DeepestSave = 64, LongestReason = 200;

    /// <summary>The most bytes that the body of a request may have.</summary>
    public static int Longest(string path) => path == Save ? LongestSave : LongestBody;

    /// <summary>Reads the body of a request.</summary>
    /// <param name="path">The path of the request, which messages name.</param>
    /// <param name="body">The bytes.</param>
    /// <exception cref="InputException">The body is empty, not UTF-8, or not JSON.</exception>
    public static JsonElement Read(string path, ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty) throw new InputException($"{path}: the body is empty; send a JSON object, such as {{}}.");
        if (!Utf8.IsValid(body)) throw new InputException($"{path}: the body is not valid UTF-8; encode it so.");
        try
        {
            return JsonElement.Parse(body, new JsonDocumentOptions
            {
                AllowDuplicateProperties = false,
                MaxDepth = path == Save ? DeepestSave : DeepestBody,
            });
        }
        catch (JsonException failure)
        {
            // The first sentence is the reason; the others advise the programmer.
            var reason = failure.Message.Split(". ")[0].TrimEnd('.');
            if (reason.Length > LongestReason) reason = "the text is damaged"; // it quotes the text
            throw new InputException(
                $"{path}: the body is not JSON ({Printable.Message(reason)}); send a JSON object.", failure);
        }
        catch (InvalidOperationException half)
        {
            // The search for keys that are given twice reads every key, also the keys within a value.
            throw new InputException(
                $"{path}: a key is not valid text (half of a surrogate pair); send whole characters.", half);
        }
    }

    /// <summary>The whole answer to a request: a line of JSON, or the page to save.</summary>
    /// <param name="api">Answers for the model.</param>
    /// <param name="path">The path of the request.</param>
    /// <param name="body">The body, as <see cref="Read"/> has read it.</param>
    /// <param name="cancellation">Ends the work of a request for which nobody waits any more.</param>
    /// <exception cref="InputException">The request is not one that the model can answer.</exception>
    /// <exception cref="RefusedException">The folder cannot be read again; the earlier model stays.</exception>
    public static string Answer(ModelApi api, string path, JsonElement body, CancellationToken cancellation) =>
        path == Save
            ? SavedPage.Html(new RequestBody(Save, body, SavedPage.Keys), api, cancellation)
            : api.Answer(path, body, cancellation) + "\n";
}
