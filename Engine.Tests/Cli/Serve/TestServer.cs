using System.Net;
using System.Text;
using System.Text.Json;
using Engine.Cli;

namespace Engine.Tests.Cli;

/// <summary>A server in this process on a port of its own, and a client that asks it through a socket.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly PageServer server;

    private TestServer(PageServer server, List<string> said)
    {
        (this.server, Said) = (server, said);
        Client = new HttpClient { BaseAddress = new Uri($"http://localhost:{server.Port}/") };
        Client.Timeout = TimeSpan.FromMinutes(5); // a busy machine is slow, and not wrong
    }

    public HttpClient Client { get; }

    public int Port => server.Port;

    /// <summary>What the server said to the person who started it.</summary>
    public IReadOnlyList<string> Said { get; }

    public static async Task<TestServer> Start(string folder, int threads = 2, TimeProvider? time = null)
    {
        var said = new List<string>();
        var server = await PageServer.Start(ModelApi.Load(folder, time), 0, threads, line =>
        {
            lock (said) said.Add(line);
        });
        return new TestServer(server, said);
    }

    /// <summary>A POST request with a body.</summary>
    public static HttpRequestMessage Post(string path, string body, string type = "application/json") =>
        new(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, type) };

    /// <summary>The answer to a request that must be answered.</summary>
    public async Task<JsonElement> Ask(string path, string body)
    {
        using var response = await Client.SendAsync(Post(path, body));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        return JsonElement.Parse(text);
    }

    /// <summary>The first translation of a text.</summary>
    public async Task<string> Translate(string text) =>
        (await Ask("/translate", JsonSerializer.Serialize(new { text })))
            .GetProperty("translations")[0][0].GetProperty("text").GetString()!;

    /// <summary>Asserts that a request is refused with one line of JSON, and returns the reason.</summary>
    public async Task<string> Refused(HttpStatusCode status, HttpRequestMessage request)
    {
        using var response = await Client.SendAsync(request);
        return await Reason(status, response);
    }

    public static async Task<string> Reason(HttpStatusCode status, HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == response.StatusCode, $"{response.StatusCode}: {text}");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Single(text.TrimEnd('\n').Split('\n'));
        return Assert.Single(JsonElement.Parse(text).EnumerateObject().ToArray()).Value.GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await server.DisposeAsync();
    }
}
