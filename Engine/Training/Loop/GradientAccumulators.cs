using System.Numerics;
using Engine.Kernels;

namespace Engine.Training;

/// <summary>
/// Sums the gradients of an update's microbatches. Each accumulator adds some of the microbatches in their order
/// (<see cref="AccumulatorSchedule"/>), and then the accumulators are summed in pairs, the sums in pairs again, and so
/// on. The number of threads changes neither order, so it changes no bit of the sum.
/// </summary>
internal sealed class GradientAccumulators
{
    private const int MostAccumulators = 8;

    // Each accumulator holds a gradient of every parameter: about this many gradients in all, so that a large network
    // has few accumulators.
    private const int MostGradients = 1 << 24;

    // Threads share the gradients in chunks of this many. The sum of squares is taken chunk by chunk.
    private const int ChunkLength = 1 << 14;

    private readonly GradientSet<float>[] accumulators;
    private int used;

    /// <summary>Accumulators for the gradients of some parameters.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="keepsOrder">
    /// Whether one accumulator adds all microbatches, so that the updates of BatchNorm's running statistics, which
    /// travel with the gradients, are committed in the order of the batches.
    /// </param>
    public GradientAccumulators(IReadOnlyList<Parameter<float>> parameters, bool keepsOrder)
    {
        var count = CountFor(parameters.Sum(parameter => (long)parameter.Count), keepsOrder);
        accumulators = [.. Enumerable.Range(0, count).Select(_ => new GradientSet<float>(parameters))];
    }

    /// <summary>The number of accumulators for a number of gradients.</summary>
    public static int CountFor(long gradients, bool keepsOrder)
    {
        var affordable = (uint)Math.Clamp(MostGradients / Math.Max(gradients, 1), 2, MostAccumulators);
        return keepsOrder ? 1 : 1 << BitOperations.Log2(affordable); // a power of two, for the sums in pairs
    }

    /// <summary>The number of accumulators.</summary>
    public int Count => accumulators.Length;

    /// <summary>The gradients of the whole update, once <see cref="Sum"/> has summed them.</summary>
    public GradientSet<float> Total => accumulators[0];

    /// <summary>Adds the gradients of all microbatches.</summary>
    /// <param name="microbatches">The number of microbatches.</param>
    /// <param name="team">The threads that compute them.</param>
    /// <param name="addGradients">Adds the gradients of a microbatch, by its number, to an accumulator.</param>
    public void Accumulate(int microbatches, ThreadTeam team, Action<int, GradientSet<float>> addGradients)
    {
        used = Math.Min(accumulators.Length, microbatches);
        var schedule = new AccumulatorSchedule(used, microbatches);
        team.Run(Math.Min(used, team.Threads), _ =>
        {
            for (; schedule.TryTake(out var accumulator, out var microbatch); schedule.GiveBack(accumulator))
            {
                if (microbatch < used) accumulators[accumulator].Clear(); // its first microbatch
                addGradients(microbatch, accumulators[accumulator]);
            }
        });
    }

    /// <summary>
    /// Adds all accumulators into the first: with four of them a0 += a1 and a2 += a3, then a0 += a2.
    /// </summary>
    /// <returns>The sum of the squares of all gradients.</returns>
    public double Sum(ThreadTeam team)
    {
        for (var i = 0; i < used; i++) accumulators[i].ClearUnwritten();
        var length = Total.All.Length;
        var squares = new double[(length + ChunkLength - 1) / ChunkLength];
        team.Run(squares.Length, chunk =>
        {
            var start = chunk * ChunkLength;
            var count = Math.Min(ChunkLength, length - start);
            for (var distance = 1; distance < used; distance *= 2)
            {
                for (var i = 0; i + distance < used; i += 2 * distance)
                {
                    var sum = accumulators[i].All.Slice(start, count);
                    var other = accumulators[i + distance].All.Slice(start, count);
                    InPlace.Add(sum, other);
                }
            }
            squares[chunk] = Squares.Sum<float>(Total.All.Slice(start, count));
        });
        return squares.Sum();
    }
}
