using Engine.Layers;
using Engine.Models;
using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

public sealed class ClassificationTests : IDisposable
{
    private static readonly ToyCorpus Toy = ToyCorpus.Generate(ToyTasks.Create("sentiment"), 5000, 1);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("transformer", Pooling.Mean, 0.9)]
    [InlineData("transformer", Pooling.Attention, 0.9)]
    [InlineData("gru", Pooling.Last, 0.96)]
    [InlineData("lstm", Pooling.Attention, 0.96)]
    [InlineData("gru", Pooling.Max, 0.96)]
    [InlineData("conv", Pooling.Max, 0.9)]
    public void A_few_updates_teach_which_opinions_are_positive(string architecture, Pooling pooling, double accuracy)
    {
        var model = Train(
            Small with
            {
                Architecture = architecture, Pooling = pooling,
                Layers = architecture == "transformer" ? 2 : 1,
                LearningRate = architecture == "transformer" ? 0.005 : 0.01,
            },
            Toy.Train);
        var labels = model.Classify([.. Toy.Test.Select(pair => pair.Source)]);
        var right = labels.Zip(Toy.Test).Count(pair => pair.First == pair.Second.Target);
        Assert.True(right >= accuracy * Toy.Test.Count, $"{right} of {Toy.Test.Count}");
    }

    [Fact]
    public void A_model_that_was_saved_gives_the_same_labels_for_any_number_of_threads()
    {
        var model = Train(Small with { Updates = 3 }, Toy.Train);
        var loaded = ClassificationModel.Load(folder["m"]);
        string[] lines = [.. Toy.Test.Select(pair => pair.Source), "", "nothing known here"];
        using var team = new ThreadTeam(3);
        var labels = model.Classify(lines);
        Assert.Equal(labels, loaded.Classify(lines));
        Assert.Equal(labels, loaded.Classify(lines, team));
        Assert.Equal("", labels[^2]);
        Assert.Contains(labels[^1], (string[])["positive", "negative"]);
    }

    [Fact]
    public void The_loss_of_a_batch_is_the_mean_over_its_lines_however_it_is_split()
    {
        var model = ClassificationModel.Create(Small with { Dropout = 0 }, ParallelCorpus.Of(Toy.Train));
        var pairs = model.Encode(ParallelCorpus.Of(Toy.Test));
        var batch = new Batch([.. pairs.Take(6)]);
        double Loss(Batch part)
        {
            using var tape = new Tape<float>(Mode.Inference);
            return model.Loss(tape, part, batch.TargetTokens).Item();
        }

        var mean = Enumerable.Range(0, 6).Average(i =>
        {
            using var tape = new Tape<float>(Mode.Inference);
            var tokens = pairs[i].Source.Append(Vocabulary.End).ToArray();
            var logits = model.Network.Logits(tape, tokens, SequenceLayout.Full(1, tokens.Length)).ToArray();
            var label = pairs[i].Target[0] - Vocabulary.End - 1;
            return -Math.Log(Math.Exp(logits[label]) / logits.Sum(logit => Math.Exp(logit)));
        });
        Assert.Equal(mean, Loss(batch), 1e-5);
        Assert.Equal(mean, Loss(batch.Slice(0, 2)) + Loss(batch.Slice(2, 4)), 1e-5);
    }

    [Fact]
    public void Labels_that_cannot_be_learned_are_refused()
    {
        ClassificationModel Create(params (string, string)[] pairs) =>
            ClassificationModel.Create(Small, ParallelCorpus.Of(pairs));
        Assert.Equal(
            "all lines have the label 'x', so that there is nothing to learn; give text with two labels or more.",
            Assert.Throws<InputException>(() => Create(("a", "x"), ("b", " x"))).Message);
        Assert.Equal(
            "3 different labels for 4 lines are too many to learn; if the target lines are translations, leave " +
            "TrainingConfiguration.Task classify out.",
            Assert.Throws<InputException>(() => Create(("a", "x"), ("b", "y"), ("c", "z"), ("d", "z"))).Message);
        var model = Create(("a", "x"), ("b", "y"));
        Assert.Equal(
            "pair 1: the label 'z' does not occur in the training text, whose labels are x, y.",
            Assert.Throws<InputException>(() => model.Encode(ParallelCorpus.Of([("a", "z")]))).Message);
        Assert.Matches(
            "^text:7: the line that begins 'a a a .*' has 4,097 tokens; a line may have at most 4,096. Split it.$",
            Assert.Throws<InputException>(() =>
                model.Classify([string.Join(' ', Enumerable.Repeat("a", 4097))], null, "text", 7)).Message);
    }

    [Fact]
    public void Lines_beyond_the_learned_positions_are_refused()
    {
        var model = ClassificationModel.Create(
            Small with { Positions = PositionEncoding.Learned, MaxLength = 5 },
            ParallelCorpus.Of([("a", "x"), ("b", "y")]));
        Assert.Contains("position_embedding.weight", model.Network.NamedParameters.Select(named => named.Key));
        Assert.Contains(model.Classify(["a b a b"])[0], (string[])["x", "y"]);
        Assert.Equal(
            "line:1: the line that begins 'a b a b a' has 5 tokens; a line may have at most 4 with learned positions " +
            "and TrainingConfiguration.MaxLength 5; split it, or train with a larger " +
            "TrainingConfiguration.MaxLength or other TrainingConfiguration.Positions.",
            Assert.Throws<InputException>(() => model.Classify(["a b a b a"])).Message);
    }

    [Fact]
    public void A_folder_of_another_kind_is_refused_with_the_verb_that_reads_it()
    {
        var model = Train(Small with { Updates = 1 }, Toy.Train);
        Assert.Equal(
            $"{folder["m"]}: this model was trained to classify, not to translate; use ClassificationModel.Load.",
            Assert.Throws<InputException>(() => TranslationModel.Load(folder["m"])).Message);
        ConfigurationFile.Save(Path.Combine(folder["m"], "config.json"), Small with { Task = "translate" });
        Assert.Equal(
            $"{folder["m"]}: this model was trained to translate, not to classify; use TranslationModel.Load.",
            Assert.Throws<InputException>(() => ClassificationModel.Load(folder["m"])).Message);
        ConfigurationFile.Save(
            Path.Combine(folder["m"], "config.json"), model.Configuration with { Pooling = Pooling.Last });
        Assert.Contains(
            "was not saved with the config.json, source_vocab.json and labels.json beside it",
            Assert.Throws<InputException>(() => ClassificationModel.Load(folder["m"])).Message,
            StringComparison.Ordinal);
        Assert.Equal(
            $"{folder.Path}: not a model folder, config.json is missing; name a folder that training wrote.",
            Assert.Throws<InputException>(() => ClassificationModel.Load(folder.Path)).Message);
    }

    [Fact]
    public void Tokens_and_layout_must_agree()
    {
        var model = ClassificationModel.Create(Small, ParallelCorpus.Of(Toy.Train));
        using var tape = new Tape<float>();
        Assert.Equal(
            "TransformerClassifier: 3 tokens were given for the layout's 4 rows.",
            Assert.Throws<ShapeException>(() =>
                model.Network.Logits(tape, [1, 2, 3], SequenceLayout.Full(2, 2))).Message);
    }

    private static TrainingConfiguration Small => new()
    {
        Task = "classify", DModel = 32, DFf = 64, Heads = 2, Layers = 1, Dropout = 0, LearningRate = 0.01, Warmup = 30,
        LabelSmoothing = 0, BatchTokens = 512, Epochs = 0, Updates = 500,
    };

    private ClassificationModel Train(
        TrainingConfiguration configuration, IReadOnlyList<(string Source, string Target)> pairs)
    {
        var corpus = ParallelCorpus.Of(pairs);
        var model = ClassificationModel.Create(configuration, corpus);
        using var team = new ThreadTeam(1);
        var trainer = new Trainer(
            model, corpus, ParallelCorpus.Of(Toy.Valid), folder["m"], team, new Silence());
        trainer.Run(CancellationToken.None);
        return model;
    }
}
