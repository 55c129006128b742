using Engine.Text;

namespace Engine.Tests.Text;

public class BatchingTests
{
    private const int Begin = Vocabulary.Begin;
    private const int End = Vocabulary.End;

    [Fact]
    public void A_batch_holds_no_padding_and_its_target_is_shifted_by_one()
    {
        var batch = new Batch(new([5, 6], [7]), new([8], [9, 10, 11]));
        Assert.Equal((2, 4, 6), (batch.Size, batch.LongestSentence, batch.TargetTokens));
        Assert.Equal([5, 6, End, 8, End], batch.Source);
        Assert.Equal([Begin, 7, Begin, 9, 10, 11], batch.TargetInput);
        Assert.Equal([7, End, 9, 10, 11, End], batch.TargetOutput);
        Assert.Equal([3, 2], Lengths(batch.SourceLayout));
        Assert.Equal([2, 4], Lengths(batch.TargetLayout));
    }

    [Fact]
    public void A_slice_is_the_batch_of_its_pairs()
    {
        SentencePair[] pairs = [new([5, 6], [7]), new([8], [9, 10, 11]), new([], [])];
        Same(new Batch(pairs[1..]), new Batch(pairs).Slice(1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Batch(pairs).Slice(2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Batch(pairs).Slice(-1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Batch(pairs).Slice(1, 0));
    }

    [Fact]
    public void A_batch_twice_has_all_pairs_and_then_all_pairs_once_more()
    {
        SentencePair[] pairs = [new([5, 6], [7]), new([8], [9, 10, 11])];
        Same(new Batch([.. pairs, .. pairs]), new Batch(pairs).Twice());
    }

    [Fact]
    public void An_epoch_holds_every_pair_once_within_the_number_of_tokens()
    {
        var batches = Batching.Epoch(NumberedPairs.Create(300), 64, new RandomStream(1)).ToList();
        Assert.Equal(Enumerable.Range(0, 300), batches.SelectMany(NumberedPairs.Of).Order());
        Assert.All(batches, batch => Assert.True(batch.Size == 1 || batch.Size * batch.LongestSentence <= 64));
        Assert.Contains(batches, batch => batch.Size == 1 && batch.LongestSentence > 64);
        Assert.True(batches.Count < 150, "batches are filled");
    }

    [Fact]
    public void The_stream_decides_the_epoch()
    {
        var pairs = NumberedPairs.Create(200);
        int[] Epoch(int seed) =>
            [.. Batching.Epoch(pairs, 64, new RandomStream(seed)).SelectMany(NumberedPairs.Of)];
        Assert.Equal(Epoch(1), Epoch(1));
        Assert.NotEqual(Epoch(1), Epoch(2));
    }

    [Fact]
    public void In_order_goes_from_short_to_long_and_ties_keep_their_order()
    {
        var pairs = NumberedPairs.Create(100);
        var numbers = Batching.InOrder(pairs, 64).SelectMany(NumberedPairs.Of);
        Assert.Equal(Enumerable.Range(0, 100).OrderBy(number => pairs[number].Length), numbers);
    }

    [Fact]
    public void No_pairs_make_no_batches_and_the_number_of_tokens_is_positive()
    {
        Assert.Empty(Batching.Epoch([], 64, new RandomStream(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Batching.InOrder([], 0));
        Assert.Equal(
            "Batch: no pairs were given; give at least one.",
            Assert.Throws<ArgumentException>(() => new Batch()).Message);
    }

    private static int[] Lengths(SequenceLayout layout) =>
        [.. Enumerable.Range(0, layout.Sequences).Select(layout.Length)];

    private static void Same(Batch expected, Batch batch)
    {
        Assert.Equal(expected.Source, batch.Source);
        Assert.Equal(expected.TargetInput, batch.TargetInput);
        Assert.Equal(expected.TargetOutput, batch.TargetOutput);
        Assert.Equal(Lengths(expected.SourceLayout), Lengths(batch.SourceLayout));
        Assert.Equal(Lengths(expected.TargetLayout), Lengths(batch.TargetLayout));
    }
}
