using Engine.Kernels;

namespace Engine.Training;

/// <summary>
/// Adds the sums of all ranks, as <see cref="SumTree"/> says, and gives every rank the result. Each rank adds one slice
/// of all gradients: it gets this slice of every root, and sends the sum to the others. With one root a rank, a rank
/// sends less than two gradients of every parameter an update, whatever the number of ranks.
/// </summary>
/// <param name="ranks">The ranks.</param>
/// <param name="length">The length of a gradient set.</param>
internal sealed class GradientExchange(IRankGroup ranks, int length)
{
    private const int Granule = 16; // floats of a cache line

    private readonly int[] slices = [.. Enumerable.Range(0, ranks.Count)
        .Select(rank => Start(rank + 1, length, ranks) - Start(rank, length, ranks))];

    private float[] sent = [], received = [];

    /// <summary>Adds all roots into <paramref name="total"/>.</summary>
    /// <param name="tree">Which rank has which roots.</param>
    /// <param name="roots">This rank's roots.</param>
    /// <param name="total">Gets the sum; it may be a root.</param>
    public void Sum(SumTree tree, IReadOnlyList<GradientSet<float>> roots, GradientSet<float> total)
    {
        var slice = slices[ranks.Rank];
        var all = Enumerable.Range(0, ranks.Count).SelectMany(tree.RootsOf).ToArray();
        var places = all.Index().ToDictionary(root => root.Item, root => root.Index * slice);
        Grow(ref received, all.Length * slice);
        ranks.Exchange(
            Parts(roots), [.. slices.Select(count => count * roots.Count)],
            received.AsSpan(0, all.Length * slice),
            [.. Enumerable.Range(0, ranks.Count).Select(rank => tree.RootsOf(rank).Length * slice)]);
        foreach (var (into, from) in tree.LastSteps)
            InPlace.Add(received.AsSpan(places[into], slice), received.AsSpan(places[from], slice));
        received.AsSpan(places[0], slice).CopyTo(total.All[Start(ranks.Rank, length, ranks)..]);
        ranks.Join(total.All, slices);
    }

    /// <summary>The slice of every root for rank 0, then for rank 1, and so on.</summary>
    private ReadOnlySpan<float> Parts(IReadOnlyList<GradientSet<float>> roots)
    {
        if (roots.Count == 1) return roots[0].All; // its slices follow each other already
        Grow(ref sent, roots.Count * length);
        var place = 0;
        for (var rank = 0; rank < ranks.Count; rank++)
        {
            foreach (var root in roots)
            {
                root.All.Slice(Start(rank, length, ranks), slices[rank]).CopyTo(sent.AsSpan(place));
                place += slices[rank];
            }
        }
        return sent.AsSpan(0, place);
    }

    private static int Start(int rank, int length, IRankGroup ranks) =>
        rank == ranks.Count ? length : (int)((long)(length / Granule) * rank / ranks.Count) * Granule;

    private static void Grow(ref float[] numbers, int count)
    {
        if (numbers.Length < count) numbers = new float[count];
    }
}
