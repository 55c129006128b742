using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Engine.Cli;
using Engine.Inspection;
using Engine.Tests.Inspection;
using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

public sealed class ExplainVerbTests(SavedModels saved) : IClassFixture<SavedModels>
{
    private const string Source = "我们喝茶", Base = "transformer Sinusoidal translate";

    public static TheoryData<string> Models => SmallModels.Names;

    [Theory]
    [MemberData(nameof(Models))]
    public void A_step_is_told_forward_then_back_with_the_numbers_of_its_record(string name)
    {
        var target = TargetOf(name);
        var step = StepRecorder.Record(saved.Model(name), Source, target);
        var result = CommandLine.Run("explain", "--model", saved.Of(name), "--source", Source, "--target", target);
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.All(result.OutputLines, line => Assert.InRange(TextColumns.Of(line), 0, StepReport.Columns));
        var output = result.Output;
        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"loss {step.Loss:F4}, the mean of "), output);
        var (forward, back) = (output.IndexOf("\nFORWARD", StringComparison.Ordinal),
            output.IndexOf("\nBACK", StringComparison.Ordinal));
        var operations = step.Nodes.Where(node => node.Operation != "parameter").ToArray();
        var entries = Entries(output[forward..back]);
        Assert.Equal(operations.Select(node => node.Index), entries.Select(entry => entry.Number));
        foreach (var (node, (_, text)) in operations.Zip(entries))
        {
            Assert.StartsWith($"{node.Operation} {(node.Path.Length == 0 ? "(the network)" : node.Path)} ", text);
            Assert.Contains($" {node.Caller} {node.Formula.Split(";  ")[0].Replace("  ", " ")} ", text);
            Assert.EndsWith($" → [{string.Join(", ", node.Shape)}], |y| {Short(node.ValueNorm)}", text);
            Assert.All(node.Inputs, input => Assert.Contains($"[{string.Join(", ", input.Shape)}]", text));
        }
        entries = Entries(output[back..output.IndexOf("\nNorms of", StringComparison.Ordinal)]);
        Assert.Equal(operations.Reverse().Select(node => node.Index), entries.Select(entry => entry.Number));
        Assert.All(operations.Reverse().Zip(entries), pair => Assert.Contains(
            pair.First.GradientNorm is { } norm ? $" |dY| {Short(norm)}" : " no gradient arrives", pair.Second.Text));
        foreach (var leaf in step.Nodes.Where(node => node.Operation == "parameter" && node.GradientNorm is not null))
            Assert.Contains(entries, entry => entry.Text.Contains($" {leaf.Path} {Short(leaf.GradientNorm!.Value)}"));
        Assert.All(step.Layers, layer => Assert.Matches(
            $@"\n{Regex.Escape(layer.Layer)} +{Regex.Escape(Short(layer.GradientNorm))}\n", output));
    }

    [Fact]
    public void A_filter_chooses_operations_by_name_path_or_file()
    {
        string[] command =
            ["explain", "--model", saved.Of(Base), "--source", Source, "--target", "we drink tea", "--filter"];
        foreach (var (filter, count) in new[] { ("LayerNorm", 12), ("decoder.layers.1", 15), ("residual.cs", 10) })
        {
            var output = CommandLine.Run([.. command, filter]).Output;
            Assert.Equal(2 * count, Entries(output).Count);
            Assert.Contains("\ndecoder.layers.1 ", output); // the norms by layer stay whole
            var nodes = JsonNode.Parse(CommandLine.Run([.. command, filter, "--json"]).Output)!["nodes"]!.AsArray();
            Assert.Equal(count, nodes.Count(node => (string?)node!["operation"] != "parameter"));
        }
        Assert.Contains(
            "--filter linear1.weight: no operation", CommandLine.Run([.. command, "linear1.weight"]).Mistake());
        Assert.Contains(
            "--filter xyz: no operation of the step has this in its name, module or file; the operations are "
            + "Embedding, Scale, Add, ", CommandLine.Run([.. command, "xyz"]).Mistake());
    }

    [Fact]
    public void Json_is_the_record()
    {
        var step = StepRecorder.Record(saved.Model(Base), Source, "we drink tea");
        Assert.Equal(
            RecordJson.OneLine(step) + "\n",
            CommandLine.Run(
                "explain", "--model", saved.Of(Base), "--source", Source, "--target", "we drink tea", "--json").Output);
    }

    [Fact]
    public void A_seed_turns_dropout_on_and_repeats_it()
    {
        Assert.DoesNotContain(" Dropout ", Explained());
        Assert.Contains(" Dropout ", Explained("--seed", "1"));
        Assert.Equal(Explained("--seed", "1"), Explained("--seed", "1"));
        Assert.NotEqual(Explained("--seed", "2"), Explained("--seed", "1"));

        string Explained(params string[] options) => CommandLine.Run(
            ["explain", "--model", saved.Of(Base), "--source", Source, "--target", "tea", .. options]).Output;
    }

    [Fact]
    public void Without_a_model_the_newest_run_is_taken_and_without_runs_a_new_model_of_the_two_lines()
    {
        using var folder = new TemporaryFolder();
        string[] command = ["explain", "--source", "red tea", "--target", "roter Tee", "--filter", "Loss"];
        var result = CommandLine.Finish(CommandLine.Start(folder.Path, command));
        Assert.Equal(
            (0, "model: a new one with random weights and the words of the two sentences; "
                + "--model names a trained one\n"),
            (result.Code, result.Error.Replace("\r", "")));
        Assert.Contains("source red tea <eos>\ntarget <bos> roter Tee\n", result.Output);

        var run = folder["runs/older"];
        saved.Model(Base).Save(run);
        File.SetLastWriteTimeUtc(Path.Combine(run, "model.safetensors"), DateTime.UtcNow.AddDays(-1));
        saved.Model("gru translate").Save(folder["runs/newer"]);
        Directory.CreateDirectory(folder["runs/without-a-model"]);
        result = CommandLine.Finish(CommandLine.Start(folder.Path, [.. command[..^2], "--filter", "gru"]));
        Assert.Equal(0, result.Code);
        Assert.Equal(
            $"model: {Path.Combine("runs", "newer")}, the latest run; --model names another", result.Error.TrimEnd());
    }

    [Theory]
    [InlineData(Base, "option --source is missing; write engine explain --source SENTENCE", "--target", "tea")]
    [InlineData(Base, "option --target lacks its value", "--source", "我", "--target", " ")]
    [InlineData("gru classify", "the label 'tea' does not occur", "--source", "我", "--target", "tea")]
    public void What_a_step_cannot_be_made_of_is_refused_in_one_line(
        string name, string mistake, params string[] options) =>
        Assert.Contains(mistake, CommandLine.Run(["explain", "--model", saved.Of(name), .. options]).Mistake());

    private static string TargetOf(string name) =>
        name.EndsWith("classify", StringComparison.Ordinal) ? "up" : "we drink tea";

    private static string Short(double number) => number.ToString("G3", CultureInfo.InvariantCulture);

    /// <summary>The entries with their numbers, each as one line.</summary>
    private static IReadOnlyList<(int Number, string Text)> Entries(string output) =>
    [
        .. Regex.Matches(output, @"^#(?<number>\d+) +(?<text>[^\n]*(\n      [^\n]*)*)", RegexOptions.Multiline)
            .Select(match => (int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture),
                Regex.Replace(match.Groups["text"].Value, @"\s+", " "))),
    ];
}
