using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Engine.Inspection;
using Engine.Tests.Inspection;
using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

/// <summary>The page that <c>inspect --html</c> and <c>explain --html</c> write.</summary>
public sealed partial class RecordedPageTests(SavedModels saved, TinyRun tiny)
    : IClassFixture<SavedModels>, IClassFixture<TinyRun>
{
    private const string Source = "我们喝茶", Base = "transformer Sinusoidal translate";

    public static TheoryData<string> Models => SmallModels.Names;

    [Theory]
    [MemberData(nameof(Models))]
    public void The_page_of_a_sentence_has_the_answers_that_its_views_ask_for(string name)
    {
        using var folder = new TemporaryFolder();
        var result = CommandLine.Run(
            "inspect", "--model", saved.Of(name), "--attention", Source, "--html", folder["page.html"]);
        Assert.Equal((0, ""), (result.Code, result.Output));
        Assert.Equal($"page: {folder["page.html"]}; open it in a browser\n", result.Error);
        Assert.Equal(["page.html"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
        var (recorded, view) = Recorded(File.ReadAllText(folder["page.html"]));
        Assert.Equal("attention", view);
        var pass = saved.Pass(name, Source);
        Assert.Equal(RecordJson.OneLine(pass), Answer("/pass", $$"""{"source":"{{Source}}"}"""));
        Assert.NotNull(Answer("/model", "{}"));
        Assert.NotNull(Answer("/gradients", "{}"));
        // There is no training step of a translation into nothing.
        Assert.Equal(
            pass.TargetText.Length > 0,
            Answer("/step", $$"""{"source":"{{Source}}","target":"{{pass.TargetText}}"}""") is not null);
        var trace = Answer("/trace", $$"""{"text":"{{Source}}"}""");
        Assert.Equal(name.EndsWith("translate", StringComparison.Ordinal), trace is not null);

        string? Answer(string path, string body) => recorded
            .SingleOrDefault(answer =>
                (string)answer!["path"]! == path && answer["body"]!.ToJsonString(Plain) == body)
            ?["answer"]!.ToJsonString(Plain);
    }

    [Theory]
    [InlineData("gradients.jsonl", "gradient norms of the run", "/gradients", 0)]
    [InlineData("kept-checkpoint-2.safetensors", "checkpoint of update 2", "/pass", 10)]
    public void A_damaged_file_that_the_model_does_not_need_costs_its_part_of_the_page(
        string name, string what, string path, int answers)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["m"]);
        foreach (var file in Directory.GetFiles(tiny.Model))
            File.Copy(file, Path.Combine(folder["m"], Path.GetFileName(file)));
        File.WriteAllText(Path.Combine(folder["m"], name), "damaged\n");
        foreach (var command in (string[][])
            [["inspect", "--attention", "red pink"], ["explain", "--source", "red pink", "--target", "RED PINK"]])
        {
            var result = CommandLine.Run([.. command, "--model", folder["m"], "--html", folder["page.html"]]);
            Assert.True(result.Code == 0, result.Error);
            var warning = result.Error.Split('\n')[0];
            Assert.StartsWith($"warning: the page is without the {what}: {Path.Combine(folder["m"], name)}:", warning);
            Assert.Equal(3, result.Error.Split('\n').Length); // the warning, and where the page is
            var (recorded, _) = Recorded(File.ReadAllText(folder["page.html"]));
            Assert.Equal(answers, recorded.Count(answer =>
                (string)answer!["path"]! == path
                && (path == "/gradients" || answer["body"]!["checkpoint"] is not null)));
        }
    }

    [Fact]
    public void The_page_has_the_checkpoints_of_the_run()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(0, CommandLine.Run(
            "inspect", "--model", tiny.Model, "--attention", "red pink", "--html", folder["page.html"]).Code);
        var (recorded, _) = Recorded(File.ReadAllText(folder["page.html"]));
        var updates = recorded.Single(answer => (string)answer!["path"]! == "/model")!["answer"]!["checkpoints"]!
            .AsArray().Select(update => (long)update!).ToArray();
        Assert.Equal(5, updates.Length);
        Assert.All(updates, update => Assert.Equal(
            2, recorded.Count(answer => (long?)answer!["body"]!["checkpoint"] == update)));
    }

    [Fact]
    public void The_page_of_a_step_opens_with_the_step_also_of_a_new_model()
    {
        using var folder = new TemporaryFolder();
        var result = CommandLine.Run(
            "explain", "--model", saved.Of(Base), "--source", Source, "--target", "we drink tea", "--html",
            folder["p"]);
        Assert.Equal((0, ""), (result.Code, result.Output));
        var (recorded, view) = Recorded(File.ReadAllText(folder["p"]));
        Assert.Equal("step", view);
        var step = recorded.Single(answer => (string)answer!["path"]! == "/step")!;
        Assert.Equal("we drink tea", (string)step["body"]!["target"]!);
        Assert.Equal(
            RecordJson.OneLine(StepRecorder.Record(saved.Model(Base), Source, "we drink tea")),
            step["answer"]!.ToJsonString(Plain));
        Assert.Contains(recorded, answer => (string?)answer!["body"]!["target"] == "we drink tea"
            && (string)answer["path"]! == "/pass");

        result = CommandLine.Finish(CommandLine.Start(
            folder.Path, "explain", "--source", "red tea", "--target", "roter Tee", "--html", "new.html"));
        Assert.Equal((0, ""), (result.Code, result.Output));
        Assert.StartsWith("model: a new one with random weights", result.Error);
        Assert.Equal("step", Recorded(File.ReadAllText(folder["new.html"])).View);
    }

    [Fact]
    public void The_page_opens_with_the_heads_that_the_options_choose()
    {
        using var folder = new TemporaryFolder();
        JsonNode? Choice(params string[] options)
        {
            Assert.Equal(0, CommandLine.Run(
                ["inspect", "--model", saved.Of(Base), "--attention", Source, "--html", folder["p"], .. options]).Code);
            return JsonNode.Parse(Data().Match(File.ReadAllText(folder["p"])).Groups["json"].Value)!["choice"];
        }

        Assert.Null(Choice());
        Assert.Equal(
            """{"kind":"encoder","layer":1,"head":0,"side":"source"}""",
            Choice("--kind", "encoder", "--layer", "1", "--head", "0")!.ToJsonString());
        Assert.Equal(
            """{"kind":"cross","layer":0,"head":null,"side":"target"}""", Choice("--layer", "0")!.ToJsonString());
        var none = CommandLine.Run(
            "inspect", "--model", saved.Of("conv classify"), "--attention", Source, "--head", "0", "--html",
            folder["q"]);
        Assert.Equal((1, false), (none.Code, File.Exists(folder["q"])));
        Assert.Contains("has no attention", none.Error);
    }

    [Fact]
    public void The_page_of_a_step_opens_with_filter_and_seed()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(0, CommandLine.Run(
            "explain", "--model", saved.Of(Base), "--source", Source, "--target", "tea", "--filter", "Linear.cs",
            "--seed", "3", "--html", folder["p"]).Code);
        var json = JsonNode.Parse(Data().Match(File.ReadAllText(folder["p"])).Groups["json"].Value)!;
        Assert.Equal("""{"filter":"Linear.cs","seed":3}""", json["choice"]!.ToJsonString());
        Assert.Equal(
            RecordJson.OneLine(StepRecorder.Record(saved.Model(Base), Source, "tea", new RandomStream(3))),
            json["recorded"]!.AsArray().Single(answer => (int?)answer!["body"]!["seed"] == 3)!["answer"]!
                .ToJsonString(Plain));
    }

    [LinuxFact]
    public void The_page_goes_to_standard_output_as_it_is()
    {
        var result = CommandLine.Finish(CommandLine.Start(
            Environment.CurrentDirectory, "inspect", "--model", saved.Of(Base), "--attention", Source, "--html",
            "/dev/stdout"));
        Assert.Equal((0, "page: /dev/stdout; open it in a browser\n"), (result.Code, result.Error));
        Assert.Equal("attention", Recorded(result.Output).View);
    }

    [LinuxFact]
    public void Files_of_the_model_are_not_replaced_and_pages_are()
    {
        using var folder = new TemporaryFolder();
        var run = folder["run"];
        saved.Model(Base).Save(run);
        File.WriteAllText(Path.Combine(run, "report.html"), "report");
        File.WriteAllText(Path.Combine(run, "page.html"), "old page");
        File.CreateSymbolicLink(folder["link"], Path.Combine(run, "config.json"));
        Directory.CreateSymbolicLink(folder["other"], run);
        string[] own =
        [
            Path.Combine(run, "config.json"), Path.Combine(run, "model.safetensors"), Path.Combine(run, "report.html"),
            folder["link"], Path.Combine(folder["other"], "config.json"),
        ];
        foreach (var model in (string[])[run, folder["other"]])
        {
            foreach (var path in own)
            {
                var before = File.ReadAllBytes(path);
                foreach (var verb in (string[][])
                    [["inspect", "--attention", "我"], ["explain", "--source", "我", "--target", "tea"]])
                {
                    Assert.Equal(
                        $"engine: {path}: belongs to the model; name another file for --html.",
                        CommandLine.Run([.. verb, "--model", model, "--html", path]).Mistake());
                }
                Assert.Equal(before, File.ReadAllBytes(path));
            }
        }
        Assert.Equal(0, CommandLine.Run(
            "inspect", "--model", run, "--attention", "我", "--html", Path.Combine(run, "page.html")).Code);
        Assert.NotEqual("old page", File.ReadAllText(Path.Combine(run, "page.html")));
    }

    [Theory]
    [InlineData("the model's cross attention has layers 0 to 1", "inspect", "--attention", "我", "--layer", "2")]
    [InlineData("--json prints, and --html writes a page", "inspect", "--attention", "我", "--json")]
    [InlineData("--html goes with a sentence", "inspect")]
    [InlineData("numbers; 8,000,000 are the most. Use a shorter sentence", "inspect", "--attention", null)]
    [InlineData("--json prints, and --html writes a page", "explain", "--source", "我", "--target", "tea", "--json")]
    [InlineData("--filter xyz: no operation", "explain", "--source", "我", "--target", "tea", "--filter", "xyz")]
    public void What_a_page_cannot_show_is_refused_in_one_line_and_nothing_is_written(
        string mistake, params string?[] arguments)
    {
        using var folder = new TemporaryFolder();
        string[] given = [.. arguments.Select(argument => argument ?? new string('我', 5000))];
        var said = CommandLine.Run([.. given, "--model", saved.Of(Base), "--html", folder["p"]]).Mistake();
        Assert.Contains(mistake, said);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_page_in_a_folder_that_does_not_exist_is_refused_with_the_option_that_names_it() =>
        Assert.EndsWith(
            "its folder does not exist; create it, or choose another --html", CommandLine.Run(
                "inspect", "--model", saved.Of(Base), "--attention", "我", "--html", "nowhere/page.html").Mistake());

    private static readonly System.Text.Json.JsonSerializerOptions Plain =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static (JsonArray Recorded, string? View) Recorded(string html)
    {
        var json = JsonNode.Parse(Data().Match(html).Groups["json"].Value)!;
        return (json["recorded"]!.AsArray(), (string?)json["view"]);
    }

    [GeneratedRegex("""<script type="application/json" id="recorded">(?<json>.*?)</script>""", RegexOptions.Singleline)]
    private static partial Regex Data();
}
