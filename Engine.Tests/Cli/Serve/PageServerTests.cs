using System.Net;
using System.Text.Json;
using Engine.Cli;
using Engine.Inspection;
using Engine.Training;

namespace Engine.Tests.Cli;

/// <summary>What the server answers.</summary>
public sealed class PageServerTests(TinyRun tiny) : IClassFixture<TinyRun>, IAsyncLifetime
{
    private TestServer server = null!;

    public async Task InitializeAsync() => server = await TestServer.Start(tiny.Model);

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task The_page_and_its_files_come_with_headers_that_let_nothing_else_in()
    {
        foreach (var name in PageFiles.Names)
        {
            var path = name == PageFiles.Index ? "/" : "/page/" + name;
            using var response = await server.Client.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(PageFiles.Text(name), await response.Content.ReadAsStringAsync());
            Assert.Equal(PageFiles.TypeOf(name), response.Content.Headers.ContentType?.ToString());
            Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
            Assert.Equal("nosniff", Header("X-Content-Type-Options"));
            Assert.Equal("no-referrer", Header("Referrer-Policy"));
            var policy = Header("Content-Security-Policy");
            Assert.Contains("default-src 'none'; script-src 'self' 'sha256-", policy);
            Assert.Contains("frame-ancestors 'none'", policy);
            Assert.DoesNotContain("http", policy);
            Assert.DoesNotContain("unsafe-eval", policy);

            string Header(string header) => Assert.Single(response.Headers.GetValues(header));
        }
    }

    [Fact]
    public async Task Translations_are_those_of_translate()
    {
        string[] lines = ["red green blue", "pink grey", "blue"];
        var expected = CommandLine.RunOn(string.Join('\n', lines), "translate", "--model", tiny.Model).OutputLines;
        var answer = await server.Ask("/translate", JsonSerializer.Serialize(new { texts = lines }));
        Assert.Equal(expected, answer.GetProperty("translations").EnumerateArray()
            .Select(line => Assert.Single(line.EnumerateArray()).GetProperty("text").GetString()));

        string[] beam = ["--decoder", "beam", "--beam", "3", "--n-best", "3"];
        var listed = CommandLine.RunOn("red green", ["translate", "--model", tiny.Model, .. beam]).OutputLines;
        answer = await server.Ask(
            "/translate", """{"text": "red green", "decoder": "beam", "beam": 3, "n_best": 3}""");
        Assert.Equal(listed, answer.GetProperty("translations")[0].EnumerateArray().Select(one =>
            FormattableString.Invariant(
                $"0 ||| {one.GetProperty("text").GetString()} ||| {one.GetProperty("score").GetDouble():F6}")));
    }

    [Fact]
    public async Task A_stream_gives_the_steps_of_the_trace_and_then_the_rest_of_it()
    {
        const string body = """{"text": "red green", "decoder": "beam", "beam": 2}""";
        using var response = await server.Client.SendAsync(TestServer.Post("/stream", body));
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var events = (await response.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(text => text.Split('\n')).ToArray();
        Assert.Equal(
            [.. Enumerable.Repeat("event: step", events.Length - 1), "event: done"], events.Select(lines => lines[0]));
        var trace = RecordJson.OneLine(DecodingTracer.Trace(
            TranslationModel.Load(tiny.Model), "red green",
            new TranslationOptions { Decoder = new Engine.Decoding.BeamOptions { Width = 2 } }));
        var whole = JsonElement.Parse(trace);
        Assert.Equal(
            whole.GetProperty("steps").EnumerateArray().Select(step => step.GetRawText()),
            events[..^1].Select(lines => lines[1]["data: ".Length..]));
        var done = JsonElement.Parse(events[^1][1]["data: ".Length..]);
        Assert.Equal(0, done.GetProperty("steps").GetArrayLength());
        Assert.Equal(
            whole.GetProperty("translations").GetRawText(), done.GetProperty("translations").GetRawText());
        Assert.Equal(trace, (await server.Ask("/trace", body)).GetRawText());
    }

    [Fact]
    public async Task A_stream_of_a_bad_request_is_refused_as_others_are()
    {
        Assert.Equal(
            "the sentence is empty; write at least one word.",
            await server.Refused(HttpStatusCode.BadRequest, TestServer.Post("/stream", """{"text": " "}""")));
        const string narrow = """{"text": "a", "decoder": "beam", "beam": 0}""";
        Assert.StartsWith(
            "beam is 0;", await server.Refused(HttpStatusCode.BadRequest, TestServer.Post("/stream", narrow)));
    }

    [Fact]
    public async Task A_request_that_is_given_up_stops_being_computed()
    {
        // 64 beams of 10,000 tokens take many minutes; the one thread is free long before.
        await using var own = await TestServer.Start(tiny.Model, threads: 1);
        var texts = string.Join(',', Enumerable.Repeat("\"red\"", 64));
        foreach (var (path, body) in ((string, string)[])[
            (
                "/translate",
                $"{{\"texts\": [{texts}], \"decoder\": \"beam\", \"beam\": 3, \"min_length\": 10000, "
                    + "\"max_length\": 10000}"
            ),
            ("/stream", """{"text": "red", "min_length": 1300, "max_length": 1300}"""),
        ])
        {
            using var stop = new CancellationTokenSource();
            var slow = own.Client.SendAsync(
                TestServer.Post(path, body), HttpCompletionOption.ResponseHeadersRead, stop.Token);
            await Task.Delay(100);
            await stop.CancelAsync();
            if (path == "/translate") await Assert.ThrowsAnyAsync<OperationCanceledException>(() => slow);
            await own.Translate("red").WaitAsync(TimeSpan.FromMinutes(2));
        }
    }

    [Fact]
    public async Task Saving_a_page_gives_one_file_with_the_answers_in_it()
    {
        var model = await server.Client.GetStringAsync("/model");
        var body = $$"""
            {"recorded": [{"path": "/model", "body": {}, "answer": {{model}}}], "view": "beam"}
            """;
        using var response = await server.Client.SendAsync(TestServer.Post("/save", body));
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("attachment", response.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal(
            SavedPage.Html([new("/model", "{}", model.TrimEnd('\n'))], new PageOpening("beam")),
            await response.Content.ReadAsStringAsync());
        Assert.StartsWith(
            "a recorded answer: 'answer' is missing",
            await server.Refused(
                HttpStatusCode.BadRequest, TestServer.Post("/save", """{"recorded": [{"path": "/model"}]}""")));
    }

    [Fact]
    public async Task A_saved_page_has_what_the_views_ask_first_about_its_sentence_and_what_was_asked_before_once()
    {
        const string body = """
            {"source": "red green", "recorded": [
                {"path": "/trace", "body": {"text": "red green"}, "answer": "asked before"},
                {"path": "/trace", "body": {"text": "red green", "beam": 7}, "answer": "a wide beam"}]}
            """;
        using var response = await server.Client.SendAsync(TestServer.Post("/save", body));
        var html = await response.Content.ReadAsStringAsync();
        var first = RecordedPage.Answers(ModelApi.Load(tiny.Model), "red green", null);
        var trace = first.Single(answer => answer is { Path: "/trace", Body: """{"text":"red green"}""" });
        Assert.All(first.Where(answer => answer != trace), answer => Assert.Contains(answer.Answer, html));
        Assert.DoesNotContain(trace.Answer, html);
        Assert.Contains("asked before", html);
        Assert.Contains("a wide beam", html);
        // What the model cannot answer is not in the file, and the file is made all the same.
        var text = string.Join(' ', Enumerable.Repeat("red", 5000));
        using var partly = await server.Client.SendAsync(TestServer.Post(
            "/save", JsonSerializer.Serialize(new { source = text })));
        Assert.Equal(HttpStatusCode.OK, partly.StatusCode);
    }

    [Fact]
    public async Task Both_loopback_addresses_answer_and_no_other_address_does()
    {
        foreach (var host in (string[])["127.0.0.1", "[::1]"])
        {
            if (host == "[::1]" && !System.Net.Sockets.Socket.OSSupportsIPv6) continue;
            using var response = await server.Client.GetAsync($"http://{host}:{server.Port}/model");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
        var addresses = await Dns.GetHostAddressesAsync(Dns.GetHostName());
        foreach (var address in addresses.Where(address => !IPAddress.IsLoopback(address)))
        {
            using var client = new System.Net.Sockets.TcpClient(address.AddressFamily);
            await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(
                () => client.ConnectAsync(address, server.Port));
        }
    }

    [Fact]
    public async Task HEAD_gives_the_headers_alone()
    {
        using var response = await server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/model"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("", await response.Content.ReadAsStringAsync());
        Assert.True(response.Content.Headers.ContentLength > 100);
    }
}
