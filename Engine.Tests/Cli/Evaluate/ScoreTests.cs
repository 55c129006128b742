using System.Text.Json.Nodes;
using Engine.Tests.Storage;
using Engine.Tests.Text;
using Engine.Text;

namespace Engine.Tests.Cli;

public sealed class ScoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public ScoreTests()
    {
        var one = SacreBleuCases.Named("noisy100");
        File.WriteAllLines(folder["hyp"], SacreBleuCases.Lines(one, "hypotheses"));
        File.WriteAllLines(folder["ref"], SacreBleuCases.Lines(one, "references"));
        File.WriteAllLines(folder["short"], ["one", "two"]);
        File.WriteAllText(folder["empty"], "");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_verb_prints_the_lines_of_sacreBLEU()
    {
        var result = CommandLine.Run("score", "--hypothesis", folder["hyp"], "--reference", folder["ref"]);
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal(
            [
                "BLEU = 70.10 92.2/74.9/64.1/54.6 (BP = 1.000 ratio = 1.013 hyp_len = 1288 ref_len = 1271)",
                "chrF2 = 86.70",
                "BLEU signature: nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0",
                "chrF2 signature: nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:2.6.0",
            ],
            result.OutputLines);
    }

    [Theory]
    [InlineData("none", 71.11120768135369)]
    [InlineData("zh", 69.97733623924438)]
    [InlineData("char", 89.56425551415585)]
    [InlineData("intl", 69.57190091133707)]
    public void The_JSON_has_the_scores_with_all_digits(string tokenize, double expected)
    {
        var result = CommandLine.Run(
            "score", "--hypothesis", folder["hyp"], "--reference", folder["ref"], "--tokenize", tokenize,
            "--chrf-word-order", "2", "--lowercase", "--effective-order", "--json");
        Assert.Equal((0, ""), (result.Code, result.Error));
        var json = JsonNode.Parse(Assert.Single(result.OutputLines))!;
        BleuTests.Near(expected, (double)json["bleu"]!, tokenize);
        BleuTests.Near(86.16284897924893, (double)json["chrf"]!, "chrF++");
        Assert.Equal($"nrefs:1|case:lc|eff:yes|tok:{tokenize}|smooth:exp|version:2.6.0", (string)json["signature"]!);
        Assert.Equal("nrefs:1|case:lc|eff:yes|nc:6|nw:2|space:no|version:2.6.0", (string)json["chrf_signature"]!);
        Assert.Equal(("chrF2++", 100, 4), (
            (string)json["chrf_name"]!, (int)json["sentences"]!, json["precisions"]!.AsArray().Count));
        Assert.Equal((double)json["ratio"]!, (double)json["hypothesis_length"]! / (double)json["reference_length"]!);
        Assert.InRange((double)json["brevity_penalty"]!, 0.9, 1);
    }

    [Fact]
    public void Several_references_are_several_options()
    {
        File.WriteAllLines(folder["second"], File.ReadLines(folder["hyp"]));
        var result = CommandLine.Run(
            "score", "--reference", folder["ref"], "--hypothesis", folder["hyp"], "--reference=" + folder["second"]);
        Assert.StartsWith("BLEU = 100.00 ", result.Output);
        Assert.Contains("BLEU signature: nrefs:2|", result.Output);
    }

    [Fact]
    public void The_margin_of_resampled_scores_is_that_of_sacreBLEU()
    {
        var result = Score("--tokenize", "none", "--metric", "ter", "--metric", "bleu", "--confidence");
        Assert.Equal(
            [
                "TER = 14.87 (μ = 14.90 ± 2.28)",
                "BLEU = 71.11 (μ = 70.81 ± 4.40) 93.4/75.9/65.0/55.5 (BP = 1.000 ratio = 1.001 hyp_len = 1272 "
                + "ref_len = 1271)",
                "TER signature: nrefs:1|bs:1000|seed:12345|case:lc|tok:tercom|norm:no|punct:yes|asian:no|version:2.6.0",
                "BLEU signature: nrefs:1|bs:1000|seed:12345|case:mixed|eff:no|tok:none|smooth:exp|version:2.6.0",
            ],
            result.OutputLines);
        var other = JsonNode.Parse(
            Score("--metric", "ter", "--confidence", "--resamples", "50", "--bootstrap-seed", "7", "--json").Output)!;
        Assert.StartsWith("nrefs:1|bs:50|seed:7|", (string)other["ter_signature"]!);
        Assert.NotEqual(14.8989, (double)other["ter_mean"]!, 0.001);
        Assert.InRange((double)other["ter_margin"]!, 1, 4);
        Assert.Null(other["bleu"]);
    }

    [Fact]
    public void Two_systems_are_compared_as_by_sacreBLEU()
    {
        var one = SacreBleuCases.Part("bootstrap").Single(part => (string)part["name"]! == "nearly equal");
        File.WriteAllLines(folder["new"], SacreBleuCases.Lines(one, "system"));
        File.WriteAllLines(folder["old"], SacreBleuCases.Lines(one, "baseline"));
        File.WriteAllLines(folder["both"], SacreBleuCases.Sets(one, "references")[0]);
        string[] given =
        [
            "score", "--hypothesis", folder["new"], "--paired", folder["old"], "--reference", folder["both"],
            "--tokenize", "none", "--metric", "bleu", "--metric", "chrf", "--metric", "ter",
        ];
        var json = JsonNode.Parse(CommandLine.Run([.. given, "--json"]).Output)!;
        foreach (var metric in (string[])["bleu", "chrf", "ter"])
        {
            var expected = one["metrics"]![metric]!;
            Assert.Equal((double)expected["p"]!, (double)json["paired"]![metric + "_p"]!, 1e-12);
            BleuTests.Near((double)expected["score"]!, (double)json[metric]!, metric);
            BleuTests.Near((double)expected["margin"]!, (double)json[metric + "_margin"]!, metric);
            BleuTests.Near((double)expected["baseline"]!, (double)json["paired"]![metric]!, metric);
            BleuTests.Near((double)expected["baseline_margin"]!, (double)json["paired"]![metric + "_margin"]!, metric);
        }
        Assert.Equal(folder["old"], (string)json["paired"]!["name"]!);
        var lines = CommandLine.Run(given).OutputLines;
        Assert.Equal(["BLEU", "chrF2", "TER"], Cells(lines[0]));
        Assert.Equal([folder["new"], "69.97 (μ = 69.75 ± 7.95)"], Cells(lines[1])[..2]);
        Assert.Equal(folder["old"], Cells(lines[2])[0]);
        Assert.Equal(["p", "0.1019", "0.0849", "0.0949"], Cells(lines[3]));
        Assert.StartsWith("*: significant; where both systems are equally good", lines[4]);
        Assert.StartsWith("BLEU signature: nrefs:1|bs:1000|seed:12345|", lines[5]);
        Assert.Equal(8, lines.Length);
    }

    [Fact]
    public void A_clear_difference_is_marked_and_equal_scores_are_said()
    {
        File.WriteAllLines(folder["bad"], File.ReadLines(folder["hyp"]).Select(line => line[..(line.Length / 2)]));
        Assert.Equal(["p", "0.0010 *", "0.0010 *"], Cells(Score("--paired", folder["bad"]).OutputLines[3]));
        Assert.Equal(["p", "equal scores", "equal scores"], Cells(Score("--paired", folder["hyp"]).OutputLines[3]));
    }

    [Theory]
    [InlineData]
    [InlineData("--ter-case-sensitive")]
    [InlineData("--ter-normalized")]
    [InlineData("--ter-no-punct")]
    [InlineData("--ter-no-punct", "--ter-asian-support")]
    public void The_options_of_TER_are_read(params string[] options)
    {
        File.WriteAllLines(folder["hyp"], File.ReadAllLines(folder["hyp"]).Select(line => line + " O。"));
        File.WriteAllLines(folder["ref"], File.ReadAllLines(folder["ref"]).Select(line => line + " o"));
        var how = new TerOptions
        {
            CaseSensitive = options.Contains("--ter-case-sensitive"),
            Normalized = options.Contains("--ter-normalized"),
            NoPunctuation = options.Contains("--ter-no-punct"),
            AsianSupport = options.Contains("--ter-asian-support"),
        };
        var score = Ter.Of(File.ReadAllLines(folder["hyp"]), File.ReadAllLines(folder["ref"]), how);
        var json = JsonNode.Parse(Score(["--metric", "ter", "--json", .. options]).Output)!;
        Assert.Equal((score.Score, score.Signature), ((double)json["ter"]!, (string)json["ter_signature"]!));
        Assert.Equal((score.Edits, score.ReferenceLength), (
            (long)json["ter_edits"]!, (double)json["ter_reference_length"]!));
    }

    [Theory]
    [InlineData(
        "{0}/hyp has 100 lines but {0}/short has 2; line n of one must belong to line n of the other, so give both "
        + "files the same number of lines", "--hypothesis", "{0}/hyp", "--reference", "{0}/short")]
    [InlineData(
        "{0}/hyp has 100 lines but {0}/short has 2;",
        "--hypothesis", "{0}/hyp", "--reference", "{0}/ref", "--reference", "{0}/short")]
    [InlineData(
        "{0}/empty: holds no line; write at least one sentence into it",
        "--hypothesis", "{0}/empty", "--reference", "{0}/ref")]
    [InlineData(
        "{0}/empty: is named twice, but is empty or a pipe, which can be read only once;",
        "--hypothesis", "{0}/empty", "--reference", "{0}/empty")]
    [InlineData("{0}/none: there is no such file;", "--hypothesis", "{0}/none", "--reference", "{0}/ref")]
    [InlineData(
        "--tokenize '14a' is not known; use 13a, none, zh, char, intl.",
        "--hypothesis", "{0}/hyp", "--reference", "{0}/ref", "--tokenize", "14a")]
    [InlineData(
        "--chrf-word-order is -1; it must be 0 (chrF) to 6 (2 is chrF++).",
        "--hypothesis", "{0}/hyp", "--reference", "{0}/ref", "--chrf-word-order", "-1")]
    [InlineData("option --reference is missing; write engine score --reference F", "--hypothesis", "{0}/hyp")]
    [InlineData(
        "option --hypothesis is given twice; give it once", "--hypothesis", "{0}/hyp", "--hypothesis", "{0}/ref")]
    [InlineData(
        "{0}/hyp has 100 lines but {0}/short has 2;",
        "--hypothesis", "{0}/hyp", "--reference", "{0}/ref", "--paired", "{0}/short")]
    [InlineData(
        "{0}/none: there is no such file;",
        "--hypothesis", "{0}/hyp", "--reference", "{0}/ref", "--paired", "{0}/none")]
    [InlineData(
        "--metric 'rouge' is not known; use bleu, chrf, ter.",
        "--hypothesis", "{0}/hyp", "--reference", "{0}/ref", "--metric", "rouge")]
    [InlineData(
        "--metric ter is given twice; give each metric once.",
        "--hypothesis", "{0}/hyp", "--reference", "{0}/ref", "--metric", "ter", "--metric", "ter")]
    [InlineData(
        "options that begin with --ter- are read by --metric ter alone; add it, or leave them out.",
        "--hypothesis", "{0}/hyp", "--reference", "{0}/ref", "--ter-no-punct")]
    [InlineData(
        "--tokenize is read by --metric bleu alone; add it, or leave --tokenize out.",
        "--hypothesis", "{0}/hyp", "--reference", "{0}/ref", "--metric", "ter", "--tokenize", "zh")]
    [InlineData(
        "--effective-order is read by --metric bleu alone; add it, or leave --effective-order out.",
        "--hypothesis", "{0}/hyp", "--reference", "{0}/ref", "--metric", "chrf", "--effective-order")]
    [InlineData(
        "--lowercase is read by --metric bleu and --metric chrf alone; add one of them, or leave --lowercase out.",
        "--hypothesis", "{0}/hyp", "--reference", "{0}/ref", "--metric", "ter", "--lowercase")]
    [InlineData(
        "--chrf-word-order is read by --metric chrf alone; add it, or leave --chrf-word-order out.",
        "--hypothesis", "{0}/hyp", "--reference", "{0}/ref", "--metric", "bleu", "--chrf-word-order", "2")]
    [InlineData(
        "--bootstrap-seed is not read without --confidence or --paired; add one of them, or leave it out.",
        "--hypothesis", "{0}/hyp", "--reference", "{0}/ref", "--bootstrap-seed", "1")]
    [InlineData(
        "--resamples is 1; it must be 2 to 1000000.",
        "--hypothesis", "{0}/hyp", "--reference", "{0}/ref", "--confidence", "--resamples", "1")]
    [InlineData(
        "--bootstrap-seed is -1; it must be 0 or more.",
        "--hypothesis", "{0}/hyp", "--reference", "{0}/ref", "--confidence", "--bootstrap-seed", "-1")]
    public void A_mistake_is_one_line_with_its_remedy(string expected, params string[] arguments) =>
        Assert.StartsWith(
            "engine: " + InFolder(expected), CommandLine.Run(["score", .. arguments.Select(InFolder)]).Mistake());

    private CommandResult Score(params string[] options) => CommandLine.Run(
        ["score", "--hypothesis", folder["hyp"], "--reference", folder["ref"], .. options]);

    private static string[] Cells(string row) =>
        [.. row.Split("  ", StringSplitOptions.RemoveEmptyEntries).Select(cell => cell.Trim())];

    private string InFolder(string text) => text.Replace("{0}", folder.Path, StringComparison.Ordinal);
}
