using System.Text.Json.Nodes;
using Engine.Tests.Storage;
using Engine.Tests.Text;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Cli;

public sealed class EvaluateTests(TinyRun tiny) : IClassFixture<TinyRun>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_scores_agree_with_the_verb_score_on_the_written_translations()
    {
        var result = Evaluate("--output", folder["out"]);
        Assert.Equal((0, ""), (result.Code, result.Error));
        var translated = CommandLine.Run("translate", "--model", tiny.Model, "--input", tiny.Source);
        Assert.Equal(translated.Output, File.ReadAllText(folder["out"]));
        var scored = CommandLine.Run("score", "--hypothesis", folder["out"], "--reference", tiny.Target);
        Assert.Equal(scored.OutputLines, result.OutputLines[..4]);
        Assert.Matches(
            @"^token accuracy \d+\.\d%, perplexity \d+\.\d\d \(loss \d+\.\d{4}\) of 200 reference tokens$",
            result.OutputLines[4]);
        Assert.Matches(
            @"^exact match \d+\.\d% \(\d+ of 50 sentences\); translated in 0:\d\d, \d+\.\d sentences/s$",
            result.OutputLines[5]);
        Assert.Equal(6, result.OutputLines.Length);
    }

    [Fact]
    public void The_JSON_has_every_score_and_follows_the_options()
    {
        var result = Evaluate(
            "--decoder", "beam", "--beam", "3", "--length-penalty", "1", "--tokenize", "char", "--lowercase",
            "--chrf-word-order", "2", "--threads", "1", "--output", folder["out"], "--json");
        Assert.Equal((0, ""), (result.Code, result.Error));
        var json = JsonNode.Parse(Assert.Single(result.OutputLines))!;
        var (hypotheses, references) = (File.ReadAllLines(folder["out"]), File.ReadAllLines(tiny.Target));
        var bleu = Bleu.Of(hypotheses, references, "char", lowercase: true);
        var chrF = ChrF.Of(hypotheses, references, 2, lowercase: true);
        BleuTests.Near(bleu.Score, (double)json["bleu"]!, "BLEU");
        BleuTests.Near(chrF.Score, (double)json["chrf"]!, "chrF++");
        Assert.Equal(
            (bleu.Signature, chrF.Name, chrF.Signature),
            ((string)json["signature"]!, (string)json["chrf_name"]!, (string)json["chrf_signature"]!));
        Assert.Equal(bleu.Precisions, json["precisions"]!.AsArray().Select(p => (double)p!));
        Assert.Equal(
            (bleu.BrevityPenalty, bleu.Ratio, bleu.HypothesisLength, bleu.ReferenceLength),
            ((double)json["brevity_penalty"]!, (double)json["ratio"]!, (long)json["hypothesis_length"]!,
                (long)json["reference_length"]!));
        var likelihood = TranslationModel.Load(tiny.Model)
            .LikelihoodOf(ParallelCorpus.Read(tiny.Source, tiny.Target));
        BleuTests.Near(likelihood.Loss, (double)json["loss"]!, "loss");
        BleuTests.Near(Math.Exp(likelihood.Loss), (double)json["perplexity"]!, "perplexity");
        BleuTests.Near(100 * likelihood.TokenAccuracy, (double)json["token_accuracy"]!, "token accuracy");
        var matched = hypotheses.Zip(references).Count(pair => pair.First == pair.Second);
        Assert.Equal(
            (matched, 2.0 * matched, 50, 200),
            ((int)json["matched"]!, (double)json["exact_match"]!, (int)json["sentences"]!,
                (int)json["reference_tokens"]!));
        Assert.True((double)json["sentences_per_second"]! > 0 && (double)json["seconds"]! >= 0);
        Assert.Equal(
            CommandLine.Run(
                "translate", "--model", tiny.Model, "--input", tiny.Source, "--decoder", "beam", "--beam", "3",
                "--length-penalty", "1").Output,
            File.ReadAllText(folder["out"]));
    }

    [Fact]
    public void A_blank_line_counts_for_BLEU_but_has_no_token_to_predict()
    {
        File.WriteAllText(folder["a"], "red green\n\nblue\n");
        File.WriteAllText(folder["b"], "RED GREEN\n\n\n");
        var json = JsonNode.Parse(CommandLine.Run(
            "evaluate", "--model", tiny.Model, "--source", folder["a"], "--target", folder["b"], "--json").Output)!;
        Assert.Equal((3, 3), ((int)json["sentences"]!, (int)json["reference_tokens"]!));
    }

    [Fact]
    public void The_worst_sentences_are_those_whose_translations_score_least_alone()
    {
        File.WriteAllText(folder["s"], "red green\n\nblue\u001Bred\ngrey\n");
        File.WriteAllText(folder["t"], "RED GREEN RED\n\nBLUE\u001BRED\nxyz\n");
        string[] given =
        [
            "evaluate", "--model", tiny.Model, "--source", folder["s"], "--target", folder["t"], "--worst", "2",
        ];
        var answers = CommandLine.Run("translate", "--model", tiny.Model, "--input", folder["s"]).Output.Split('\n');
        var targets = File.ReadAllLines(folder["t"]);
        var expected = Enumerable.Range(0, 4)
            .Where(i => answers[i] != targets[i])
            .Select(i => (Line: i + 1, ChrF.Of([answers[i]], [targets[i]]).Score)).OrderBy(one => one.Score).Take(2)
            .ToArray();
        var json = JsonNode.Parse(CommandLine.Run([.. given, "--json"]).Output)!;
        var worst = json["worst"]!.AsArray();
        Assert.Equal(expected, worst.Select(one => ((int)one!["line"]!, (double)one["score"]!)));
        Assert.Equal(4, expected[0].Line);
        Assert.Equal(
            ("grey", "xyz", answers[3], "chrF2"),
            ((string)worst[0]!["source"]!, (string)worst[0]!["reference"]!, (string)worst[0]!["translation"]!,
                (string)json["worst_by"]!));
        var lines = CommandLine.Run(given).OutputLines;
        Assert.Equal("sentences that went wrong most, by chrF2 of each alone:", lines[6]);
        Assert.Contains("by chrF2++ of each alone:", CommandLine.Run(
            [.. given, "--metric", "bleu", "--chrf-word-order", "2"]).Output);
        Assert.Matches(@"^line 4: chrF2 \d+\.\d\d$", lines[7]);
        Assert.Equal(
            ["  source       grey", "  reference    xyz", "  translation  " + answers[3]], lines[8..11]);
        Assert.DoesNotContain('\u001B', string.Concat(lines));
    }

    [Fact]
    public void Without_a_wrong_translation_there_is_no_worst_sentence()
    {
        File.WriteAllText(folder["s"], "red green blue\n");
        File.WriteAllText(
            folder["t"], CommandLine.Run("translate", "--model", tiny.Model, "--input", folder["s"]).Output);
        var result = CommandLine.Run(
            "evaluate", "--model", tiny.Model, "--source", folder["s"], "--target", folder["t"], "--worst", "1");
        Assert.Equal("no translation differs from its reference", result.OutputLines[^1]);
    }

    [Fact]
    public void Margins_and_TER_are_those_of_the_verb_score()
    {
        string[] how =
            ["--metric", "ter", "--metric", "chrf", "--confidence", "--resamples", "30", "--bootstrap-seed", "3"];
        var result = Evaluate(["--output", folder["out"], .. how]);
        var scored = CommandLine.Run(["score", "--hypothesis", folder["out"], "--reference", tiny.Target, .. how]);
        Assert.Equal(scored.OutputLines, result.OutputLines[..4]);
        Assert.Matches(@"^TER = \d+\.\d\d \(μ = ", result.OutputLines[0]);
    }

    [Theory]
    [InlineData(
        "{0}/text.a has 50 lines but {1}/one has 1; line n of one must belong to line n of the other, so give both "
        + "files the same number of lines", "--target", "{1}/one")]
    [InlineData("{1}/empty: holds no line; write at least one sentence into it", "--source", "{1}/empty")]
    [InlineData(
        "{1}/blank and {1}/one hold no pair of sentences; write at least one line into each",
        "--source", "{1}/blank", "--target", "{1}/one")]
    [InlineData("{1}/none: there is no such file;", "--source", "{1}/none")]
    [InlineData("{1}/no/x: its folder does not exist;", "--output", "{1}/no/x")]
    [InlineData("--tokenize 'words' is not known; use 13a, none, zh, char, intl.", "--tokenize", "words")]
    [InlineData("--chrf-word-order is 7; it must be 0 (chrF) to 6 (2 is chrF++).", "--chrf-word-order", "7")]
    [InlineData("--beam is not read by --decoder greedy; leave it out, or choose beam.", "--beam", "4")]
    [InlineData("--threads 0: must be 1 to 1024;", "--threads", "0")]
    [InlineData("--worst is 0; it must be 1 to 100000.", "--worst", "0")]
    [InlineData("--metric 'meteor' is not known; use bleu, chrf, ter.", "--metric", "meteor")]
    [InlineData("--tokenize is read by --metric bleu alone;", "--metric", "ter", "--tokenize", "zh")]
    [InlineData("--chrf-word-order is read by --metric chrf alone;", "--metric", "bleu", "--chrf-word-order", "2")]
    [InlineData(
        "--tokenize is read by --metric bleu alone;", "--metric", "ter", "--tokenize", "zh", "--worst", "2")]
    [InlineData("--resamples is not read without --confidence or --paired;", "--resamples", "5")]
    [InlineData(
        "{1}/no/x: its folder does not exist; create it, or choose another --scores", "--scores", "{1}/no/x")]
    [InlineData(
        "{1}/x: --scores would replace the file that --output names; give --scores another file", "--scores", "{1}/x",
        "--output", "{1}/./x")]
    [InlineData("{1}/classifier/model.safetensors: ", "--model", "{1}/classifier")]
    public void A_mistake_is_one_line_with_its_remedy(string expected, params string[] arguments)
    {
        File.WriteAllLines(folder["one"], ["one"]);
        File.WriteAllLines(folder["blank"], [" "]);
        File.WriteAllText(folder["empty"], "");
        Directory.CreateDirectory(folder["classifier"]);
        File.WriteAllText(folder["classifier/config.json"], """{ "task": "classify" }""");
        File.WriteAllText(folder["classifier/model.safetensors"], "");
        string[] needed = ["--model", tiny.Model, "--source", tiny.Source, "--target", tiny.Target];
        var given = arguments.Select(InFolders).ToArray();
        for (var i = 0; i < needed.Length; i += 2)
        {
            if (!given.Contains(needed[i])) given = [needed[i], needed[i + 1], .. given];
        }
        Assert.StartsWith("engine: " + InFolders(expected), CommandLine.Run(["evaluate", .. given]).Mistake());
    }

    private CommandResult Evaluate(params string[] arguments) => CommandLine.Run(
        ["evaluate", "--model", tiny.Model, "--source", tiny.Source, "--target", tiny.Target, .. arguments]);

    private string InFolders(string text) => text
        .Replace("{0}", Path.GetDirectoryName(tiny.Source), StringComparison.Ordinal)
        .Replace("{1}", folder.Path, StringComparison.Ordinal);
}
