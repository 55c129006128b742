using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Engine.Cli;
using Engine.Storage;
using Engine.Tests.Architecture;
using Engine.Tests.Storage;
using Engine.Training;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Engine.Tests.Cli;

/// <summary>The rules of requests, without a server: what is refused, and in which words.</summary>
public sealed class RequestRuleTests : IDisposable
{
    private static readonly TextModel Classifier = ModelFolder.Load(
        Path.Combine(SourceFiles.Root, "Engine.Tests", "Fixtures", "classifier"));

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Values_of_the_wrong_kind_are_refused_with_the_rule()
    {
        Assert.Equal(
            "/pass: 'parts' must be a list, not \"all\".",
            Refused("{\"parts\": \"all\"}", body => body.Texts("parts")));
        Assert.Equal(
            "/pass: 'parts' must be a text, not 3.", Refused("{\"parts\": [3]}", body => body.Texts("parts")));
        Assert.Equal(
            "/pass: 'parts' has 1001 items; give 1000 at most.",
            Refused($"{{\"parts\": [{string.Join(',', Enumerable.Repeat(1, 1001))}]}}", body => body.Items("parts")));
        Assert.Equal(
            "/pass: 'parts' must be true or false, not 1.", Refused("{\"parts\": 1}", body => body.Flag("parts")));
        Assert.Equal(
            "/pass: 'parts' is missing; add it to the JSON object.", Refused("{}", body => body.Text("parts")));
        Assert.Equal(
            "/pass: 'parts' must be one line: a sentence, not \"a\\nb\".",
            Refused("{\"parts\": \"a\\nb\"}", body => body.Line("parts")));
        var pair = char.ConvertFromUtf32(0x1F600);
        Assert.Equal( // a text is cut before a character, never within
            $"/pass: 'parts' must be a list, not \"{new string('x', 58)}....",
            Refused($"{{\"parts\": \"{new string('x', 58)}{pair}\"}}", body => body.Texts("parts")));
    }

    [Theory]
    [InlineData("{\"parts\": true}", true)]
    [InlineData("{\"parts\": false}", false)]
    [InlineData("{}", false)]
    public void A_flag_is_true_or_false_and_false_where_it_is_not_given(string json, bool expected)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Equal(expected, new RequestBody("/pass", document.RootElement, "parts").Flag("parts"));
    }

    [Fact]
    public void Halves_of_characters_are_refused_in_values_and_in_keys()
    {
        Assert.Equal(
            "/pass: 'parts' is not valid text (half of a surrogate pair); send whole characters.",
            Refused("{\"parts\": \"\\ud83d\"}", body => body.Text("parts")));
        Assert.Equal(
            "/pass: a key is not valid text; send whole characters.", Refused("{\"\\ud83d\": 1}", body => body));
    }

    [Fact]
    public void What_a_model_has_not_is_refused()
    {
        Assert.Equal(
            "/tokenize: a label is not tokenized; ask for the side 'source'.",
            Refused("{\"side\": \"target\", \"text\": \"a\"}", body => TokenizerAnswers.Tokens(body, Classifier)));
        Assert.Equal(
            "/positions: the model has learned 32 positions; ask for them.",
            Refused("{\"side\": \"source\", \"count\": 33}", body => PositionAnswers.Rows(body, Classifier)));
        Assert.Equal(
            "/positions: 'count' is missing; give 1 to 512.",
            Refused("{\"side\": \"source\"}", body => PositionAnswers.Rows(body, Classifier)));
        Assert.Equal(
            "a head: 'kind' must be encoder, decoder or cross, not \"self\".",
            Refused(
                "{\"interventions\": {\"heads\": [{\"kind\": \"self\", \"layer\": 0, \"head\": 0}]}}",
                body => InterventionsRequest.Of(body, Classifier)));
        Assert.Equal(
            "a head: 'head' is missing; add it to the JSON object.",
            Refused(
                "{\"interventions\": {\"heads\": [{\"kind\": \"encoder\", \"layer\": 0}]}}",
                body => InterventionsRequest.Of(body, Classifier)));
    }

    [Fact]
    public void A_model_without_its_report_or_its_text_has_no_sentences_to_try()
    {
        Assert.Empty(SampleSentences.Of(folder.Path, Classifier));
        foreach (var report in (string[])["{", "{}", "{\"data\": []}", "{\"data\": [{\"path\": \"nowhere\"}]}"])
        {
            File.WriteAllText(folder["run.json"], report);
            Assert.Empty(SampleSentences.Of(folder.Path, Classifier));
        }
        File.WriteAllText(folder["text"], "one film\n\none film\nanother film\n");
        var bytes = new FileInfo(folder["text"]).Length;
        File.WriteAllText(
            folder["run.json"],
            JsonSerializer.Serialize(new { data = new[] { new { path = folder["text"], bytes } } }));
        Assert.Equal(["one film", "another film"], SampleSentences.Of(folder.Path, Classifier));
        File.AppendAllText(folder["text"], "changed since\n");
        Assert.Empty(SampleSentences.Of(folder.Path, Classifier));
    }

    [LinuxFact]
    public void A_pipe_in_place_of_the_report_or_the_text_gives_no_sentences_to_try_and_is_not_waited_for()
    {
        FileKindTests.MakePipe(folder["run.json"]);
        Assert.Empty(Sentences());
        File.Delete(folder["run.json"]);
        FileKindTests.MakePipe(folder["text"]);
        File.CreateSymbolicLink(folder["link"], folder["text"]);
        foreach (var (path, bytes) in ((string, long)[])
            [(folder["text"], 0), (folder["link"], 0), (folder["link"], new FileInfo(folder["link"]).Length), ("", -1),
                ("a\0b", -1)])
        {
            File.WriteAllText(
                folder["run.json"], JsonSerializer.Serialize(new { data = new[] { new { path, bytes } } }));
            Assert.Empty(Sentences());
        }

        IReadOnlyList<string> Sentences()
        {
            var read = Task.Run(() => SampleSentences.Of(folder.Path, Classifier));
            Assert.True(read.Wait(TimeSpan.FromSeconds(30)), "it waits for the other end of the pipe");
            return read.Result;
        }
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("{\"data\": 1}")]
    [InlineData("{\"data\": [1]}")]
    [InlineData("{\"data\": [{\"path\": 1, \"bytes\": 1}]}")]
    [InlineData("{\"data\": [{\"path\": \"text\", \"bytes\": \"1\"}]}")]
    [InlineData("{\"data\": [{\"path\": \"text\", \"bytes\": 1e99}]}")]
    [InlineData("{\"data\": [{\"path\": \"\\ud800\", \"bytes\": 1}]}")]
    public void A_report_with_values_of_other_kinds_gives_no_sentences_to_try(string report)
    {
        File.WriteAllText(folder["run.json"], report);
        Assert.Empty(SampleSentences.Of(folder.Path, Classifier));
    }

    [Fact]
    public void A_port_that_another_program_has_is_refused_and_a_free_port_is_found_without_a_wish()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        Assert.Equal(
            $"--port {port} is taken by another program; choose another, or leave --port out.",
            Assert.Throws<InputException>(() => LoopbackPort.Find(port)).Message);
        Assert.InRange(LoopbackPort.Find(null).Number, 1, 65535);
        Assert.NotEqual(port, LoopbackPort.Find(0).Number);
        // The superuser may use every port.
        Assert.Equal(
            "--port 80 may not be used by this user; choose one from 1024 on, or leave --port out.",
            LoopbackPort.Refusal(80, SocketError.AccessDenied).Message);
    }

    [Fact]
    public async Task A_port_that_is_taken_between_its_choice_and_the_start_is_told_in_one_line()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var free = new LoopbackPort(port, [IPAddress.Loopback]);
        var api = ModelApi.Load(Path.Combine(SourceFiles.Root, "Engine.Tests", "Fixtures", "classifier"));
        var mistake = await Assert.ThrowsAsync<InputException>(() => PageServer.Start(api, free, 1, _ => { }));
        Assert.Equal(
            $"port {port} was taken by another program just now; try again, or choose another --port.",
            mistake.Message);
    }

    [Fact]
    public void A_failure_that_no_rule_names_is_the_servers_and_has_its_kind() => Assert.Equal(
        (500, "the server could not answer (TimeoutException: too late)."),
        PageServer.Refusal(new TimeoutException("too late")));

    [Fact]
    public void A_report_that_is_no_JSON_is_named()
    {
        File.WriteAllText(folder["run.json"], "{");
        Assert.Equal(
            $"{folder["run.json"]}: cannot be read as JSON; it must not change during the run.",
            Assert.Throws<InputException>(() => new ReportOrigin(folder.Path)).Message);
    }

    [Fact]
    public async Task A_stream_that_fails_after_its_first_step_ends_with_the_reason()
    {
        using var queue = new ComputationQueue(threads: 1, most: 1);
        using var body = new MemoryStream();
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpResponseFeature>(new Started());
        context.Response.Body = body;
        await EventStream.Write(
            context, queue,
            step =>
            {
                step("1");
                throw new NotFiniteNumberException("a logit is NaN");
            },
            CancellationToken.None);
        Assert.Equal(
            "event: step\ndata: 1\n\nevent: error\ndata: {\"error\":\"a logit is NaN\"}\n\n",
            Encoding.UTF8.GetString(body.ToArray()));
    }

    /// <summary>An answer whose head is sent.</summary>
    private sealed class Started : HttpResponseFeature
    {
        public override bool HasStarted => true;
    }

    private static string Refused(string json, Func<RequestBody, object?> use)
    {
        using var document = JsonDocument.Parse(json);
        return Assert.Throws<InputException>(() => use(new RequestBody(
            "/pass", document.RootElement, "parts", "side", "text", "count", "interventions"))).Message;
    }
}
