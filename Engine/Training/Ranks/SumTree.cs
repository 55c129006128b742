namespace Engine.Training;

/// <summary>
/// The order in which the sums of accumulators are added: in pairs, the sums in pairs again, and so on. With four of
/// them a0 += a1 and a2 += a3, then a0 += a2. Each rank has some accumulators that follow each other, first adds what
/// the tree adds among them, and sends what is left: the roots of its part of the tree. So the order of the additions,
/// and with it every bit of the sum, is the same for any number of ranks.
/// </summary>
internal sealed class SumTree
{
    private readonly int accumulators, ranks;
    private readonly (int Into, int From)[][] steps; // of each rank
    private readonly int[][] roots; // of each rank

    /// <summary>The tree over some accumulators, which some ranks share.</summary>
    public SumTree(int accumulators, int ranks)
    {
        (this.accumulators, this.ranks) = (accumulators, ranks);
        var (own, last) = (Enumerable.Range(0, ranks).Select(_ => new List<(int, int)>()).ToArray(),
            new List<(int, int)>());
        var owners = Enumerable.Range(0, ranks).SelectMany(rank => Enumerable.Repeat(rank, CountOf(rank))).ToArray();
        for (var distance = 1; distance < accumulators; distance *= 2)
        {
            for (var i = 0; i + distance < accumulators; i += 2 * distance)
            {
                var end = Math.Min(i + (2 * distance), accumulators) - 1; // the last accumulator of both sums
                var isOfOne = owners[i] == owners[end];
                (isOfOne ? own[owners[i]] : last).Add((i, i + distance));
            }
        }
        (steps, LastSteps) = ([.. own.Select(list => list.ToArray())], last);
        roots = [.. Enumerable.Range(0, ranks).Select(rank => Enumerable.Range(First(rank), CountOf(rank))
            .Except(steps[rank].Select(step => step.From)).ToArray())];
    }

    /// <summary>The additions that need sums of several ranks, in their order.</summary>
    public IReadOnlyList<(int Into, int From)> LastSteps { get; }

    /// <summary>The first accumulator of a rank.</summary>
    public int First(int rank) => (int)((long)accumulators * rank / ranks);

    /// <summary>The number of accumulators of a rank; 0 if there are fewer accumulators than ranks.</summary>
    public int CountOf(int rank) => First(rank + 1) - First(rank);

    /// <summary>The rank that has an accumulator.</summary>
    public int OwnerOf(int accumulator) =>
        Enumerable.Range(0, ranks).First(rank => accumulator < First(rank + 1));

    /// <summary>The additions among the accumulators of a rank, in their order.</summary>
    public (int Into, int From)[] StepsOf(int rank) => steps[rank];

    /// <summary>The accumulators that hold the sums of a rank once it has made its own additions.</summary>
    public int[] RootsOf(int rank) => roots[rank];
}
