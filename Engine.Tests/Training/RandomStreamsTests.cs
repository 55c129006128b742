using Engine.Decoding;
using Engine.Layers;
using Engine.Optimizers;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>
/// What training promises of its random numbers: what must differ differs, and the seed repeats all of it.
/// </summary>
public sealed class RandomStreamsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ThreadTeam team = new(2);
    private readonly ParallelCorpus corpus = ParallelCorpus.Of([.. Enumerable.Range(0, 60).Select(Pair)]);

    // A rate so small that no weight moves: the loss of an update then tells which pairs it saw, and how.
    private static TrainingConfiguration Still => new()
    {
        DModel = 8, DFf = 8, Heads = 2, Layers = 1, Dropout = 0, LearningRate = 1e-30, Epochs = 2, BatchTokens = 40,
        ValidEvery = 1000, Warmup = 0,
    };

    public void Dispose()
    {
        team.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Every_microbatch_of_every_update_has_a_stream_of_its_own_and_the_seed_repeats_them()
    {
        var keys = Keys(seed: 1, threads: 1);
        Assert.Equal(3 * 8, keys.Length);
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(keys, Keys(seed: 1, threads: 3));
        Assert.Empty(keys.Intersect(Keys(seed: 2, threads: 1)));
    }

    [Fact]
    public void Steps_that_go_on_from_an_update_have_the_streams_that_follow_it() =>
        Assert.Equal(Keys(seed: 1, threads: 1)[16..], Keys(seed: 1, threads: 1, first: 2));

    [Fact]
    public void The_two_passes_of_R_Drop_drop_different_elements()
    {
        var model = TranslationModel.Create(Still with { Dropout = 0.5, RDrop = 1 }, corpus);
        var batch = new Batch([.. model.Encode(corpus)]);
        float[][] Passes(Mode mode)
        {
            using var tape = new Tape<float>(mode, new RandomStream(1));
            var rows = model.Forward(tape, batch.Twice()).ToArray();
            return [rows[..(rows.Length / 2)], rows[(rows.Length / 2)..]];
        }
        Assert.Equal(Passes(Mode.Inference)[0], Passes(Mode.Inference)[1]);
        var trained = Passes(Mode.Training);
        Assert.True(trained[0].Zip(trained[1]).Count(pair => pair.First != pair.Second) > trained[0].Length / 2);
        Assert.Equal(trained, Passes(Mode.Training));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)] // in windows
    public void Two_epochs_have_different_batches_and_the_seed_repeats_both(int window)
    {
        var c = Still with { Window = window };
        var (first, again, other) = (Epochs(c), Epochs(c), Epochs(c with { Seed = 2 }));
        Assert.Equal(first, again);
        Assert.NotEqual(first[0], first[1]);
        Assert.NotEqual(first[0], other[0]);
        Assert.Equal(2, first.Length);
    }

    [Fact]
    public void The_order_of_the_pairs_does_not_depend_on_the_model() =>
        Assert.Equal(Epochs(Still), Epochs(Still with { DModel = 12, Layers = 2, Dropout = 0.3 }));

    [Fact]
    public void Every_epoch_splits_words_in_another_way_and_the_seed_repeats_it()
    {
        var c = Bpe with { Epochs = 3, BatchTokens = 100_000 }; // an epoch is one update
        var losses = Run(c);
        Assert.Equal(3, losses.Select(loss => Math.Round(loss, 4)).Distinct().Count());
        Assert.Equal(losses, Run(c));
        Assert.NotEqual(losses, Run(c with { Seed = 2 }));
        var plain = Run(c with { BpeDropout = 0 });
        Assert.All(plain, loss => Assert.Equal(plain[0], loss, 1e-5));

        double[] Run(TrainingConfiguration c)
        {
            var (model, record) = (TranslationModel.Create(c, corpus), new RunRecord());
            new Trainer(model, corpus, corpus, folder["m"], team, record).Run(CancellationToken.None);
            return record.Losses;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)] // in windows
    public void Every_line_and_each_side_of_it_is_split_in_a_way_of_its_own(int window)
    {
        const string Line = "abababab abababab abababab abababab";
        var same = ParallelCorpus.Of([.. Enumerable.Repeat((Line, Line), 20)]);
        var pairs = new TrainingPairs(TranslationModel.Create(Bpe with { Window = window }, same), same);
        int[][] Sides(long seed) =>
        [
            .. pairs.Epoch(new RandomStream(1), new RandomStream(seed)).SelectMany(batch =>
                Enumerable.Range(0, batch.Size).SelectMany(i => (int[][])
                [
                    batch.Source[batch.SourceLayout.Start(i)..][..batch.SourceLayout.Length(i)],
                    batch.TargetOutput[batch.TargetLayout.Start(i)..][..batch.TargetLayout.Length(i)],
                ])),
        ];
        var found = Sides(1);
        Assert.Equal(40, found.Length);
        Assert.True(found.Select(ids => string.Join(' ', ids)).Distinct().Count() > 30);
        Assert.Contains(found.Chunk(2), pair => !pair[0].SequenceEqual(pair[1]));
        Assert.Equal(found, Sides(1));
        Assert.NotEqual(found, Sides(2));
    }

    [Fact]
    public void A_line_that_BPE_dropout_makes_too_long_is_encoded_without_it()
    {
        var c = Bpe with { BpeDropout = 0.99, Positions = PositionEncoding.Learned, MaxLength = 6 };
        var pairs = ParallelCorpus.Of([.. Enumerable.Repeat(("abababab", "x"), 12)]);
        var model = TranslationModel.Create(c, pairs);
        var plain = model.Encode("abababab", "x").Source;
        Assert.Single(plain);
        Assert.Equal(plain, model.Encode("abababab", "x", new RandomStream(1)).Source);
        // Nine tokens fit where positions are not learned.
        var other = TranslationModel.Create(c with { Positions = PositionEncoding.Sinusoidal }, pairs);
        Assert.True(other.Encode("abababab", "x", new RandomStream(1)).Source.Length > 6);
    }

    [Fact]
    public void Limits_see_a_pair_as_it_is_without_BPE_dropout()
    {
        var plain = Bpe with { BpeDropout = 0, MaxSourceLength = 5 };
        int Pairs(TrainingConfiguration c)
        {
            var pairs = new TrainingPairs(TranslationModel.Create(c, corpus), corpus);
            var found = pairs.Epoch(new RandomStream(1), new RandomStream(1)).Sum(batch => batch.Size);
            Assert.Equal(pairs.Count, found);
            return found;
        }
        Assert.InRange(Pairs(plain), 1, 59);
        Assert.Equal(Pairs(plain), Pairs(plain with { BpeDropout = 0.9 }));
    }

    [Fact]
    public void Each_seed_gives_other_weights()
    {
        float[] Weights(long seed) =>
        [
            .. TranslationModel.Create(Still with { Seed = seed }, corpus).Network.Parameters
                .Where(parameter => parameter.Shape.Rank >= 2).SelectMany(parameter => parameter.Value.ToArray()),
        ];
        Assert.Equal(Weights(1), Weights(1));
        var (one, other) = (Weights(1).Where(weight => weight != 0), Weights(2).Where(weight => weight != 0));
        Assert.Empty(one.Intersect(other)); // zero is the embedding of padding
    }

    [Fact]
    public void A_line_gets_the_same_sample_in_any_part_of_its_text()
    {
        var model = TranslationModel.Create(Still, corpus);
        var options = new TranslationOptions { Decoder = new SamplingOptions { Seed = 3, MinimumLength = 4 } };
        string[] Samples(IReadOnlyList<string> lines, int first) =>
            [.. model.Translate(lines, options, team, first: first).Select(found => found[0].Text)];
        string[] lines = [.. Enumerable.Repeat(corpus.Source[6], 8)];
        var whole = Samples(lines, 1);
        Assert.Equal(8, whole.Distinct().Count());
        Assert.Equal(whole, Samples(lines[..3], 1).Concat(Samples(lines[3..], 4)));
    }

    private static TrainingConfiguration Bpe => Still with
    {
        SourceTokenizer = "bpe", TargetTokenizer = "bpe", BpeMerges = 12, BpeDropout = 0.5,
    };

    /// <summary>Lines of one to seven words, each of letters that merge.</summary>
    private static (string Source, string Target) Pair(int i)
    {
        string[] words = ["abab", "baab", "abba", "bbaa", "aabb"];
        var line = string.Join(' ', Enumerable.Range(0, 1 + (i % 7)).Select(w => words[(i + (w * i)) % 5]));
        return (line, line.Replace('a', 'c'));
    }

    /// <summary>
    /// The key that each microbatch of three updates draws from, by update and then by the microbatch's first pair.
    /// </summary>
    private static ulong[] Keys(long seed, int threads, int first = 0)
    {
        var batch = new Batch([.. Enumerable.Range(0, 400).Select(i =>
            new SentencePair([.. Enumerable.Repeat(i + 4, 15)], [4]))]);
        var reader = new KeyReader();
        using var team = new ThreadTeam(threads);
        var step = new TrainingStep(
            reader, new Sgd<float>(reader.Network.Parameters, 0), new RandomStream(seed).Fork(1).Fork(0), team)
        {
            Updates = first,
        };
        for (reader.Update = first; reader.Update < 3; reader.Update++) step.Run(batch);
        return [.. reader.Keys.Order().Select(key => key.Key)];
    }

    /// <summary>
    /// How much of the run is done at each update: it says how many pairs the batches before hold, and so shows their
    /// order.
    /// </summary>
    private double[][] Epochs(TrainingConfiguration c)
    {
        var (model, record) = (TranslationModel.Create(c, corpus), new RunRecord());
        new Trainer(model, corpus, corpus, folder["m"], team, record).Run(CancellationToken.None);
        return
        [
            .. record.Updates.GroupBy(update => update.Epoch).Select(epoch => (double[])
                [.. epoch.Select(update => Math.Round(60 * ((c.Epochs * update.Progress) - epoch.Key + 1)))]),
        ];
    }

    /// <summary>Writes down the stream of each microbatch.</summary>
    private sealed class KeyReader : ITrainable
    {
        private readonly Lock gate = new();

        public List<(int Update, int Pair, ulong Key)> Keys { get; } = [];

        public int Update { get; set; }

        public Module<float> Network { get; } = new Linear<float>(2, 2, new RandomStream(1));

        public Tensor<float> Loss(Tape<float> tape, Batch batch, double divisor)
        {
            lock (gate) Keys.Add((Update, batch.Source[0], tape.NextStream().Key));
            return Op.L2Penalty(tape.Use(Network.Parameters[0]), 1);
        }
    }
}
