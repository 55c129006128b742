using System.Globalization;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Cli;

public sealed class ReferenceScoresTests(TinyRun tiny) : IClassFixture<TinyRun>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Each_reference_has_the_negative_loss_of_its_pair_and_its_number_of_tokens()
    {
        string[] sources = ["red green", "", "blue grey pink", "red", "pink"];
        string[] targets = ["RED GREEN PINK", "RED", "BLUE", "", "unknown RED"];
        var scores = Scores(sources, targets);
        Assert.Equal(["", "", "", ""], [scores[1], scores[3], scores[5], string.Concat(scores[6..])]);
        var model = TranslationModel.Load(tiny.Model);
        Assert.Contains(Vocabulary.Unknown, model.Encode(sources[4], targets[4]).Target);
        foreach (var i in (int[])[0, 2, 4])
        {
            using var tape = new Tape<float>(Mode.Inference);
            var batch = new Batch(model.Encode(sources[i], targets[i]));
            var cells = scores[i].Split('\t');
            Assert.Equal(-model.EvaluateLoss(tape, batch).Plain, Number(cells[0]), 1e-5);
            Assert.Equal(batch.TargetTokens.ToString(CultureInfo.InvariantCulture), cells[1]);
        }
    }

    [Fact]
    public void The_score_of_the_model_s_own_translation_is_the_score_of_beam_search()
    {
        string[] sources = ["red green blue", "pink pink grey", "grey red red"];
        var model = TranslationModel.Load(tiny.Model);
        var found = model.Translate(
            sources, new TranslationOptions { Decoder = new Engine.Decoding.BeamOptions { LengthPenalty = 0 } });
        var scores = Scores(sources, [.. found.Select(best => best[0].Text)]);
        foreach (var (best, score) in found.Zip(scores))
            Assert.Equal(best[0].Score, Number(score.Split('\t')[0]), 1e-5);
    }

    [Fact]
    public void The_sum_of_the_scores_is_the_loss_that_evaluate_prints()
    {
        var result = CommandLine.Run(
            "evaluate", "--model", tiny.Model, "--source", tiny.Source, "--target", tiny.Target, "--scores",
            folder["scores"], "--json");
        var json = System.Text.Json.Nodes.JsonNode.Parse(result.Output)!;
        var cells = File.ReadLines(folder["scores"]).Select(line => line.Split('\t')).ToArray();
        Assert.Equal((double)json["reference_tokens"]!, cells.Sum(line => Number(line[1])));
        var (sum, tokens) = (cells.Sum(line => Number(line[0])), cells.Sum(line => Number(line[1])));
        Assert.Equal((double)json["loss"]!, -sum / tokens, 1e-12);
    }

    [Fact]
    public void A_reference_that_is_too_long_is_refused_with_its_line()
    {
        File.WriteAllLines(folder["s"], ["", "red"]);
        File.WriteAllLines(folder["t"], ["", string.Join(' ', Enumerable.Repeat("RED", 4097))]);
        Assert.StartsWith($"engine: {folder["t"]}:2: the line that begins 'RED RED", CommandLine.Run(
            "evaluate", "--model", tiny.Model, "--source", folder["s"], "--target", folder["t"], "--scores",
            folder["scores"]).Mistake());
        Assert.False(File.Exists(folder["scores"]));
    }

    private string[] Scores(string[] sources, string[] targets)
    {
        File.WriteAllLines(folder["s"], sources);
        File.WriteAllLines(folder["t"], targets);
        var result = CommandLine.Run(
            "evaluate", "--model", tiny.Model, "--source", folder["s"], "--target", folder["t"], "--scores",
            folder["scores"]);
        Assert.Equal((0, ""), (result.Code, result.Error));
        return File.ReadAllText(folder["scores"]).Split('\n');
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
