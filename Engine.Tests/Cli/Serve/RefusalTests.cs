using System.Net;
using System.Net.Sockets;
using System.Text;
using Engine.Cli;

namespace Engine.Tests.Cli;

/// <summary>Requests that the server refuses, each in one line that says why.</summary>
public sealed class RefusalTests(TinyRun tiny) : IClassFixture<TinyRun>, IAsyncLifetime
{
    private TestServer server = null!;

    public async Task InitializeAsync() => server = await TestServer.Start(tiny.Model);

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData("evil.example", "evil.example")]
    [InlineData("localhost:1", "localhost:1")]
    [InlineData("localhost.evil.example", "localhost.evil.example")]
    public async Task A_name_of_another_site_that_leads_here_is_refused(string host, string named)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/model") { Headers = { Host = host } };
        Assert.StartsWith(
            $"this server is localhost:{server.Port}, not '{named}'",
            await server.Refused(HttpStatusCode.MisdirectedRequest, request));
    }

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("http://localhost:1")]
    [InlineData("https://localhost")]
    [InlineData("null")]
    public async Task Another_origin_is_refused(string origin)
    {
        using var request = TestServer.Post("/translate", """{"text": "red"}""");
        request.Headers.Add("Origin", origin);
        Assert.StartsWith(
            $"the origin '{origin}' may not ask this server", await server.Refused(HttpStatusCode.Forbidden, request));
    }

    [Theory]
    [InlineData("/model", "cross-site", "no-cors")]
    [InlineData("/model", "same-site", "no-cors")]
    [InlineData("/model", "cross-site", "navigate")]
    [InlineData("/", "cross-site", "no-cors")]
    public async Task What_a_page_of_another_site_sends_is_refused(string path, string site, string mode)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Sec-Fetch-Site", site);
        request.Headers.Add("Sec-Fetch-Mode", mode);
        Assert.StartsWith(
            "a page of another site may not ask", await server.Refused(HttpStatusCode.Forbidden, request));
    }

    [Theory]
    [InlineData("/model", "same-origin", "cors")]
    [InlineData("/", "none", "navigate")]
    [InlineData("/", "cross-site", "navigate")] // a link
    public async Task The_page_itself_and_links_to_it_are_let_in(string path, string site, string mode)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Sec-Fetch-Site", site);
        request.Headers.Add("Sec-Fetch-Mode", mode);
        request.Headers.Add("Origin", $"http://127.0.0.1:{server.Port}");
        using var response = await server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("/nowhere")]
    [InlineData("/page/none.js")]
    [InlineData("/page/../page/%2e%2e/appsettings.json")]
    [InlineData("/page/")]
    public async Task A_path_that_is_not_there_is_404(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        Assert.Matches("^(there is no|the page has no file)", await server.Refused(HttpStatusCode.NotFound, request));
    }

    [Theory]
    [InlineData("GET", "/translate", "POST")]
    [InlineData("GET", "/reload", "POST")]
    [InlineData("PUT", "/stream", "POST")]
    [InlineData("OPTIONS", "/translate", "POST")]
    [InlineData("POST", "/model", "GET, HEAD")]
    [InlineData("DELETE", "/page/page.css", "GET, HEAD")]
    public async Task A_method_that_a_path_does_not_have_is_405_and_names_the_others(
        string method, string path, string allowed)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await server.Client.SendAsync(request);
        Assert.Equal(allowed, string.Join(", ", response.Content.Headers.Allow));
        Assert.Contains(" is not possible here", await TestServer.Reason(HttpStatusCode.MethodNotAllowed, response));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/jsonx")]
    public async Task A_body_of_another_type_is_refused(string type)
    {
        using var request = TestServer.Post("/translate", """{"text": "red"}""", type);
        Assert.Contains(
            "send the header 'Content-Type: application/json'",
            await server.Refused(HttpStatusCode.UnsupportedMediaType, request));
    }

    [Fact]
    public async Task A_body_that_is_too_long_is_refused()
    {
        foreach (var chunked in (bool[])[false, true])
        {
            using var request = TestServer.Post("/translate", "{\"text\": \"" + new string('a', 65_536) + "\"}");
            request.Headers.TransferEncodingChunked = chunked;
            Assert.StartsWith(
                "the body is too long; 65,536 bytes are the most (20,971,520 for /save)",
                await server.Refused(HttpStatusCode.RequestEntityTooLarge, request));
        }
    }

    [Theory]
    [InlineData("", "/translate: the body is empty; send a JSON object")]
    [InlineData("{\"text\": ", "/translate: the body is not JSON (")]
    [InlineData("[1]", "/translate: the body must be a JSON object, such as {}, not [1].")]
    [InlineData("{\"text\": \"a\", \"text\": \"b\"}", "/translate: the body is not JSON (Duplicate property")]
    [InlineData("[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", "/translate: the body is not JSON (The maximum configured")]
    [InlineData("{}", "/translate: 'text' is missing; add it to the JSON object.")]
    [InlineData("{\"text\": 3}", "/translate: 'text' must be a text, not 3.")]
    [InlineData("{\"text\": {\"a\": 1, \"\\ud800\": 1}}", "/translate: a key is not valid text (half of a surrogate")]
    [InlineData("{\"text\": \"\\ud800\"}", "/translate: 'text' is not valid text (half of a surrogate pair)")]
    [InlineData("{\"text\": \"a\\nb\"}", "/translate: 'text' must be one line: a sentence, not \"a\\nb\".")]
    [InlineData("{\"texts\": \"red\"}", "/translate: 'texts' must be a list, not \"red\".")]
    [InlineData("{\"texts\": [\"a\\nb\"]}", "a text of 'texts' has several lines; send each sentence as a text.")]
    [InlineData("{\"text\": \"a\", \"texts\": []}", "'text' and 'texts' are both given; give one of them.")]
    [InlineData("{\"text\": \"red\", \"baem\": 3}", "/translate: key 'baem' is not known; did you mean 'beam'?")]
    [InlineData(
        "{\"text\": \"red\", \"beam\": 3}", "beam is not read by decoder greedy; leave it out, or choose beam.")]
    [InlineData(
        "{\"text\": \"red\", \"decoder\": \"beam\", \"beam\": 2.5}",
        "/translate: 'beam' must be a whole number, not 2.5.")]
    [InlineData(
        "{\"text\": \"red\", \"decoder\": \"beam\", \"n_best\": 9}", "n_best is 9; it must be 1 to beam, 4.")]
    [InlineData(
        "{\"text\": \"red\", \"decoder\": \"sample\", \"temperature\": 0}",
        "temperature is 0; it must be 0.001 to 1000 (decoder greedy does what 0 would do).")]
    [InlineData("{\"text\": \"red\", \"decoder\": \"best\"}", "decoder 'best' is not known; use greedy, beam, sample.")]
    [InlineData(
        "{\"text\": \"red\", \"decoder\": \"sample\", \"seed\": 1e400}", "/translate: 'seed' must be a whole number")]
    [InlineData(
        "{\"text\": \"red\", \"decoder\": \"beam\", \"beam\": 1000, \"max_length\": 10000}",
        "1000 translations of up to 10,000 tokens grow at once; 32,768 tokens together are the most.")]
    public async Task A_bad_body_is_refused_with_its_remedy(string body, string reason)
    {
        using var request = TestServer.Post("/translate", body);
        Assert.StartsWith(reason, await server.Refused(HttpStatusCode.BadRequest, request));
    }

    [Fact]
    public async Task Too_many_texts_and_too_many_tokens_are_refused()
    {
        var texts = string.Join(',', Enumerable.Repeat("\"red\"", 65));
        var words = string.Concat(Enumerable.Repeat("red ", 4097));
        (string Path, string Body, string Reason)[] cases =
        [
            ("/translate", $"{{\"texts\": [{texts}]}}", "'texts' has 65 texts; send 64 at most at a time."),
            ("/translate", $"{{\"text\": \"{words}\"}}", "has 4,097 tokens; a line may have at most 4,096"),
            ("/pass", $"{{\"source\": \"{words}\"}}", "8,000,000 are the most. Use a shorter sentence."),
            ("/stream", $"{{\"text\": \"{words}\"}}", "8,000,000 are the most. Use a shorter sentence, a narrower"),
        ];
        foreach (var (path, body, reason) in cases)
        {
            using var request = TestServer.Post(path, body);
            Assert.Contains(reason, await server.Refused(HttpStatusCode.BadRequest, request));
        }
    }

    [Fact]
    public async Task A_body_that_is_not_UTF_8_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/translate")
        {
            Content = new ByteArrayContent([.. "{\"text\": \""u8, 0xFF, .. "\"}"u8]),
        };
        request.Content.Headers.ContentType = new("application/json");
        Assert.StartsWith(
            "/translate: the body is not valid UTF-8", await server.Refused(HttpStatusCode.BadRequest, request));
    }

    [Fact]
    public async Task A_request_that_is_no_HTTP_does_not_disturb_the_server()
    {
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, server.Port);
            await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes("HELLO\r\n\r\n"));
            using var reader = new StreamReader(client.GetStream());
            Assert.StartsWith("HTTP/1.1 400 ", await reader.ReadToEndAsync());
        }
        Assert.NotEqual("", await server.Translate("red"));
    }

    [Fact]
    public async Task A_body_whose_pieces_have_no_length_is_refused()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Port);
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(
            $"POST /translate HTTP/1.1\r\nHost: localhost:{server.Port}\r\nContent-Type: application/json\r\n"
            + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\nno number\r\n{}\r\n"));
        using var reader = new StreamReader(client.GetStream());
        var answer = await reader.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 400 ", answer);
        Assert.Contains("{\"error\":\"", answer);
        Assert.NotEqual("", await server.Translate("red"));
    }

    [Fact]
    public async Task A_server_with_too_much_to_do_says_so_at_once_and_when_to_try_again()
    {
        await using var busy = await TestServer.Start(tiny.Model, threads: 1);
        using var stop = new CancellationTokenSource();
        var slow = string.Join(',', Enumerable.Repeat("\"red\"", 64));
        var body = $"{{\"texts\": [{slow}], \"min_length\": 10000, \"max_length\": 10000}}";
        var answers = new List<Task<HttpResponseMessage>>();
        // One request at work, all the requests that may wait, and some more.
        const int most = PageServer.MostWaiting + 1;
        for (var i = 0; i < most + 4; i++)
            answers.Add(busy.Client.SendAsync(TestServer.Post("/translate", body), stop.Token));
        var refused = await await Task.WhenAny(answers);
        Assert.StartsWith(
            "64 requests wait already; try again in a second",
            await TestServer.Reason(HttpStatusCode.ServiceUnavailable, refused));
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);
        // Given up, all of them are left: the server is free for the next.
        await stop.CancelAsync();
        await Task.WhenAll(answers).ContinueWith(_ => { }, TaskScheduler.Default);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        for (var isFree = false; !isFree;)
        {
            using var response = await busy.Client.SendAsync(
                TestServer.Post("/translate", """{"text": "red"}"""), limit.Token);
            isFree = response.StatusCode == HttpStatusCode.OK;
        }
    }
}
