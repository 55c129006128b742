using System.Text.Json.Nodes;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Cli;

public sealed class ClassifyTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Text_with_labels_is_learned_and_new_text_labelled()
    {
        var lines = Enumerable.Range(0, 60).Select(i => $"{(i % 2 == 0 ? "warm" : "cold")} word{i % 7} word{i % 5}");
        File.WriteAllLines(folder["train.text"], lines);
        File.WriteAllLines(folder["train.label"], Enumerable.Range(0, 60).Select(i => i % 2 == 0 ? "up" : "down"));
        foreach (var split in (string[])["valid", "test"])
        {
            File.WriteAllLines(folder[$"{split}.text"], ["warm word1", "cold word2"]);
            File.WriteAllLines(folder[$"{split}.label"], ["up", "down"]);
        }
        var trained = CommandLine.Run(
            "train", "--task", "classify", "--source", folder["train.text"], "--target", folder["train.label"],
            "--out", folder["m"], "--architecture", "gru", "--pooling", "attention", "--d-model", "16", "--layers", "1",
            "--learning-rate", "0.02", "--warmup", "5", "--updates", "40");
        Assert.Equal(0, trained.Code);
        Assert.Matches(@"update 40: validation loss .*, perplexity \d\.\d\d, accuracy 100\.0%, saved", trained.Error);
        Assert.Matches(@"(?m)^validation accuracy 100\.0%, perplexity \d\.\d\d \(loss", trained.Output);
        Assert.Equal(100, (double)JsonNode.Parse(File.ReadAllText(folder["m/run.json"]))!["best_accuracy"]!);
        Assert.Contains("accuracy 100.0%", CommandLine.Run("inspect", "--model", folder["m"]).Output);
        Assert.Contains(">Accuracy</th>", File.ReadAllText(folder["m/report.html"]));
        Assert.Contains("vocab", trained.Error, StringComparison.Ordinal);
        Assert.Contains("2 labels", trained.Error, StringComparison.Ordinal);
        Assert.Contains("classify --model", trained.Output, StringComparison.Ordinal);
        Assert.StartsWith(
            "accuracy 100.0% of the test set (2 of 2 sentences); trained in", trained.Output.TrimEnd().Split('\n')[^2],
            StringComparison.Ordinal);

        File.WriteAllText(folder["in"], "cold word4\n\nwarm word6\n");
        var labelled = CommandLine.Run("classify", "--model", folder["m"], "--input", folder["in"]);
        Assert.Equal((0, "down\n\nup\n", ""), (labelled.Code, labelled.Output, labelled.Error));
        var written = CommandLine.Run(
            "classify", "--model", folder["m"], "--input", folder["in"], "--output", folder["out"]);
        Assert.Equal((0, ""), (written.Code, written.Output));
        Assert.Equal("down\n\nup\n", File.ReadAllText(folder["out"]));
    }

    [Fact]
    public void Great_logits_and_labels_with_tabs_leave_probabilities_right_and_in_their_fields()
    {
        var model = ClassificationModel.Create(
            new TrainingConfiguration { Task = "classify", DModel = 8, DFf = 8, Heads = 2, Layers = 1 },
            ParallelCorpus.Of([("warm", "up\tand on"), ("cold", "down")]));
        var named = model.Network.NamedParameters.ToDictionary(one => one.Key, one => one.Value);
        named["head.weight"].Update().Clear();
        named["head.bias"].Update().Fill(200);
        named["head.bias"].Update()[model.LabelIndexOf("up\tand on")] = 240;
        model.Save(folder["m"]);
        string[] classify = ["classify", "--model", folder["m"]];
        Assert.Equal("up\tand on\n\n", CommandLine.RunOn("warm\n\n", classify).Output);
        Assert.Equal(
            ["up&#9;and on", "1", "down", "4.248354E-18"],
            CommandLine.RunOn("warm\n", [.. classify, "--probabilities"]).OutputLines[0].Split('\t'));
        var json = JsonNode.Parse(CommandLine.RunOn("warm\n", [.. classify, "--json"]).Output)!;
        Assert.Equal(("up\tand on", 1.0), ((string?)json["label"], (double)json["probabilities"]!["up\tand on"]!));
        File.WriteAllText(folder["text"], "warm\ncold\n");
        File.WriteAllText(folder["labels"], "up\tand on\nup\tand on\n");
        var evaluated = CommandLine.Run(
            "evaluate", "--model", folder["m"], "--source", folder["text"], "--target", folder["labels"], "--json");
        Assert.Equal(100, (double)JsonNode.Parse(evaluated.Output)!["accuracy"]!);
    }

    [Fact]
    public void Each_validation_reports_the_accuracy_of_all_labels_and_the_best_can_be_kept()
    {
        var lines = Enumerable.Range(0, 240).Select(i => $"{(i % 3 == 0 ? "warm" : "cold")} word{i % 7}").ToArray();
        File.WriteAllLines(folder["train.text"], lines);
        File.WriteAllLines(folder["train.label"], lines.Select((_, i) => i % 3 == 0 ? "up" : "down"));
        File.WriteAllLines(folder["valid.text"], lines);
        File.WriteAllLines(folder["valid.label"], lines.Select((_, i) => i % 2 == 0 ? "up" : "down"));
        string[] given =
        [
            "train", "--task", "classify", "--source", folder["train.text"], "--target", folder["train.label"],
            "--architecture", "gru", "--d-model", "8", "--layers", "1", "--best", "accuracy", "--valid-every", "4",
            "--learning-rate", "0.02", "--warmup", "2", "--out", folder["m"], "--log", folder["log"],
        ];
        Assert.Equal(0, CommandLine.Run([.. given, "--updates", "8"]).Code);
        Assert.Equal(0, CommandLine.Run([.. given, "--resume", "--updates", "16"]).Code);
        var validations = File.ReadLines(folder["log"]).Select(line => JsonNode.Parse(line)!)
            .Where(line => (string?)line["event"] == "validation").ToArray();
        var samples = File.ReadLines(folder["m/samples.jsonl"]).Select(line => JsonNode.Parse(line)!);
        var accuracies = validations.Select(line => (double)line["accuracy"]!).ToArray();
        Assert.Equal(accuracies, samples.Select(line => (double)line["accuracy"]!));
        var curve = LearningCurve.Read(folder["m"]).Accuracy;
        Assert.Equal(accuracies, curve.Select(point => (double)point.Value), (a, b) => Math.Abs(a - b) < 1e-4);
        Assert.Contains("accuracy of the validation labels, percent", File.ReadAllText(folder["m/curve.svg"]));
        var best = 0.0;
        foreach (var (validation, accuracy) in validations.Zip(accuracies))
        {
            Assert.Equal(accuracy > best, (bool)validation["best"]!);
            best = Math.Max(best, accuracy);
        }
        var kept = CommandLine.Run(
            "evaluate", "--model", folder["m"], "--source", folder["valid.text"], "--target", folder["valid.label"],
            "--json");
        Assert.Equal(best, (double)JsonNode.Parse(kept.Output)!["accuracy"]!, 1e-9);
    }

    [Fact]
    public void Without_files_training_learns_toy_opinions_and_reports_the_accuracy()
    {
        var trained = CommandLine.Run(
            "train", "--task", "classify", "--out", folder["m"], "--updates", "2", "--d-model", "8", "--heads", "1",
            "--json");
        Assert.Equal(0, trained.Code);
        Assert.Contains("toy opinions, as 'engine corpus --task sentiment' writes them", trained.Error,
            StringComparison.Ordinal);
        Assert.Matches("\"accuracy\":[0-9]", trained.Output);
        Assert.DoesNotMatch("\"exactMatch\":[0-9]", trained.Output);
    }
}
