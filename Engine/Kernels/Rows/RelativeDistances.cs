using System.Numerics;

namespace Engine.Kernels;

/// <summary>
/// Distances from a query to keys, clipped to ±clip (Shaw et al. 2018, section 3.1): key j of the query at position t
/// has number min(max(j - t, -clip), clip) + clip. All keys at or beyond -clip share the first number and all at or
/// beyond +clip the last; those between lie side by side, so that each row is two ends and a copy.
/// </summary>
internal readonly struct RelativeDistances(int clip)
{
    private readonly int clip = clip;

    /// <summary>How many numbers there are.</summary>
    public int Count => (2 * clip) + 1;

    /// <summary>Adds to each key's number that of its distance.</summary>
    /// <param name="byDistance"><see cref="Count"/> numbers.</param>
    /// <param name="position">Where the query stands; key 0 stands at 0.</param>
    /// <param name="byKey">A number for each key.</param>
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
    /// <param name="byKey">A number for each key.</param>
    /// <param name="position">Where the query stands; key 0 stands at 0.</param>
    /// <param name="byDistance"><see cref="Count"/> numbers.</param>
    public void Sum<T>(ReadOnlySpan<T> byKey, int position, Span<T> byDistance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (before, after) = Ends(position, byKey.Length);
        byDistance.Clear();
        byKey[before..after].CopyTo(byDistance.Slice(First(position, before, after), after - before));
        byDistance[0] += Reductions.Sum(byKey[..before]);
        byDistance[^1] += Reductions.Sum(byKey[after..]);
    }

    /// <summary>Where the keys end that stand at -clip or before, and where those begin that stand at +clip.</summary>
    private (int Before, int After) Ends(int position, int keys)
    {
        var before = Math.Clamp(position - clip + 1, 0, keys);
        return (before, Math.Clamp(position + clip, before, keys));
    }

    private int First(int position, int before, int after) => before == after ? 0 : before - position + clip;
}
