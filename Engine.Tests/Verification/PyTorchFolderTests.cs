using System.Text.Json.Nodes;
using Engine.Storage;
using Engine.Tests.Architecture;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Verification;

/// <summary>
/// Recorders/pytorch loads model folders into PyTorch's own modules, without Engine's code; these are the losses that
/// PyTorch computed in double precision. The folder <c>continued</c> was trained further, and saved, by PyTorch.
/// </summary>
public class PyTorchFolderTests
{
    private static readonly string Fixtures = Path.Combine(SourceFiles.Root, "Engine.Tests", "Fixtures");

    [Theory]
    [InlineData("transformer", "transformer", "text.zh", "text.en")] // post-norm, sinusoidal, char and word
    [InlineData("gru", "gru", "text.en", "text.zh")]
    [InlineData("pre-norm", "pytorch/pre-norm", "text.zh", "text.en")] // learned positions, GELU, bpe, one table
    [InlineData("lstm", "pytorch/lstm", "text.en", "text.en")]
    [InlineData("continued", "pytorch/continued", "text.zh", "text.en")]
    public void PyTorch_computes_the_loss_that_a_translator_has(
        string name, string folder, string source, string target)
    {
        var model = TranslationModel.Load(In(folder));
        var scores = model.ScoreReferences(Corpus(source, target));
        var (loss, tokens, logProbabilities) = Recorded(name);
        var found = ReferenceLikelihood.Of(scores);
        Assert.Equal(tokens, found.Tokens);
        Assert.InRange(found.Loss, loss - 2e-6, loss + 2e-6);
        Assert.Equal(
            logProbabilities, scores.Select(score => score.LogProbability),
            (recorded, here) => Math.Abs(recorded - here) <= 1e-5);
    }

    [Fact]
    public void PyTorch_computes_the_loss_that_a_classifier_has()
    {
        var model = ClassificationModel.Load(In("pytorch/classifier"));
        var corpus = Corpus("text.opinions", "text.labels");
        var (loss, lines, logProbabilities) = Recorded("classifier");
        Assert.Equal(lines, corpus.Count);
        var found = model.Encode(corpus).Select(pair =>
        {
            using var tape = new Tape<float>(Mode.Inference);
            var batch = new Batch(pair);
            return -model.EvaluateLoss(tape, batch).Plain / batch.TargetTokens;
        }).ToArray();
        Assert.InRange(-found.Average(), loss - 2e-6, loss + 2e-6);
        Assert.Equal(logProbabilities, found, (recorded, here) => Math.Abs(recorded - here) <= 1e-5);
    }

    [Fact]
    public void A_folder_that_PyTorch_saved_has_other_weights_and_no_fingerprint_of_Engine()
    {
        using var before = SafeTensorsFile.Open(In("pytorch/pre-norm/model.safetensors"));
        using var after = SafeTensorsFile.Open(In("pytorch/continued/model.safetensors"));
        Assert.Equal(before.Entries.Keys.Order(), after.Entries.Keys.Order());
        Assert.Contains("fingerprint", before.Metadata.Keys);
        Assert.DoesNotContain("fingerprint", after.Metadata.Keys);
        Assert.All(before.Entries.Keys, name =>
            Assert.NotEqual(before.ReadNumbers<float>(name), after.ReadNumbers<float>(name)));
    }

    private static string In(string name) => Path.Combine(Fixtures, name);

    private static ParallelCorpus Corpus(string source, string target) =>
        ParallelCorpus.Read(In(source), In(target));

    private static (double Loss, long Tokens, IEnumerable<double> LogProbabilities) Recorded(string name)
    {
        var json = JsonNode.Parse(File.ReadAllText(In($"pytorch/{name}.json")))!;
        return (
            (double)json["loss"]!, (long)json["tokens"]!,
            json["log_probabilities"]!.AsArray().Select(number => (double)number!));
    }
}
