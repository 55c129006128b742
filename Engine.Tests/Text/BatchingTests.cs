using Engine.Text;

namespace Engine.Tests.Text;

public class BatchingTests
{
    private const int Pad = Vocabulary.Pad;
    private const int Begin = Vocabulary.Begin;
    private const int End = Vocabulary.End;

    [Fact]
    public void A_batch_is_padded_and_its_target_is_shifted_by_one()
    {
        var batch = new Batch([new([5, 6], [7]), new([8], [9, 10, 11])], [4, 2]);
        Assert.Equal((2, 3, 4), (batch.Size, batch.SourceLength, batch.TargetLength));
        Assert.Equal([5, 6, End, 8, End, Pad], batch.Source);
        Assert.Equal([Begin, 7, Pad, Pad, Begin, 9, 10, 11], batch.TargetInput);
        Assert.Equal([7, End, Pad, Pad, 9, 10, 11, End], batch.TargetOutput);
        Assert.Equal([3, 2], batch.SourceLengths);
        Assert.Equal([2, 4], batch.TargetLengths);
        Assert.Equal(6, batch.TargetTokens);
        Assert.Equal([4, 2], batch.Indices);
    }

    [Fact]
    public void A_slice_is_padded_to_its_own_longest()
    {
        var slice = new Batch([new([5, 6], [7]), new([8], [9, 10, 11]), new([], [])], [4, 2, 0]).Slice(1, 2);
        Assert.Equal((2, 2, 4), (slice.Size, slice.SourceLength, slice.TargetLength));
        Assert.Equal([8, End, End, Pad], slice.Source);
        Assert.Equal([2, 0], slice.Indices);
        Assert.Throws<ArgumentOutOfRangeException>(() => slice.Slice(1, 2));
    }

    [Fact]
    public void An_epoch_holds_every_pair_once_within_the_budget()
    {
        var pairs = Pairs(300);
        var batches = Batching.Epoch(pairs, 64, new RandomStream(1)).ToList();
        Assert.Equal(Enumerable.Range(0, 300), batches.SelectMany(batch => batch.Indices).Order());
        Assert.All(batches, batch => Assert.True(
            batch.Size == 1 || batch.Size * Math.Max(batch.SourceLength, batch.TargetLength) <= 64));
        Assert.Contains(batches, batch => batch.Size == 1 && batch.SourceLength > 64);
        Assert.True(batches.Count < 150, "batches are filled");
    }

    [Fact]
    public void The_stream_decides_the_epoch()
    {
        var pairs = Pairs(200);
        int[] Epoch(int seed) =>
            [.. Batching.Epoch(pairs, 64, new RandomStream(seed)).SelectMany(batch => batch.Indices)];
        Assert.Equal(Epoch(1), Epoch(1));
        Assert.NotEqual(Epoch(1), Epoch(2));
    }

    [Fact]
    public void In_order_goes_from_short_to_long_and_ties_keep_their_order()
    {
        var pairs = Pairs(100);
        var indices = Batching.InOrder(pairs, 64).SelectMany(batch => batch.Indices);
        Assert.Equal(Enumerable.Range(0, 100).OrderBy(index => pairs[index].Length), indices);
    }

    [Fact]
    public void No_pairs_make_no_batches_and_a_budget_is_positive()
    {
        Assert.Empty(Batching.Epoch([], 64, new RandomStream(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Batching.InOrder([], 0));
        Assert.Throws<ArgumentException>(() => new Batch([], []));
    }

    private static SentencePair[] Pairs(int count)
    {
        var random = new RandomStream(7);
        int[] Ids(int most) => [.. Enumerable.Repeat(5, random.NextInteger(most))];
        return [.. Enumerable.Range(0, count - 1).Select(_ => new SentencePair(Ids(20), Ids(20))),
            new SentencePair([.. Enumerable.Repeat(5, 70)], [6])];
    }
}
