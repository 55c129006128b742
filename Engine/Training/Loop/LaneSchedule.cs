namespace Engine.Training;

/// <summary>
/// Who computes which shard next. A lane sums the gradients of every so many-th shard, one after the other in their
/// order, but any thread may take its next one. A core that is slower for a while, as on a machine with other work to
/// do, then computes fewer shards; the sums stay the same.
/// </summary>
/// <param name="lanes">How many sums there are: shard i belongs to lane i mod <paramref name="lanes"/>.</param>
/// <param name="shards">How many shards all lanes have together.</param>
internal sealed class LaneSchedule(int lanes, int shards)
{
    private readonly Lock gate = new();
    private readonly int[] next = [.. Enumerable.Range(0, lanes)];
    private readonly bool[] taken = new bool[lanes];

    /// <summary>
    /// Takes the first shard that nobody has begun and whose lane is free; the caller gives the lane back.
    /// </summary>
    /// <returns>Whether there is one. If not, who holds the other lanes finishes them.</returns>
    public bool TryTake(out int lane, out int shard)
    {
        (lane, shard) = (-1, shards);
        lock (gate)
        {
            for (var i = 0; i < lanes; i++)
                if (!taken[i] && next[i] < shard)
                    (lane, shard) = (i, next[i]);
            if (lane < 0) return false;
            taken[lane] = true;
            next[lane] += lanes;
            return true;
        }
    }

    public void GiveBack(int lane)
    {
        lock (gate) taken[lane] = false;
    }
}
