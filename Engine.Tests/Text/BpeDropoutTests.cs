using Engine.Text;

namespace Engine.Tests.Text;

/// <summary>BPE-dropout beside the algorithm as Provilkov et al. 2020 write it (algorithm 1).</summary>
public class BpeDropoutTests
{
    // a b -> 3, b a -> 4, 3 3 -> 5, 3 a -> 6, in the order of their ranks.
    private static readonly (int Left, int Right, int Result)[] Rules = [(1, 2, 3), (2, 1, 4), (3, 3, 5), (3, 1, 6)];

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.6)]
    public void Every_segmentation_is_as_likely_as_in_the_algorithm_of_the_paper(double dropout)
    {
        const int Draws = 10_000;
        var (merger, ours, papers) = (new BpeMerger(Rules), new RandomStream(1), new RandomStream(2));
        var found = Counts(() => merger.Merge([1, 2, 1, 2, 1], dropout, ours));
        var expected = Counts(() => Paper([1, 2, 1, 2, 1], dropout, papers));
        Assert.True(expected.Count > 6);
        foreach (var text in found.Keys.Union(expected.Keys))
        {
            var (x, y) = (found.GetValueOrDefault(text), expected.GetValueOrDefault(text));
            Assert.True(Math.Abs(x - y) <= 5 * Math.Sqrt(x + y), $"{text}: {x} and {y} of {Draws}");
        }

        static Dictionary<string, int> Counts(Func<IEnumerable<int>> draw) =>
            Enumerable.Range(0, Draws).Select(_ => string.Join(' ', draw())).CountBy(text => text).ToDictionary();
    }

    [Fact]
    public void Without_BPE_dropout_every_merge_that_applies_is_made() =>
        Assert.Equal(Paper([1, 2, 1, 2, 1], 0, new RandomStream(1)), new BpeMerger(Rules).Merge([1, 2, 1, 2, 1]));

    /// <summary>
    /// As long as there is one: of all merges that apply, each is left out with the probability, and the first of
    /// lowest rank that is left is made.
    /// </summary>
    private static List<int> Paper(List<int> symbols, double dropout, RandomStream random)
    {
        while (true)
        {
            var possible = Enumerable.Range(0, symbols.Count - 1)
                .Select(at => (Rank: RankOf(symbols[at], symbols[at + 1]), at))
                .Where(merge => merge.Rank >= 0 && random.NextUniform() >= dropout).Order().ToArray();
            if (possible is not [var (rank, at), ..]) return symbols;
            symbols = [.. symbols[..at], Rules[rank].Result, .. symbols[(at + 2)..]];
        }
    }

    private static int RankOf(int left, int right) =>
        Array.FindIndex(Rules, rule => (rule.Left, rule.Right) == (left, right));
}
