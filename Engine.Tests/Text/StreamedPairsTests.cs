using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Text;

namespace Engine.Tests.Text;

public sealed class StreamedPairsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(300)]
    public void An_epoch_in_windows_holds_every_pair_once_in_the_order_of_windows(int window)
    {
        var pairs = NumberedPairs.Create(300);
        var batches = Batching.Epoch(pairs.Select(pair => pair), window, 64, new RandomStream(1)).ToList();
        var numbers = batches.ConvertAll(batch => NumberedPairs.Of(batch).ToArray());
        Assert.Equal(Enumerable.Range(0, 300), numbers.SelectMany(number => number).Order());
        Assert.All(batches, batch => Assert.True(batch.Size == 1 || batch.Size * batch.LongestSentence <= 64));
        Assert.All(numbers, batch => Assert.Single(batch.Select(number => number / window).Distinct()));
        Assert.Equal(numbers.Select(batch => batch[0] / window).Order(), numbers.Select(batch => batch[0] / window));
        int[] Order(int seed) => [.. Batching.Epoch(pairs.Select(pair => pair), window, 64, new RandomStream(seed))
            .SelectMany(NumberedPairs.Of)];
        Assert.Equal(Order(1), Order(1));
        if (window > 1) Assert.NotEqual(Order(1), Order(2));
    }

    [Fact]
    public void A_corpus_of_one_window_gives_the_batches_that_it_gives_in_memory()
    {
        var pairs = NumberedPairs.Create(200);
        Assert.Equal(
            Batching.Epoch(pairs, 64, new RandomStream(3)).Select(NumberedPairs.Of),
            Batching.Epoch(pairs.Select(pair => pair), 1000, 64, new RandomStream(3)).Select(NumberedPairs.Of));
    }

    [Fact]
    public void No_more_than_a_window_is_read_ahead()
    {
        var (read, given) = (0, 0);
        foreach (var batch in Batching.Epoch(NumberedPairs.Create(500).Select(Read), 50, 64, new RandomStream(1)))
        {
            Assert.InRange(read - given, 1, 50);
            given += batch.Size;
        }
        Assert.Equal((500, 500), (read, given));

        SentencePair Read(SentencePair pair)
        {
            read++;
            return pair;
        }
    }

    [Fact]
    public void A_window_and_a_budget_are_positive()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Batching.Epoch([], 0, 64, new RandomStream(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Batching.Epoch([], 1, 0, new RandomStream(1)));
    }

    [Fact]
    public void A_streamed_corpus_has_the_pairs_of_one_in_memory()
    {
        File.WriteAllText(folder["a"], "x\n\ny\nz\n");
        File.WriteAllBytes(folder["b"], GzipInputTests.Compress(["1", "2", " ", "3"]));
        var (streamed, held) = (
            StreamedCorpus.Read(folder["a"], folder["b"]), ParallelCorpus.Read(folder["a"], folder["b"]));
        Assert.Equal((2, 2), (streamed.Count, streamed.SkippedPairs));
        Assert.Equal(held.Pairs, streamed.Pairs);
        Assert.Equal(held.Pairs, streamed.Pairs);
        Assert.Equal(($"{folder["a"]}:4", $"{folder["b"]}:4"), (streamed.PlaceOf(1, false), streamed.PlaceOf(1, true)));
        File.AppendAllText(folder["a"], "new\n");
        Assert.Equal(2, streamed.Pairs.Count()); // the other file has no line for it
        File.WriteAllText(folder["a"], "x\n\ny\nzz\n");
        Assert.Equal(
            $"{folder["a"]} and {folder["b"]} have other text than before; leave the files alone while a "
            + "run reads them",
            Assert.Throws<InputException>(() => streamed.Pairs.Count()).Message);
        File.WriteAllText(folder["a"], "x\n");
        Assert.Equal(folder["a"], streamed.PlaceOf(1, isTarget: false)); // the line is no longer there to be named
        Assert.Equal(
            $"{folder["a"]} and {folder["b"]} had 2 pairs and now have 1; leave the files alone while a run reads them",
            Assert.Throws<InputException>(() => streamed.Pairs.Count()).Message);
        Assert.StartsWith($"{folder["a"]} has 1 lines but {folder["b"]} has 4;",
            Assert.Throws<InputException>(() => StreamedCorpus.Read(folder["a"], folder["b"])).Message);
    }

    [Fact]
    public void Limits_keep_exactly_the_pairs_within_them()
    {
        var limits = new PairLimits(3, 4, 2);
        PairLimit Of(int source, int target) => limits.Exceeded(new(new int[source], new int[target]));
        Assert.Equal(
            [PairLimit.None, PairLimit.Source, PairLimit.Target, PairLimit.Ratio, PairLimit.Ratio, PairLimit.None],
            [Of(3, 4), Of(4, 9), Of(3, 5), Of(1, 3), Of(3, 1), Of(0, 2)]);
        Assert.All(NumberedPairs.Create(100), pair => Assert.Equal(PairLimit.None, default(PairLimits).Exceeded(pair)));
    }
}
