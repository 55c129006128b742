using Engine.Inspection;
using Engine.Layers;
using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>Labels, their probabilities, and what a classifier takes from its configuration and its folder.</summary>
public sealed class LabelTests : IDisposable
{
    private static readonly string[] Lines = ["a b", "b c a", "c", "a a a c", "", "b"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_label_of_a_line_is_the_likeliest_and_the_probabilities_fall_and_sum_to_1()
    {
        // A model that gives all lines one label would not tell which of several is taken.
        var model = Enumerable.Range(1, 100).Select(seed => Create(Small with { Seed = seed }))
            .First(model => model.Classify(Lines).Distinct().Count() > 2); // "" is one of them
        var labels = model.Classify(Lines);
        var probabilities = model.Probabilities(Lines);
        for (var i = 0; i < Lines.Length; i++)
        {
            if (Lines[i].Length == 0)
            {
                Assert.Equal("", labels[i]);
                Assert.Empty(probabilities[i]);
                continue;
            }
            using var tape = new Tape<float>(Mode.Inference);
            int[] tokens = [.. model.Encode(Lines[i], "x").Source, Vocabulary.End];
            var logits = model.Network.Logits(tape, tokens, SequenceLayout.Full(1, tokens.Length)).ToArray();
            var sum = logits.Sum(logit => Math.Exp(logit));
            var expected = logits.Select((logit, label) => (Name: model.Names[label], Value: Math.Exp(logit) / sum))
                .OrderByDescending(label => label.Value).ToArray();
            Assert.Equal(expected[0].Name, labels[i]);
            Assert.Equal(expected.Select(label => label.Name), probabilities[i].Select(label => label.Key));
            foreach (var (label, found) in expected.Zip(probabilities[i]))
                Assert.Equal(label.Value, found.Value, 1e-5);
        }
    }

    [Theory]
    [InlineData(200, 204, 203)]
    [InlineData(-200, -203, -204)]
    [InlineData(88, 90, -300)]
    [InlineData(0, 3e38f, -3e38f)]
    public void Logits_of_any_size_give_probabilities_in_the_order_of_the_labels(float x, float y, float z)
    {
        var model = WithLogits(x, y, z);
        var found = model.Probabilities(["a b"])[0];
        Assert.Equal(model.Classify(["a b"])[0], found[0].Key);
        double[] logits = [x, y, z];
        var sum = logits.Sum(logit => Math.Exp(logit - logits.Max()));
        var expected = model.Names.Zip(logits, (name, logit) => (name, Value: Math.Exp(logit - logits.Max()) / sum))
            .OrderByDescending(label => label.Value).ToArray();
        Assert.Equal(expected.Select(label => label.name), found.Select(label => label.Key));
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First.Value, pair.Second.Value, 1e-6));
        var recorded = PassRecorder.Record(model, "a b").Predictions.Single().Likeliest;
        Assert.Equal(found.Select(label => label.Value), recorded.Select(label => (double)label.Probability));
    }

    [Fact]
    public void Labels_whose_probabilities_round_to_one_number_keep_the_order_of_their_logits()
    {
        var model = WithLogits(0, MathF.BitIncrement(0.1f), 0.1f);
        Assert.Equal([model.Classify(["a b"])[0], model.Names[2]],
            model.Probabilities(["a b"])[0].Take(2).Select(label => label.Key));
        model = WithLogits(0, 0.1f, MathF.BitIncrement(0.1f));
        Assert.Equal([model.Classify(["a b"])[0], model.Names[1]],
            model.Probabilities(["a b"])[0].Take(2).Select(label => label.Key));
    }

    [Fact]
    public void Of_equal_logits_the_first_label_is_taken()
    {
        var model = WithLogits(1, 1, 1);
        Assert.Equal(model.Names[0], model.Classify(["a b"])[0]);
    }

    [Theory]
    [InlineData(3, "a", "b", "c a")]
    [InlineData(1, "c a b", "a", "c")] // a batch has its shortest lines first
    public void Of_the_lines_whose_numbers_break_the_first_is_named(int line, params string[] lines)
    {
        var model = Create(Small);
        var broken = model.Encode("c", "x").Source[0];
        model.Network.NamedParameters.First(named => named.Key == "embedding.weight").Value
            .Update().Slice(broken * Small.DModel, Small.DModel).Fill(float.NaN);
        Assert.Contains(
            $":{line}: ", Assert.Throws<InputException>(() => model.Classify(lines)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_is_too_long_is_named_with_its_file_and_number()
    {
        File.WriteAllLines(folder["a"], ["a", "b c", "a b c a b c", "b"]);
        File.WriteAllLines(folder["labels"], ["x", "y", "x", "y"]);
        var pairs = ParallelCorpus.Read(folder["a"], folder["labels"]);
        var model = Create(Small with { Positions = PositionEncoding.Learned, MaxLength = 5 });
        var long3 = pairs.Source[2];
        Assert.StartsWith(
            $"{folder["a"]}:3: the line that begins 'a b c a b c' has 6 tokens; ",
            Assert.Throws<InputException>(() => model.RequireLearnable(
                model.Encode(long3, "x"), pairs, 2, long3, "x")).Message);
        Assert.Contains(
            ":3: the line that begins 'a b c a b c' has 6 tokens; ",
            Assert.Throws<InputException>(() => model.Classify([.. pairs.Source])).Message);
    }

    [Fact]
    public void R_Drop_passes_a_batch_forward_twice() => Assert.Equal(
        (1, 2), (Create(Small).ForwardPasses, Create(Small with { RDrop = 0.5 }).ForwardPasses));

    [Fact]
    public void An_answer_is_right_if_it_is_the_label_of_the_reference()
    {
        var model = Create(Small);
        Assert.True(model.IsRight("x", " x "));
        Assert.False(model.IsRight("x", "y"));
    }

    [Fact]
    public void Labels_may_be_as_many_as_half_of_the_lines()
    {
        (string, string)[] pairs = [("a", "x"), ("b", "y"), ("c", "z"), ("a", "x"), ("b", "y"), ("c", "z")];
        Assert.Equal(["x", "y", "z"], ClassificationModel.Create(Small, ParallelCorpus.Of(pairs)).Names.Order());
    }

    [Fact]
    public void The_configuration_chooses_the_tokenizer_and_is_checked()
    {
        Assert.Equal("word", Create(Small with { SourceTokenizer = "word" }).Configuration.SourceTokenizer);
        Assert.Equal("char", Create(Small with { SourceTokenizer = "char" }).Configuration.SourceTokenizer);
        Assert.Throws<InputException>(() => Create(Small with { Heads = 3 }));
    }

    [Fact]
    public void A_network_that_is_too_large_is_refused_before_it_is_built()
    {
        var mistake = Assert.Throws<InputException>(() => Create(Small with { DModel = 60_000 }));
        Assert.StartsWith("the sizes are too large: ", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_of_another_size_are_refused_before_the_network_is_built()
    {
        var model = Create(Small);
        model.Save(folder["m"]);
        ConfigurationFile.Save(folder[Path.Combine("m", "config.json")], model.Configuration with { Layers = 900 });
        Assert.Contains(
            "describe", Assert.Throws<InputException>(() => ClassificationModel.Load(folder["m"])).Message,
            StringComparison.Ordinal);
    }

    private static TrainingConfiguration Small { get; } = new()
    {
        Task = "classify", SourceTokenizer = "word", DModel = 8, DFf = 8, Heads = 2, Layers = 1, Dropout = 0, Seed = 3,
    };

    /// <summary>A model that gives every line the same logits.</summary>
    private static ClassificationModel WithLogits(params float[] logits)
    {
        var model = Create(Small);
        foreach (var (name, parameter) in model.Network.NamedParameters)
        {
            if (name == "head.weight") parameter.Update().Clear();
            else if (name == "head.bias") logits.CopyTo(parameter.Update());
        }
        return model;
    }

    private static ClassificationModel Create(TrainingConfiguration configuration) => ClassificationModel.Create(
        configuration,
        ParallelCorpus.Of([("a b", "x"), ("b c", "y"), ("c a", "x"), ("a", "z"), ("b", "y"), ("c", "z")]));
}
