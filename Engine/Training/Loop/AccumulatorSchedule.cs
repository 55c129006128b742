namespace Engine.Training;

/// <summary>
/// Says which thread computes which microbatch. Microbatch i belongs to accumulator i mod n, where n is the number of
/// accumulators. An accumulator adds its microbatches in ascending order, one at a time, but any thread may compute the
/// next one. So the sums are the same whatever the threads do, and a core that other programs slow down computes fewer
/// microbatches.
/// </summary>
/// <param name="accumulators">The number of accumulators, n.</param>
/// <param name="microbatches">The number of microbatches of all accumulators together.</param>
/// <param name="first">The first accumulator of this process.</param>
/// <param name="count">The number of accumulators of this process.</param>
internal sealed class AccumulatorSchedule(int accumulators, int microbatches, int first, int count)
{
    private readonly Lock gate = new();
    private readonly int[] next = [.. Enumerable.Range(first, count)]; // each accumulator's next microbatch
    private readonly bool[] isTaken = new bool[count];

    /// <summary>A schedule of one process, which has all accumulators.</summary>
    public AccumulatorSchedule(int accumulators, int microbatches) : this(accumulators, microbatches, 0, accumulators)
    {
    }

    /// <summary>
    /// Takes the first microbatch that no thread has begun and whose accumulator no thread holds. The thread holds the
    /// accumulator until it calls <see cref="GiveBack"/>.
    /// </summary>
    /// <param name="accumulator">The number of the accumulator among the accumulators of this process.</param>
    /// <param name="microbatch">The number of the microbatch.</param>
    /// <returns>
    /// Whether there is such a microbatch. If there is none, other threads hold every accumulator that has microbatches
    /// left, and they compute the microbatches that are left; the caller has nothing more to do.
    /// </returns>
    public bool TryTake(out int accumulator, out int microbatch)
    {
        (accumulator, microbatch) = (-1, microbatches);
        lock (gate)
        {
            for (var i = 0; i < count; i++)
            {
                if (!isTaken[i] && next[i] < microbatch) (accumulator, microbatch) = (i, next[i]);
            }
            if (accumulator < 0) return false;
            isTaken[accumulator] = true;
            next[accumulator] += accumulators;
            return true;
        }
    }

    /// <summary>Lets other threads take the accumulator.</summary>
    public void GiveBack(int accumulator)
    {
        lock (gate) isTaken[accumulator] = false;
    }
}
