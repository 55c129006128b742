using Engine.Text;

namespace Engine.Tests.Text;

/// <summary>Pairs that are set aside for validation.</summary>
public class HeldOutPairsTests
{
    private static readonly ParallelCorpus Corpus =
        ParallelCorpus.Of([.. Enumerable.Range(0, 100).Select(i => ($"{i}", $"t{i}"))]);

    [Fact]
    public void A_pair_is_either_trained_on_or_validated_on_and_both_parts_keep_the_order()
    {
        var (train, valid) = Corpus.HoldOut(20, 1);
        Assert.Equal((80, 20), (train.Count, valid.Count));
        Assert.Equal(Corpus.Pairs.Order(), train.Pairs.Concat(valid.Pairs).Order());
        Assert.All((ParallelCorpus[])[train, valid], part =>
        {
            Assert.Equal(part.Source.OrderBy(int.Parse), part.Source);
            Assert.Equal(part.Source.Select(line => "t" + line), part.Target);
        });
    }

    [Fact]
    public void The_seed_decides_which_pairs_are_held_out()
    {
        IReadOnlyList<string> Held(long seed) => Corpus.HoldOut(20, seed).Valid.Source;
        Assert.Equal(Held(1), Held(1));
        Assert.NotEqual(Held(1), Held(2));
        // Each pair is held out in a fifth of the draws.
        var times = Enumerable.Range(0, 500).SelectMany(seed => Held(seed)).CountBy(line => line).ToArray();
        Assert.Equal(100, times.Length);
        Assert.All(times, pair => Assert.InRange(pair.Value, 100 - 45, 100 + 45));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(100)]
    public void Neither_part_is_empty(int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Corpus.HoldOut(count, 1));
}
