using Engine.Training;

namespace Engine.Tests.Cli;

/// <summary>Which rank adds what, and in what order.</summary>
public class SumTreeTests
{
    [Property]
    public void Any_number_of_ranks_makes_the_additions_of_one_process(Draw draw)
    {
        var (accumulators, ranks) = (draw.Integer(1, 20), draw.Integer(1, 9));
        var one = Parentheses(new SumTree(accumulators, 1), accumulators, 1);
        Assert.Equal(one, Parentheses(new SumTree(accumulators, ranks), accumulators, ranks));
    }

    [Fact]
    public void Four_accumulators_are_added_in_pairs_and_the_sums_in_pairs() =>
        Assert.Equal("((0+1)+(2+3))", Parentheses(new SumTree(4, 2), 4, 2));

    [Theory]
    [InlineData(8, 2, 1)]
    [InlineData(8, 4, 1)]
    [InlineData(8, 8, 1)]
    [InlineData(8, 3, 2)] // 0 and 1; 2 to 4; 5 to 7
    public void A_rank_sends_few_sums(int accumulators, int ranks, int most)
    {
        var tree = new SumTree(accumulators, ranks);
        Assert.Equal(most, Enumerable.Range(0, ranks).Max(rank => tree.RootsOf(rank).Length));
    }

    [Fact]
    public void Where_there_are_fewer_accumulators_than_ranks_some_ranks_have_none()
    {
        var tree = new SumTree(2, 4);
        Assert.Equal(2, Enumerable.Range(0, 4).Count(rank => tree.CountOf(rank) == 0));
        Assert.Equal(2, Enumerable.Range(0, 4).Sum(rank => tree.RootsOf(rank).Length));
    }

    // Each rank adds its own first, in any order among ranks; then the last additions.
    private static string Parentheses(SumTree tree, int accumulators, int ranks)
    {
        var sums = Enumerable.Range(0, accumulators).Select(i => $"{i}").ToArray();
        for (var rank = ranks - 1; rank >= 0; rank--)
        {
            foreach (var (into, from) in tree.StepsOf(rank))
            {
                Assert.Equal((rank, rank), (tree.OwnerOf(into), tree.OwnerOf(from)));
                sums[into] = $"({sums[into]}+{sums[from]})";
            }
        }
        var roots = Enumerable.Range(0, ranks).SelectMany(tree.RootsOf).ToArray();
        foreach (var (into, from) in tree.LastSteps)
        {
            Assert.Contains(into, roots);
            Assert.Contains(from, roots);
            sums[into] = $"({sums[into]}+{sums[from]})";
        }
        return sums[0];
    }
}
