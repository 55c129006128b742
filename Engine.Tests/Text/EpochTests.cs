using Engine.Text;

namespace Engine.Tests.Text;

/// <summary>What is random in a pass over the pairs.</summary>
public class EpochTests
{
    private const int Pairs = 64, PairsOfBatch = 8;

    [Fact]
    public void Pairs_of_equal_length_stand_in_other_batches_in_the_next_epoch()
    {
        var (first, second) = (Batches(EqualPairs(), 1), Batches(EqualPairs(), 2));
        Assert.All(first, batch => Assert.Equal(PairsOfBatch, batch.Length));
        // A batch of 8 out of 64 pairs comes back whole less than once in a billion draws.
        Assert.All(first, batch => Assert.DoesNotContain(second, batch.SequenceEqual));
        Assert.Equal(first, Batches(EqualPairs(), 1));
    }

    [Fact]
    public void Every_pair_meets_every_other_pair_of_its_length()
    {
        var met = new HashSet<int>();
        for (var epoch = 0; epoch < 200; epoch++)
            met.UnionWith(Batches(EqualPairs(), epoch).First(batch => batch.Contains(0)));
        Assert.Equal(Pairs, met.Count);
    }

    [Fact]
    public void The_order_of_the_batches_is_random_and_not_that_of_their_lengths()
    {
        var lengths = Batching.Epoch(NumberedPairs.Create(300), 64, new RandomStream(1))
            .Select(batch => batch.LongestSentence).ToArray();
        Assert.NotEqual(lengths.Order(), lengths);
        Assert.NotEqual(lengths.OrderDescending(), lengths);
        Assert.NotEqual(
            lengths, Batching.Epoch(NumberedPairs.Create(300), 64, new RandomStream(2))
                .Select(batch => batch.LongestSentence));
    }

    [Fact]
    public void Each_window_is_shuffled_in_its_own_way()
    {
        int[][] Windows(long seed) =>
        [
            .. Batching.Epoch(EqualPairs().Select(pair => pair), 16, 2 * 16, new RandomStream(seed))
                .SelectMany(NumberedPairs.Of).Chunk(16).Select(window => Array.ConvertAll(window, pair => pair % 16)),
        ];
        var windows = Windows(1);
        Assert.Equal(Pairs / 16, windows.Length);
        Assert.Equal(windows.Length, windows.Select(window => string.Join(' ', window)).Distinct().Count());
        Assert.Equal(windows, Windows(1));
        Assert.All(windows.Zip(Windows(2)), pair => Assert.NotEqual(pair.First, pair.Second));
    }

    private static SentencePair[] EqualPairs() =>
        [.. Enumerable.Range(0, Pairs).Select(i => new SentencePair([Vocabulary.End + 1 + i], [4]))];

    /// <summary>The numbers of the pairs of each batch, sorted within the batch.</summary>
    private static int[][] Batches(SentencePair[] pairs, long seed) =>
    [
        .. Batching.Epoch(pairs, 2 * PairsOfBatch, new RandomStream(seed))
            .Select(batch => (int[])[.. NumberedPairs.Of(batch).Order()]),
    ];
}
