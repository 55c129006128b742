using System.Numerics;
using Engine.Kernels;

namespace Engine.Training;

/// <summary>
/// Sums the gradients of an update's microbatches. Each accumulator adds some of the microbatches in their order
/// (<see cref="AccumulatorSchedule"/>), and then the accumulators are summed in pairs, the sums in pairs again, and so
/// on (<see cref="SumTree"/>). Neither the number of threads nor the number of ranks changes an order, so neither
/// changes a bit of the sum.
/// </summary>
internal sealed class GradientAccumulators
{
    private const int MostAccumulators = 8;

    // Each accumulator holds a gradient of every parameter: about this many gradients in all, so that a large network
    // has few accumulators.
    private const int MostGradients = 1 << 24;

    // Threads share the gradients in chunks of this many. The sum of squares is taken chunk by chunk.
    private const int ChunkLength = 1 << 14;

    private readonly GradientSet<float>[] accumulators; // of this rank
    private readonly IRankGroup? ranks;
    private readonly GradientExchange? exchange;
    private SumTree tree;
    private int used;

    /// <summary>Accumulators for the gradients of some parameters.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="keepsOrder">
    /// Whether one accumulator adds all microbatches, so that the updates of BatchNorm's running statistics, which
    /// travel with the gradients, are committed in the order of the batches.
    /// </param>
    /// <param name="count">How many accumulators; 0 for a number that follows from the number of gradients.</param>
    /// <param name="ranks">The processes that share the accumulators; null for one process.</param>
    public GradientAccumulators(
        IReadOnlyList<Parameter<float>> parameters, bool keepsOrder, int count = 0, IRankGroup? ranks = null)
    {
        Count = CountFor(parameters.Sum(parameter => (long)parameter.Count), keepsOrder, count);
        this.ranks = ranks;
        var own = (Count + RankCount - 1) / RankCount; // a rank never has more
        accumulators = [.. Enumerable.Range(0, own).Select(_ => new GradientSet<float>(parameters))];
        tree = new SumTree(Count, RankCount);
        if (ranks is not null) exchange = new GradientExchange(ranks, Total.All.Length);
    }

    /// <summary>The number of accumulators for a number of gradients, unless a number is asked for.</summary>
    public static int CountFor(long gradients, bool keepsOrder, int asked = 0)
    {
        if (asked > 0 && !keepsOrder) return asked;
        var affordable = (uint)Math.Clamp(MostGradients / Math.Max(gradients, 1), 2, MostAccumulators);
        return keepsOrder ? 1 : 1 << BitOperations.Log2(affordable); // a power of two, for the sums in pairs
    }

    /// <summary>The number of accumulators of all ranks together.</summary>
    public int Count { get; }

    /// <summary>The gradients of the whole update, once <see cref="Sum"/> has summed them.</summary>
    public GradientSet<float> Total => accumulators[0];

    private int Rank => ranks?.Rank ?? 0;

    private int RankCount => ranks?.Count ?? 1;

    /// <summary>The rank that has computed a microbatch.</summary>
    public int OwnerOf(int microbatch) => tree.OwnerOf(microbatch % used);

    /// <summary>Adds the gradients of all microbatches, or of this rank's microbatches.</summary>
    /// <param name="microbatches">The number of microbatches.</param>
    /// <param name="team">The threads that compute them.</param>
    /// <param name="addGradients">Adds the gradients of a microbatch, by its number, to an accumulator.</param>
    public void Accumulate(int microbatches, ThreadTeam team, Action<int, GradientSet<float>> addGradients)
    {
        var before = used;
        used = Math.Min(Count, microbatches);
        if (used != before) tree = new SumTree(used, RankCount);
        var own = tree.CountOf(Rank);
        var schedule = new AccumulatorSchedule(used, microbatches, tree.First(Rank), own);
        team.Run(Math.Min(own, team.Threads), _ =>
        {
            for (; schedule.TryTake(out var accumulator, out var microbatch); schedule.GiveBack(accumulator))
            {
                if (microbatch < used) accumulators[accumulator].Clear(); // its first microbatch
                addGradients(microbatch, accumulators[accumulator]);
            }
        });
    }

    /// <summary>Adds all accumulators of all ranks into the first.</summary>
    /// <returns>The sum of the squares of all gradients.</returns>
    public double Sum(ThreadTeam team)
    {
        var first = tree.First(Rank);
        for (var i = 0; i < tree.CountOf(Rank); i++) accumulators[i].ClearUnwritten();
        var length = Total.All.Length;
        var squares = new double[(length + ChunkLength - 1) / ChunkLength];
        var steps = tree.StepsOf(Rank);
        team.Run(squares.Length, chunk =>
        {
            foreach (var (into, from) in steps)
                InPlace.Add(Chunk(accumulators[into - first], chunk), Chunk(accumulators[from - first], chunk));
            if (exchange is null) squares[chunk] = Squares.Sum<float>(Chunk(Total, chunk));
        });
        if (exchange is not null)
        {
            exchange.Sum(tree, [.. tree.RootsOf(Rank).Select(root => accumulators[root - first])], Total);
            team.Run(squares.Length, chunk => squares[chunk] = Squares.Sum<float>(Chunk(Total, chunk)));
        }
        return squares.Sum();

        Span<float> Chunk(GradientSet<float> gradients, int chunk) =>
            gradients.All.Slice(chunk * ChunkLength, Math.Min(ChunkLength, length - (chunk * ChunkLength)));
    }
}
