using System.Numerics;

namespace Engine;

/// <summary>
/// The gradients of some leaves, parameters or variables, as one stretch of numbers: an optimizer, a norm or a sum
/// over shards is one loop.
/// </summary>
public sealed class GradientSet<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Each leaf begins at a cache line, so that kernels find aligned rows.
    private const int Granule = 16;

    private readonly Dictionary<object, int> indices = [];
    private readonly List<(int Start, int Count)> places = [];
    private readonly bool[] isWritten;
    private readonly List<Action> deferred = [];
    private readonly MemoryBlock<T> buffer;

    /// <summary>
    /// A set for <paramref name="parameters"/>, all zero, to be added to by one tape or several in turn.
    /// </summary>
    public GradientSet(IReadOnlyList<Parameter<T>> parameters) : this((IEnumerable<object>)parameters)
    {
    }

    internal GradientSet(IEnumerable<object> leaves)
    {
        var length = 0;
        foreach (var leaf in leaves)
        {
            if (!indices.TryAdd(leaf, places.Count)) continue;
            var count = leaf is Parameter<T> parameter ? parameter.Count : ((Tensor<T>)leaf).Count;
            places.Add((length, count));
            length += (count + Granule - 1) / Granule * Granule;
        }
        buffer = new MemoryBlock<T>(length);
        buffer.Span.Clear();
        isWritten = new bool[places.Count];
    }

    /// <summary>All gradients, one leaf after the other; the gaps between leaves are zero.</summary>
    public Span<T> All
    {
        get
        {
            ClearUnwritten();
            return buffer.Span;
        }
    }

    /// <summary>The gradient of a parameter, in order of its shape; zeros if the loss does not depend on it.</summary>
    /// <exception cref="KeyNotFoundException">The set is not about this parameter.</exception>
    public Span<T> this[Parameter<T> parameter] => Find(parameter, parameter.Name);

    /// <summary>The gradient of a variable, in order of its shape; zeros if the loss does not depend on it.</summary>
    /// <exception cref="KeyNotFoundException">The set is not about this tensor.</exception>
    public Span<T> this[Tensor<T> variable] => Find(variable, variable.ToString());

    /// <summary>Whether it has a place for this parameter's gradient.</summary>
    public bool Contains(Parameter<T> parameter) => Holds(parameter);

    /// <summary>Makes every gradient zero again, and forgets the changes that were deferred with them.</summary>
    public void Clear()
    {
        Array.Clear(isWritten);
        deferred.Clear();
    }

    /// <summary>
    /// Makes the changes of the model's state that were deferred with these gradients, once, in the order of the
    /// backward passes. An optimizer's step does so; who changes parameters otherwise calls it.
    /// </summary>
    public void Commit()
    {
        foreach (var change in deferred) change();
        deferred.Clear();
    }

    internal void Defer(Action change) => deferred.Add(change);

    internal bool Holds(object leaf) => indices.ContainsKey(leaf);

    internal GradientTarget<T> Into(object leaf, Shape shape)
    {
        var i = indices[leaf];
        var (start, count) = places[i];
        if (count != shape.Elements)
            throw new ShapeException($"GradientSet: a gradient of {shape} for a leaf of {count} numbers.");
        var target = new GradientTarget<T>(buffer.Span.Slice(start, count), isWritten[i]);
        isWritten[i] = true;
        return target;
    }

    /// <summary>The gradient of a leaf; nothing before the first contribution.</summary>
    internal ReadOnlySpan<T> Arrived(object leaf)
    {
        var i = indices[leaf];
        return isWritten[i] ? buffer.Span.Slice(places[i].Start, places[i].Count) : [];
    }

    private Span<T> Find(object leaf, string? name)
    {
        if (!indices.TryGetValue(leaf, out var i))
            throw new KeyNotFoundException($"GradientSet: {name} was not a leaf of the tape, " +
                "or the set was made for others.");
        ClearUnwritten();
        var (start, count) = places[i];
        return buffer.Span.Slice(start, count);
    }

    /// <summary>
    /// Writes zeros where no tape wrote a gradient, so that several threads may read <see cref="All"/> at once.
    /// </summary>
    internal void ClearUnwritten()
    {
        for (var i = 0; i < isWritten.Length; i++)
        {
            if (isWritten[i]) continue;
            buffer.Span.Slice(places[i].Start, places[i].Count).Clear();
            isWritten[i] = true;
        }
    }
}
