using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;
using Engine.Cli;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Cli;

/// <summary>The page that a run leaves in its folder.</summary>
public sealed class ReportTests(TinyRun tiny) : IClassFixture<TinyRun>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string[] Options =>
    [
        "--preset", "toy", "--d-model", "8", "--layers", "1", "--batch-tokens", "64", "--threads", "1",
        "--valid-every", "4", "--source", tiny.Source, "--target", tiny.Target,
    ];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_run_leaves_a_page_that_needs_no_script_and_no_network_and_says_where_it_is()
    {
        var path = Path.Combine(tiny.Model, "report.html");
        Assert.Equal($"how it was made and learned: {path}", tiny.Trained.OutputLines[^1]);
        var page = Page(path);
        string[] loading = ["script", "link", "img", "iframe", "object", "embed", "base", "form"];
        Assert.DoesNotContain(page.Descendants(), element => loading.Contains(element.Name.LocalName));
        string[] naming = ["src", "href", "action", "srcset", "onload", "onclick"];
        Assert.DoesNotContain(
            page.Descendants().Attributes(), attribute => naming.Contains(attribute.Name.LocalName));
        Assert.DoesNotContain("url(", File.ReadAllText(path));
        Assert.DoesNotContain("@import", File.ReadAllText(path));
        Assert.Equal(
            ["Results", "Curves", "Samples as they changed", "Attention of the model that was kept", "Gradient norms",
                "Configuration", "How the run was made"],
            Texts(page, "h2"));
        Assert.InRange(new FileInfo(path).Length, 10_000, 500_000);
    }

    [Fact]
    public void The_page_has_labelled_curves_the_configuration_and_how_the_run_was_made()
    {
        var page = Page(Path.Combine(tiny.Model, "report.html"));
        var curves = page.Descendants().Where(element => element.Name.LocalName == "svg").Take(3).ToArray();
        Assert.Equal(
            ["loss, nats per target token over updates", "BLEU of the validation, 0 to 100 over updates",
                "learning rate over updates"],
            curves.Select(curve => (string)curve.Attribute("aria-label")!));
        Assert.All(curves, curve => Assert.Contains("updates", Texts(curve, "text")));
        // What differs from the defaults stands first; the rest is folded.
        var text = page.Root!.Value;
        Assert.Contains("--d-model1664", text);
        var folded = page.Descendants().Last(element => element.Name.LocalName == "details").Value;
        Assert.Contains("--optimizeradam", folded);
        Assert.DoesNotContain("--d-model", folded);
        Assert.DoesNotContain("--momentum", folded); // Adam does not read it
        var report = JsonNode.Parse(File.ReadAllText(Path.Combine(tiny.Model, "run.json")))!;
        foreach (var file in report["data"]!.AsArray()) Assert.Contains((string)file!["sha256"]!, text);
        Assert.Contains("seed1", text);
        Assert.Contains("--monitor gradients", text); // the run did not
    }

    [Fact]
    public void A_resumed_runs_page_covers_the_whole_run()
    {
        Train("--updates", "8", "--monitor", "gradients");
        Train("--updates", "20", "--monitor", "gradients", "--resume");
        var page = Page(folder["m/report.html"]);
        var answers = page.Descendants().First(element => (string?)element.Attribute("class") == "answers");
        Assert.Equal(
            ["4", "8", "12", "16", "20"],
            answers.Descendants().Where(element => (string?)element.Attribute("scope") == "row")
                .Select(head => head.Value));
        Assert.Contains("Parts of the run", Texts(page, "h3"));
        const string Label = "the gradient norm of each layer over updates";
        var norms = page.Descendants().Single(element => (string?)element.Attribute("aria-label") == Label);
        Assert.Contains("encoder.layers.0", Texts(norms, "text"));
        Assert.Contains("1", Texts(norms, "text"));
        Assert.Equal(5, SampleLog.Read(folder["m"]).Count);
    }

    [Fact]
    public void Text_of_a_corpus_is_escaped_and_Chinese_stays()
    {
        var lines = Enumerable.Range(0, 9).ToArray();
        File.WriteAllLines(folder["x"], lines.Select(i => $"<script>alert({i})</script> & 我 \u001b[1m"));
        File.WriteAllLines(folder["y"], lines.Select(_ => "</table> \"爱\" \u202e &amp;"));
        var result = CommandLine.Run(
            ["train", .. Options[..^4], "--source", folder["x"], "--target", folder["y"], "--out", folder["m"],
                "--updates", "4"]);
        Assert.True(result.Code == 0, result.Error);
        var page = Page(folder["m/report.html"]); // an escape character would be no XML
        Assert.DoesNotContain(page.Descendants(), element => element.Name.LocalName == "script");
        Assert.Contains(
            Texts(page, "h3"), head => head.Contains("</script> & 我 \\u001B[1m", StringComparison.Ordinal));
        Assert.Contains("</table> \"爱\" \\u202E &amp;", page.Root!.Value);
    }

    [Fact]
    public void Attention_of_three_sentences_is_drawn_by_its_kinds_and_heads()
    {
        var page = Page(Path.Combine(tiny.Model, "report.html"));
        var maps = page.Descendants().Select(element => (string?)element.Attribute("aria-label"))
            .Where(label => label?.StartsWith("attention weights, ", StringComparison.Ordinal) == true).ToArray();
        string[] one =
        [
            "attention weights, cross-attention of layer 0, mean of heads",
            "attention weights, decoder self-attention of layer 0, mean of heads",
            "attention weights, encoder self-attention of layer 0, mean of heads",
            "attention weights, head 0", "attention weights, head 1",
        ];
        // Two pairs are set aside for validation.
        Assert.Equal([.. one, .. one], maps.OfType<string>());
    }

    [Fact]
    public void Sentences_too_long_for_the_page_are_passed_over_and_if_all_are_the_page_says_so()
    {
        var model = TranslationModel.Load(tiny.Model);
        var (pair, tooLong) = (("red blue", "RED BLUE"), (string.Join(' ', Enumerable.Repeat("red", 60)), "RED"));
        Assert.Equal(
            "<p>No validation sentence has at most 60 tokens, the most that fit a page.</p>\n",
            ReportAttention.Of(model, ParallelCorpus.Of([tooLong, tooLong])));
        Assert.Equal(
            ReportAttention.Of(model, ParallelCorpus.Of([pair])),
            ReportAttention.Of(model, ParallelCorpus.Of([tooLong, pair])));
    }

    [Theory]
    [InlineData("conv", "max", false)]
    [InlineData("gru", "mean", false)]
    [InlineData("transformer", "mean", true)]
    public void A_classifier_without_attention_says_so(string architecture, string pooling, bool attends)
    {
        File.WriteAllLines(folder["labels"], Enumerable.Range(0, 50).Select(i => i % 2 == 0 ? "even" : "odd"));
        Train(
            "--task", "classify", "--architecture", architecture, "--pooling", pooling, "--updates", "4", "--target",
            folder["labels"]);
        var text = File.ReadAllText(folder["m/report.html"]);
        Assert.Equal(!attends, text.Contains("This model has no attention: the architecture " + architecture));
        Assert.Equal(attends, text.Contains("encoder self-attention of layer 0"));
    }

    [Theory]
    [InlineData("gru")]
    [InlineData("conv")]
    public void Translators_of_other_architectures_have_their_cross_attention(string architecture)
    {
        Train("--architecture", architecture, "--updates", "4");
        Assert.Contains("cross-attention", File.ReadAllText(folder["m/report.html"]));
    }

    [Theory]
    [InlineData(false, "The run has not saved a model")]
    [InlineData(true, "cross-attention of layer 0")]
    public void A_run_that_diverges_leaves_a_page_that_says_why_with_its_curves_so_far(bool isResumed, string attention)
    {
        string[] run =
        [
            "train", .. Options[..^6], .. Options[^4..], "--out", folder["m"], "--schedule", "constant", "--optimizer",
            "sgd", "--clip-norm", "0", "--warmup", "0", "--l2", "0.1", "--valid-every", "50",
        ];
        if (isResumed) Assert.Equal(0, CommandLine.Run([.. run, "--learning-rate", "0.01", "--updates", "4"]).Code);
        string[] resume = isResumed ? ["--resume"] : [];
        var result = CommandLine.Run([.. run, "--learning-rate", "999999", "--updates", "40", .. resume]);
        Assert.Equal((1, ""), (result.Code, result.Output));
        Assert.Contains($"how far the run came: {folder["m/report.html"]}\n", result.Error);
        var page = Page(folder["m/report.html"]);
        var reason = page.Descendants().Single(element => (string?)element.Attribute("class") == "reason").Value;
        Assert.StartsWith("diverged: update ", reason);
        Assert.Contains("NaN or infinite; lower --learning-rate", reason);
        Assert.Contains(attention, page.Root!.Value);
        // The last update whose loss was a number, which no validation has drawn.
        var last = LearningCurve.Read(folder["m"]).Panels.SelectMany(panel => panel.Lines)
            .SelectMany(line => line.Points).Max(point => point.X);
        Assert.True(last >= (isResumed ? 5 : 1), $"{last}");
    }

    [Fact]
    public void A_page_that_cannot_be_written_costs_a_warning()
    {
        Directory.CreateDirectory(folder["m/report.html"]);
        File.Copy(Path.Combine(tiny.Model, "run.json"), folder["m/run.json"]);
        var warnings = new List<string>();
        var valid = ParallelCorpus.Read(tiny.Source, tiny.Target);
        var model = TranslationModel.Load(tiny.Model);
        Assert.Null(ReportPage.Write(folder["m"], model, valid, null, warnings.Add));
        var warning = Assert.Single(warnings);
        Assert.StartsWith("warning: report.html is not written: ", warning);
        Assert.DoesNotContain('\n', warning);
    }

    [Theory]
    [InlineData("gradients.jsonl", "Gradient norms")]
    [InlineData("samples.jsonl", "Samples as they changed")]
    public void A_damaged_log_costs_its_section_of_the_page(string name, string section)
    {
        foreach (var path in Directory.GetFiles(tiny.Model))
            File.Copy(path, Path.Combine(Directory.CreateDirectory(folder["m"]).FullName, Path.GetFileName(path)));
        File.WriteAllText(Path.Combine(folder["m"], name), "damaged\n");
        var warnings = new List<string>();
        var valid = ParallelCorpus.Read(tiny.Source, tiny.Target);
        var written = ReportPage.Write(folder["m"], TranslationModel.Load(tiny.Model), valid, null, warnings.Add);
        Assert.StartsWith(
            $"warning: report.html is without '{section}': {Path.Combine(folder["m"], name)}", Assert.Single(warnings));
        var sections = Texts(Page(written!), "h2");
        Assert.Equal(6, sections.Count());
        Assert.DoesNotContain(section, sections);
    }

    [Fact]
    public void A_page_that_fails_in_any_other_way_costs_a_warning_too()
    {
        foreach (var path in Directory.GetFiles(tiny.Model))
            File.Copy(path, Path.Combine(Directory.CreateDirectory(folder["m"]).FullName, Path.GetFileName(path)));
        var report = JsonNode.Parse(File.ReadAllText(folder["m/run.json"]))!;
        report["seconds"] = 1e300; // no TimeSpan holds them; the page leaves them out
        File.WriteAllText(folder["m/run.json"], report.ToJsonString());
        var warnings = new List<string>();
        var valid = ParallelCorpus.Read(tiny.Source, tiny.Target);
        Assert.NotNull(ReportPage.Write(folder["m"], TranslationModel.Load(tiny.Model), valid, null, warnings.Add));
        Assert.Empty(warnings);

        // No run is known whose page fails in another way; that there is no model stands for all of them.
        Assert.Null(ReportPage.Write(folder["m"], null!, valid, null, warnings.Add));
        Assert.StartsWith("warning: report.html is not written: ", Assert.Single(warnings));
    }

    [Theory]
    [InlineData("command", "[1, 2]", "<code>1 2</code>")]
    [InlineData("earlier", "[1, {\"command\": \"text\", \"updates\": 1e999}]", "Parts of the run")]
    [InlineData("updates", "\"many\"", "Parts of the run")]
    public void A_report_of_an_earlier_part_with_values_of_other_kinds_costs_nothing(
        string key, string value, string shown)
    {
        Train("--updates", "4");
        var report = JsonNode.Parse(File.ReadAllText(folder["m/run.json"]))!;
        report[key] = JsonNode.Parse(value);
        File.WriteAllText(folder["m/run.json"], report.ToJsonString());
        var result = Train("--updates", "8", "--resume");
        Assert.Equal($"how it was made and learned: {folder["m/report.html"]}", result.OutputLines[^1]);
        Assert.Contains(shown, File.ReadAllText(folder["m/report.html"]));
    }

    [Fact]
    public void Of_many_validations_eight_are_shown_the_first_the_last_and_the_best_among_them()
    {
        LoggedValidation[] all =
            [.. Enumerable.Range(1, 40).Select(i => new LoggedValidation(i, 1, 1, 0, i == 13, []))];
        var chosen = ReportSamples.Chosen(all).Select(validation => validation.Update).ToArray();
        Assert.Equal([1, 7, 13, 18, 23, 29, 34, 40], chosen);
        Assert.Equal(8, ReportSamples.Chosen(all[..8]).Count);
    }

    [Fact]
    public void The_result_in_JSON_names_the_page()
    {
        var result = Train("--updates", "4", "--json");
        Assert.Equal(folder["m/report.html"], (string)JsonNode.Parse(result.Output)!["report"]!);
    }

    private CommandResult Train(params string[] options)
    {
        var standard = options.Contains("--target") ? Options[..^2] : Options;
        var result = CommandLine.Run(["train", .. standard, "--out", folder["m"], .. options]);
        Assert.True(result.Code == 0, result.Error);
        return result;
    }

    /// <summary>The page, which is well-formed XML too, so that every element is closed.</summary>
    private static XDocument Page(string path)
    {
        using var reader = XmlReader.Create(path, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }

    private static IEnumerable<string> Texts(XContainer within, string name) =>
        within.Descendants().Where(element => element.Name.LocalName == name).Select(element => element.Value);
}
