using System.Numerics.Tensors;
using Engine.Models;
using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>Word vectors as word2vec learns them, and models that begin with them.</summary>
public sealed class WordVectorTrainingTests : IDisposable
{
    private static readonly TrainingConfiguration Words = new() { SourceTokenizer = "word" };

    private static readonly WordVectorOptions Small =
        new() { Dimension = 8, Epochs = 10, Window = 2, Subsample = 1, LearningRate = 0.05 };

    private static readonly string[][] Kinds =
        [["cat", "dog", "cow"], ["eats", "finds", "sells"], ["fresh", "old", "good"], ["hay", "meat", "milk"]];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Words_of_the_same_contexts_become_neighbours()
    {
        var vectors = WordVectorTraining.Learn(Lines(), Words, Small);
        foreach (var kind in Kinds)
            Assert.All(kind, word => Assert.Contains(vectors.Neighbours(word, 1)[0].Word, kind));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_every_option_is_read()
    {
        float[] Bits(WordVectorOptions options) =>
            WordVectorTraining.Learn(Lines(), Words, options).Of("cat").ToArray();
        var begun = Small with { Epochs = 2 };
        Assert.Equal(Bits(begun), Bits(begun));
        foreach (var other in (WordVectorOptions[])
            [
                begun with { Seed = 2 }, begun with { Epochs = 3 }, begun with { Window = 1 },
                begun with { Negatives = 2 }, begun with { Subsample = 0.01 }, begun with { LearningRate = 0.02 },
                begun with { Dimension = 9 },
            ])
            Assert.NotEqual(Bits(begun), Bits(other));
    }

    [Fact]
    public void The_loss_is_that_of_the_paper()
    {
        var network = new SkipGram<double>(5, 3, new RandomStream(1));
        foreach (var parameter in network.Parameters)
            Samples.Normal(new RandomStream(parameter.Name.Length), parameter.Value.Shape).CopyTo(parameter.Update());
        var (v, u) = (network.Parameters[0].Value, network.Parameters[1].Value);
        double Score(int word, int other) => Enumerable.Range(0, 3).Sum(i => v[word, i] * u[other, i]);
        double S(double x) => 1 / (1 + Math.Exp(-x));
        using var tape = new Tape<double>();
        Assert.Equal(
            -Math.Log(S(Score(1, 2)) * S(-Score(1, 4)) * S(Score(3, 0)) * S(-Score(3, 1))),
            network.Loss(tape, [1, 3], [2, 4, 0, 1]).Item(), 1e-12);
        Assert.Equal(
            "SkipGram: 3 other words were given for 2 pairs; each pair has its near word, and then the same number of "
            + "random words.",
            Assert.Throws<ShapeException>(() => network.Loss(tape, [1, 3], [2, 4, 0])).Message);
    }

    [Fact]
    public void Rare_and_unknown_tokens_have_no_vector_and_one_word_is_too_few()
    {
        var vectors = WordVectorTraining.Learn(["a a b b c", "a b"], Words with { VocabSize = 6 }, Small);
        Assert.Equal(["a", "b"], vectors.Words);
        Assert.StartsWith(
            "the text has fewer than two different words",
            Assert.Throws<InputException>(() => WordVectorTraining.Learn(["a a", ""], Words, Small)).Message);
        Assert.Equal(
            "WordVectorOptions.Dimension is 0; it must be 1 to 65536.",
            Assert.Throws<InputException>(
                () => WordVectorTraining.Learn(["a b"], Words, Small with { Dimension = 0 })).Message);
    }

    [Fact]
    public void Known_words_begin_with_their_vectors_at_the_scale_of_the_table_and_others_stay()
    {
        var corpus = ParallelCorpus.Of([("cat dog rat", "a b c"), ("dog cow", "b d")]);
        var c = new TrainingConfiguration
        {
            SourceTokenizer = "word", TargetTokenizer = "word", DModel = 16, DFf = 8, Heads = 2, Layers = 1,
        };
        var (begun, plain) = (TranslationModel.Create(c, corpus), TranslationModel.Create(c, corpus));
        var vectors = new WordVectors(16);
        foreach (var (word, length) in ((string, float)[])[("cat", 30), ("dog", 10), ("fish", 1000)])
            vectors.Add(word, [length, .. new float[15]]);
        vectors.Save(folder["v"]);
        Assert.Equal(2, InitialEmbeddings.OfSource(begun, folder["v"]));

        // Root mean square 1 of the two lengths, in the ratio of 30 to 10; "fish" is no token and does not count.
        Assert.Equal(30 / Math.Sqrt(500), Row(begun, "source", "cat")[0], 1e-6);
        Assert.Equal(10 / Math.Sqrt(500), Row(begun, "source", "dog")[0], 1e-6);
        Assert.Equal(Row(plain, "source", "rat"), Row(begun, "source", "rat"));
        Assert.Equal(Row(plain, "target", "a"), Row(begun, "target", "a"));

        foreach (var word in (string[])["a", "b"]) vectors.Add(word, [0, 5, .. new float[14]]);
        vectors.Save(folder["v"]);
        Assert.Equal(2, InitialEmbeddings.OfTarget(begun, folder["v"]));
        Assert.Equal(1, TensorPrimitives.Norm<float>(Row(begun, "target", "a")), 1e-6);
        Assert.Equal(Row(plain, "target", "c"), Row(begun, "target", "c"));

        float[] Row(TranslationModel model, string side, string word)
        {
            var table = model.Network.NamedParameters.Single(named => named.Key == $"{side}_embedding.weight").Value;
            var id = (side == "source" ? model.Source : model.Target).Vocabulary.IdOf(word);
            return table.Value.Data.Slice(id * 16, 16).ToArray();
        }
    }

    [Theory]
    [InlineData(1e38f)]
    [InlineData(3e20f)]
    [InlineData(1e-25f)]
    [InlineData(1e-40f)]
    public void Vectors_of_any_length_come_to_the_scale_of_the_table(float length)
    {
        var vectors = new WordVectors(8);
        vectors.Add("dog", [3 * length, .. new float[7]]);
        vectors.Add("cat", [0, length, .. new float[6]]);
        vectors.Save(folder["v"]);
        var model = TranslationModel.Create(
            Words with { TargetTokenizer = "word", DModel = 8, DFf = 8, Heads = 2, Layers = 1 },
            ParallelCorpus.Of([("dog cat", "a b")]));
        Assert.Equal(2, InitialEmbeddings.OfSource(model, folder["v"]));
        var table = model.Network.NamedParameters.Single(named => named.Key == "source_embedding.weight").Value.Value;
        Assert.Equal(3 / Math.Sqrt(5), table[model.Source.Vocabulary.IdOf("dog"), 0], 1e-4);
        Assert.Equal(1 / Math.Sqrt(5), table[model.Source.Vocabulary.IdOf("cat"), 1], 1e-4);
    }

    [Theory]
    [InlineData(20_000, 1, 1)] // by the number of pairs
    [InlineData(400, 4096, 5)] // by the size of the vectors
    public void A_long_line_is_learned_in_steps_of_a_bounded_size(int words, int dimension, int negatives)
    {
        var line = string.Join(' ', Enumerable.Range(0, words).Select(i => $"w{i % 100}"));
        var steps = new Steps();
        WordVectorTraining.Learn(
            [line], Words, Small with { Dimension = dimension, Negatives = negatives, Epochs = 1 }, steps);
        Assert.InRange(steps.WithinLine, 1, 10);
        Assert.Equal(1, steps.Latest);
    }

    [Fact]
    public void Tables_that_no_tensor_can_hold_are_refused_before_training()
    {
        string[] lines = [.. Enumerable.Range(0, 400).Select(i => string.Join(' ', Enumerable.Range(100 * i, 100)))];
        Assert.Equal(
            "the sizes are too large: input.weight would have the shape [40004, 65536], and a tensor has at most "
            + "2,147,483,527 elements; choose a smaller WordVectorOptions.Dimension or "
            + "TrainingConfiguration.VocabSize.",
            Assert.Throws<InputException>(() => WordVectorTraining.Learn(
                lines, Words with { VocabSize = 40_004 }, Small with { Dimension = 65_536 })).Message);
    }

    [Fact]
    public void A_classifier_and_a_shared_table_begin_with_vectors_too()
    {
        var corpus = ParallelCorpus.Of([("good dog", "yes"), ("bad dog", "no"), ("good cat", "yes")]);
        var vectors = new WordVectors(64);
        vectors.Add("dog", [2, .. new float[63]]);
        vectors.Add("yes", [.. new float[63], 3]);
        vectors.Save(folder["v"]);
        var c = new TrainingConfiguration { SourceTokenizer = "word", TargetTokenizer = "word", Layers = 1 };
        var classifier = ClassificationModel.Create(c with { Task = "classify" }, corpus);
        Assert.Equal(1, InitialEmbeddings.OfSource(classifier, folder["v"]));
        Assert.Equal(1, At(classifier, "embedding.weight", "dog", 0));
        var shared = TranslationModel.Create(c with { Sharing = EmbeddingSharing.All }, corpus);
        Assert.Equal(2, InitialEmbeddings.OfTarget(shared, folder["v"]));
        Assert.True(At(shared, "source_embedding.weight", "yes", 63) > 1);

        static float At(TextModel model, string table, string word, int column) =>
            model.Network.NamedParameters.Single(named => named.Key == table)
                .Value.Value[model.Source.Vocabulary.IdOf(word), column];
    }

    /// <summary>Counts the reports of learning between its begin and its end.</summary>
    private sealed class Steps : IProgress<WorkProgress>
    {
        public int WithinLine { get; private set; }

        public double Latest { get; private set; }

        public void Report(WorkProgress value)
        {
            if (value.Work != "learning word vectors") return;
            Latest = value.Done;
            if (value.Done is > 0 and < 1) WithinLine++;
        }
    }

    /// <summary>Sentences in which the words of a kind can stand for one another.</summary>
    private static string[] Lines()
    {
        var random = new RandomStream(5);
        return
        [
            .. Enumerable.Range(0, 300)
                .Select(_ => string.Join(' ', Kinds.Select(kind => kind[random.NextInteger(kind.Length)]))),
        ];
    }
}
