using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Training;

namespace Engine.Tests.Cli;

/// <summary>Models whose weights, or the sums that they give, are no numbers.</summary>
public sealed class DivergedModelTests(TinyRun tiny) : IClassFixture<TinyRun>, IDisposable
{
    private static readonly string[][] Decoders =
        [["greedy"], ["beam", "--n-best", "2"], ["sample"], ["sample", "--top-k", "3", "--n-best", "2"]];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.NegativeInfinity, "-Infinity")]
    public void A_weight_that_is_no_number_is_named_on_loading(float value, string shown)
    {
        var model = CopyWith("encoder.layers.0.norm1.bias", 2, 5, value);
        var mistake = $"engine: {Path.Combine(model, "model.safetensors")}: weight 2 of tensor " +
            $"'encoder.layers.0.norm1.bias' is {shown}; ";
        foreach (var command in (string[][])
            [
                ["translate", "--model", model],
                ["evaluate", "--model", model, "--source", tiny.Source, "--target", tiny.Target],
                [
                    "train", "--from", model, "--source", tiny.Source, "--target", tiny.Target, "--updates", "1",
                    "--out", folder["tuned"],
                ],
            ])
        {
            var result = CommandLine.RunOn("red\n", command);
            Assert.Equal((2, ""), (result.Code, result.Output));
            Assert.StartsWith(mistake, result.Error.TrimEnd('\n').Split('\n')[^1]);
        }
    }

    [Fact]
    public void A_line_whose_scores_overflow_is_named_after_the_translations_of_the_lines_before_it()
    {
        // The embedding of one source word: only lines with this word overflow.
        var vocabulary = TranslationModel.Load(tiny.Model).Source.Vocabulary;
        var model = CopyWith("source_embedding.weight", 16 * vocabulary.IdOf("grey"), 16, 3e38f);
        foreach (var decoder in Decoders)
        {
            string[] options = ["--decoder", .. decoder];
            var good = CommandLine.RunOn("red\nblue red\n", ["translate", "--model", model, .. options]);
            Assert.Equal((0, ""), (good.Code, good.Error));
            var result = CommandLine.RunOn(
                "red\nblue red\nred grey\npink\ngrey\n", ["translate", "--model", model, .. options]);
            Assert.Equal((2, good.Output), (result.Code, result.Output));
            Assert.StartsWith(
                "engine: standard input:3: Transformer: logits of the next token are NaN or infinite; ", result.Error);
            Assert.Single(result.Error, '\n');
        }
        Assert.Equal(2, CommandLine.Run(
            "evaluate", "--model", model, "--source", tiny.Source, "--target", tiny.Target).Code);
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_an_evaluation()
    {
        var model = TranslationModel.Load(tiny.Model);
        model.Network.Parameters[0].Update().Fill(3e38f);
        var corpus = Engine.Text.ParallelCorpus.Of([("red", "RED")]);
        Assert.StartsWith(
            "the loss of the references is ", Assert.Throws<InputException>(() => model.LikelihoodOf(corpus)).Message);
    }

    [Fact]
    public void A_classifier_whose_scores_overflow_names_the_line()
    {
        File.WriteAllLines(folder["labels"], Enumerable.Range(0, 50).Select(i => i % 2 == 0 ? "good" : "bad"));
        Assert.Equal(0, CommandLine.Run(
        [
            "train", "--task", "classify", "--source", tiny.Source, "--target", folder["labels"], "--out",
            folder["labeller"], .. TinyRun.Small,
        ]).Code);
        var model = ClassificationModel.Load(folder["labeller"]);
        var word = 16 * model.Source.Vocabulary.IdOf("grey");
        model.Network.NamedParameters.First(named => named.Value.Shape[0] == model.SourceTokens).Value.Update()
            .Slice(word, 16).Fill(3e38f);
        model.Save(folder["labeller"]);
        var result = CommandLine.RunOn("red\ngrey\n", "classify", "--model", folder["labeller"]);
        Assert.Equal((2, 1), (result.Code, result.OutputLines.Length));
        Assert.StartsWith("engine: standard input:2: logits of the labels are NaN or infinite; ", result.Error);
    }

    // The file is changed in place: a model with such weights cannot be saved in another way.
    private string CopyWith(string tensor, int first, int count, float value)
    {
        var copy = folder["copy"];
        Directory.CreateDirectory(copy);
        foreach (var file in Directory.EnumerateFiles(tiny.Model))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        var path = Path.Combine(copy, "model.safetensors");
        var bytes = File.ReadAllBytes(path);
        var header = (int)BitConverter.ToInt64(bytes);
        using var json = System.Text.Json.JsonDocument.Parse(bytes.AsMemory(8, header));
        var start = 8 + header + json.RootElement.GetProperty(tensor).GetProperty("data_offsets")[0].GetInt32();
        for (var i = first; i < first + count; i++)
            BitConverter.TryWriteBytes(bytes.AsSpan(start + (4 * i)), value);
        File.WriteAllBytes(path, bytes);
        return copy;
    }
}
