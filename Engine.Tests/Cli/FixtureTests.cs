using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Engine.Tests.Architecture;
using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

/// <summary>Model folders of an earlier program (Fixtures/make.sh) load, and its unfinished run resumes.</summary>
public class FixtureTests
{
    private static readonly string Folder = Path.Combine(SourceFiles.Root, "Engine.Tests", "Fixtures");

    [Theory]
    [InlineData("transformer", "translate", "translate --decoder beam --beam 3")]
    [InlineData("bpe", "translate", "translate --decoder beam --beam 3")]
    [InlineData("gru", "translate", "translate --decoder beam --beam 3")]
    [InlineData("classifier", "classify")]
    public void A_saved_model_gives_the_results_that_it_gave_when_it_was_saved(string name, params string[] verbs)
    {
        var rows = File.ReadAllLines(In($"{name}.expected")).Select(line => line.Split('\t')).ToArray();
        var input = string.Concat(rows.Select(row => row[0] + "\n"));
        foreach (var (column, verb) in verbs.Index())
        {
            var result = CommandLine.RunOn(input, [.. verb.Split(' '), "--model", In(name)]);
            Assert.Equal((0, ""), (result.Code, result.Error));
            Assert.Equal(rows.Select(row => row[column + 1]), result.Output.Split('\n')[..^1]);
        }
    }

    [FusedFact]
    public void An_unfinished_run_resumes_and_ends_with_the_recorded_weights()
    {
        // The weights have the same bits on all processors with fused sums.
        using var folder = new TemporaryFolder();
        var run = Resumed(folder);
        var hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(run, "model.safetensors"))));
        Assert.Equal(Recorded()["weights"], [hash]);
    }

    [Fact]
    public void An_unfinished_run_resumes_with_the_recorded_losses()
    {
        using var folder = new TemporaryFolder();
        Resumed(folder);
        var losses = File.ReadLines(folder["log"]).Select(line => JsonNode.Parse(line)!)
            .Where(line => (string?)line["event"] == "validation").Select(line => (double)line["loss"]!);
        Assert.Equal(
            Recorded()["loss"].Select(loss => double.Parse(loss, CultureInfo.InvariantCulture)), losses,
            (recorded, loss) => Math.Abs(recorded - loss) < 0.005);
    }

    /// <summary>The lines "weights HASH" and "loss LOSS" of the run's end.</summary>
    private static ILookup<string, string> Recorded() =>
        File.ReadLines(In("half-finished.expected")).Select(line => line.Split(' '))
            .ToLookup(line => line[0], line => line[1]);

    /// <summary>Resumes the unfinished run in a folder, and returns the run's folder.</summary>
    private static string Resumed(TemporaryFolder folder)
    {
        var run = Directory.CreateDirectory(folder["run"]).FullName;
        foreach (var file in Directory.GetFiles(In("half-finished")))
            File.Copy(file, Path.Combine(run, Path.GetFileName(file)));
        var result = CommandLine.Run(
            "train", "--resume", "--out", run, "--source", In("text.zh"), "--target", In("text.en"), "--valid-source",
            In("text.zh"), "--valid-target", In("text.en"), "--updates", "40", "--log", folder["log"]);
        Assert.True(result.Code == 0, result.Error);
        return run;
    }

    private static string In(string name) => Path.Combine(Folder, name);
}
