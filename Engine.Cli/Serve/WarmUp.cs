using System.Net;
using System.Net.Sockets;
using System.Text;
using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>
/// Sends a server its first requests, so that the methods of server and model are compiled before somebody waits for an
/// answer.
/// </summary>
internal static class WarmUp
{
    /// <summary>Sends the requests of a page that opens, and reads the answers, whatever they are.</summary>
    /// <param name="port">The server's port.</param>
    /// <param name="served">The model that is served.</param>
    public static async Task Run(int port, ServedModel served)
    {
        var text = served.Samples.Count > 0 ? served.Samples[0] : "1";
        var (one, source) = (JsonOutput.OneLine(new { Text = text }), JsonOutput.OneLine(new { Source = text }));
        (string Path, string? Body)[] requests = served.Model is TranslationModel
            ? [("/", null), ("/model", null), ("/translate", one), ("/stream", one), ("/pass", source)]
            : [("/", null), ("/model", null), ("/classify", one), ("/pass", source)];
        foreach (var (path, body) in requests) await Ask(port, path, body);
    }

    // A client of HTTP would cost more time than all of the server.
    private static async Task Ask(int port, string path, string? body)
    {
        using var client = new TcpClient(AddressFamily.InterNetwork);
        await client.ConnectAsync(IPAddress.Loopback, port);
        var stream = client.GetStream();
        var head = FormattableString.Invariant(
            $"{(body is null ? "GET" : "POST")} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n")
            + (body is null ? "\r\n" : FormattableString.Invariant(
                $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));
        await stream.WriteAsync(Encoding.UTF8.GetBytes(head));
        await stream.CopyToAsync(System.IO.Stream.Null);
    }
}
