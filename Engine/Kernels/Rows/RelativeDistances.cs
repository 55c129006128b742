using System.Numerics;

namespace Engine.Kernels;

/// <summary>
/// Distances from a query to keys, clipped to ±clip (Shaw et al. 2018, section 3.1): for the query at position t, key j
/// has the index min(max(j - t, -clip), clip) + clip. All keys at or beyond -clip share the first index, and all keys
/// at or beyond +clip the last index. The indices of the keys between are neighbours, so that a row is two ends and a
/// copy.
/// </summary>
internal readonly struct RelativeDistances(int clip)
{
    private readonly int clip = clip;

    /// <summary>The number of indices.</summary>
    public int Count => (2 * clip) + 1;

    /// <summary>Adds to each key's number the number of the key's distance.</summary>
    /// <param name="byDistance">[<see cref="Count"/>].</param>
    /// <param name="position">The query's position; key 0 is at position 0.</param>
    /// <param name="byKey">[keys], increased.</param>
    public void Spread<T>(ReadOnlySpan<T> byDistance, int position, Span<T> byKey)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (before, after) = Ends(position, byKey.Length);
        InPlace.Add(byKey[..before], byDistance[0]);
        var between = byKey[before..after];
        InPlace.Add(between, byDistance.Slice(First(position, before, after), between.Length));
        InPlace.Add(byKey[after..], byDistance[^1]);
    }

    /// <summary>Writes for each distance the sum over its keys: the adjoint of <see cref="Spread"/>.</summary>
    /// <param name="byKey">[keys].</param>
    /// <param name="position">The query's position; key 0 is at position 0.</param>
    /// <param name="byDistance">[<see cref="Count"/>], written.</param>
    public void Sum<T>(ReadOnlySpan<T> byKey, int position, Span<T> byDistance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (before, after) = Ends(position, byKey.Length);
        byDistance.Clear();
        byKey[before..after].CopyTo(byDistance.Slice(First(position, before, after), after - before));
        byDistance[0] += Reductions.Sum(byKey[..before]);
        byDistance[^1] += Reductions.Sum(byKey[after..]);
    }

    /// <summary>The end of the keys at -clip or before, and the first key at +clip or beyond.</summary>
    private (int Before, int After) Ends(int position, int keys)
    {
        var before = Math.Clamp(position - clip + 1, 0, keys);
        return (before, Math.Clamp(position + clip, before, keys));
    }

    private int First(int position, int before, int after) => before == after ? 0 : before - position + clip;
}
