using System.Text.Json.Nodes;
using Engine.Tests.Storage;
using Engine.Tests.Text;

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
    public void A_mistake_is_one_line_with_its_remedy(string expected, params string[] arguments) =>
        Assert.StartsWith(
            "engine: " + InFolder(expected), CommandLine.Run(["score", .. arguments.Select(InFolder)]).Mistake());

    private string InFolder(string text) => text.Replace("{0}", folder.Path, StringComparison.Ordinal);
}
