using System.Text.Json.Nodes;
using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

/// <summary><c>train --dry-run</c>.</summary>
public sealed class DryRunTests(TinyRun tiny) : IClassFixture<TinyRun>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private CommandResult Show(params string[] arguments) => CommandLine.Run(
        ["train", "--dry-run", "--source", tiny.Source, "--target", tiny.Target, "--out", folder["m"], .. arguments]);

    private JsonNode Json(params string[] arguments)
    {
        var result = Show([.. arguments, "--json"]);
        Assert.Equal((0, ""), (result.Code, result.Error));
        return JsonNode.Parse(Assert.Single(result.OutputLines))!;
    }

    [Fact]
    public void Values_come_with_their_origins_and_nothing_is_written()
    {
        File.WriteAllText(folder["c.json"], """{ "heads": 2, "dropout": 0.25 }""");
        var before = DiskSnapshot.Of(folder.Path);
        var result = Show("--config", folder["c.json"], "--updates", "20", "--seed", "1", "--max-target-length", "3");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal(before, DiskSnapshot.Of(folder.Path));
        string Row(string option) => string.Join(' ', Assert.Single(
            result.OutputLines, line => line.StartsWith($"--{option} ", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal($"--heads 2 {folder["c.json"]}", Row("heads"));
        Assert.Equal($"--dropout 0.25 {folder["c.json"]}", Row("dropout"));
        Assert.Equal("--seed 1 --seed", Row("seed"));
        Assert.Equal("--updates 20 --updates", Row("updates"));
        Assert.Equal("--epochs 0 --updates", Row("epochs"));
        Assert.Equal("--warmup 5 rule", Row("warmup"));
        Assert.Equal("--layers 2 preset toy", Row("layers"));
        Assert.Equal("--beta1 0.9 default", Row("beta1"));
        Assert.Equal("--source-tokenizer word the text", Row("source-tokenizer"));
        Assert.Contains("train 50 pairs: ", result.Output);
        Assert.Contains("train --max-target-length 3 drops ", result.Output);
        Assert.Contains("rule  preset toy: ", result.Output);
        Assert.Contains(
            "text  48 pairs an epoch: 192 source tokens, 192 target tokens, ends included; ", result.Output);
        Assert.Contains("time  about 0:00: 20 updates of ", result.Output);
        Assert.Contains($"into {folder["m"]}\n", result.Output);
    }

    [Fact]
    public void A_run_with_the_values_shown_has_the_parameters_and_the_configuration_shown()
    {
        string[] options = ["--updates", "3", "--d-model", "8", "--layers", "1"];
        var shown = Json(options);
        var run = CommandLine.Run(
            ["train", "--source", tiny.Source, "--target", tiny.Target, "--out", folder["m"], .. options]);
        Assert.Contains(FormattableString.Invariant($"{(int)shown["parameters"]!:N0} parameters\n"), run.Error);
        var saved = JsonNode.Parse(File.ReadAllText(Path.Combine(folder["m"], "config.json")))!;
        Assert.True(JsonNode.DeepEquals(saved, shown["configuration"]), shown["configuration"]!.ToJsonString());
        Assert.Contains($"rule  {shown["rule"]}\n", run.Error);
    }

    [Fact]
    public void JSON_has_the_counts_and_the_estimates()
    {
        File.WriteAllLines(folder["a"], ["a b", "", "c", "d e f g"]);
        File.WriteAllLines(folder["b"], ["a b", "x", "c", "d e f g"]);
        var before = DiskSnapshot.Of(folder.Path);
        var json = JsonNode.Parse(CommandLine.Run(
            "train", "--dry-run", "--json", "--preset", "toy", "--source", folder["a"], "--target", folder["b"],
            "--valid-source", folder["b"], "--valid-target", folder["b"], "--max-source-length", "2", "--minutes", "1")
            .Output)!;
        Assert.Equal(before, DiskSnapshot.Of(folder.Path));
        var text = json["text"]!;
        Assert.Equal(
            (2, 5, 5, 1, 1, 4), ((int)text["pairs"]!, (int)text["source_tokens"]!, (int)text["target_tokens"]!,
                (int)text["blank"]!, (int)text["dropped"]!, (int)text["valid"]!));
        Assert.Equal("toy", (string)json["preset"]!);
        Assert.Null(json["rule"]);
        Assert.Equal("--minutes", (string)json["origins"]!["epochs"]!);
        Assert.Equal(
            60, (double)json["seconds"]!, (double)json["seconds"]! / (double)json["updates"]!); // within an update
        var memory = json["memory"]!;
        Assert.Equal(
            (long)memory["total"]!,
            (string[])["program", "weights", "steps", "text"] is var parts
                ? parts.Sum(part => (long)memory[part]!) : 0);
        Assert.StartsWith("runs/", (string)json["out"]!);
    }

    [Fact]
    public void What_a_run_would_refuse_is_refused()
    {
        Assert.StartsWith(
            "engine: --resume goes on with the configuration in the run's folder, and --dry-run shows ",
            Show("--resume").Mistake());
        Directory.CreateDirectory(folder["m"]);
        File.WriteAllText(Path.Combine(folder["m"], "thesis.txt"), "all I have");
        Assert.StartsWith($"engine: {folder["m"]}: the folder is not empty; ", Show().Mistake());
        Assert.Equal(0, Show("--overwrite").Code);
        Assert.StartsWith(
            "engine: --d-model is 8, but the model in ",
            CommandLine.Run(
                "train", "--dry-run", "--from", tiny.Model, "--source", tiny.Source, "--target", tiny.Target,
                "--d-model", "8").Mistake());
    }

    [Fact]
    public void The_model_to_begin_with_is_the_origin_of_its_values()
    {
        var json = Json("--from", tiny.Model, "--dropout", "0.5");
        Assert.Equal(Path.Combine(tiny.Model, "config.json"), (string)json["origins"]!["dModel"]!);
        Assert.Equal("--dropout", (string)json["origins"]!["dropout"]!);
        Assert.Equal(16, (int)json["configuration"]!["dModel"]!);
        Assert.Equal(0, (int)json["text"]!["unknown_source"]!);
        Assert.Equal(tiny.Source, (string)json["text"]!["files"]![0]!);

        File.WriteAllLines(folder["other"], File.ReadAllLines(tiny.Source).Select(line => line + " orange"));
        var other = CommandLine.Run(
            "train", "--dry-run", "--from", tiny.Model, "--source", folder["other"], "--target", tiny.Target);
        Assert.Equal(0, other.Code);
        Assert.Contains("are unknown to the model, most often 'orange' ", other.Output);
    }
}
