using System.Numerics;
using Engine.Kernels;

namespace Engine;

/// <summary>
/// The gradients of some leaves (parameters or variables) in one block of memory, so that an optimizer, a norm or a sum
/// over microbatches is one loop.
/// </summary>
/// <example>
/// <code><![CDATA[
/// using Engine;
///
/// var w = new Parameter<float>("w", Tensor<float>.From([2], [1, 2]));
/// using var tape = new Tape<float>();
/// var gradients = tape.Backward(Op.Sum(tape.Use(w) * tape.Use(w)));
/// Console.WriteLine(string.Join(' ', gradients[w].ToArray()));   // prints: 2 4
/// ]]></code>
/// </example>
public sealed class GradientSet<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Each leaf begins at the start of a cache line (of floats), so that the kernels load aligned vectors.
    private const int Granule = 16;

    private const int MostShown = 6;

    private readonly Dictionary<object, int> indices = [];
    private readonly List<(int Start, int Count)> places = [];
    private readonly bool[] isWritten;
    private readonly List<Action> deferred = [];
    private readonly MemoryBlock<T> buffer;

    /// <summary>
    /// A set of zero gradients for <paramref name="parameters"/>. One tape or several tapes in turn add to it.
    /// </summary>
    public GradientSet(IReadOnlyList<Parameter<T>> parameters) : this((IEnumerable<object>)parameters)
    {
    }

    internal GradientSet(IEnumerable<object> leaves)
    {
        var length = 0L;
        foreach (var leaf in leaves)
        {
            if (!indices.TryAdd(leaf, places.Count)) continue;
            var count = leaf is Parameter<T> parameter ? parameter.Count : ((Tensor<T>)leaf).Count;
            places.Add(((int)length, count));
            length = After(length, count);
        }
        buffer = new MemoryBlock<T>((int)length);
        buffer.Span.Clear();
        isWritten = new bool[places.Count];
    }

    /// <summary>Where the next gradient begins after one of <paramref name="count"/> numbers.</summary>
    /// <exception cref="ShapeException">Not all of the gradient fits in the memory of the set.</exception>
    internal static long After(long start, int count)
    {
        var end = start + ((count + Granule - 1L) / Granule * Granule);
        return end <= PinnedMemory.Longest ? end : throw new ShapeException(
            $"GradientSet: the gradients have {end} numbers or more; at most {PinnedMemory.Longest} fit in one set. "
            + "Use fewer or smaller parameters.");
    }

    /// <summary>All gradients, one leaf after the other, with zeros in the gaps between leaves.</summary>
    public Span<T> All
    {
        get
        {
            ClearUnwritten();
            return buffer.Span;
        }
    }

    /// <summary>The gradient of a parameter, contiguous; zeros if the loss does not depend on the parameter.</summary>
    /// <exception cref="KeyNotFoundException">The set does not hold this parameter.</exception>
    public Span<T> this[Parameter<T> parameter] => Find(parameter, parameter.Name);

    /// <summary>The gradient of a variable, contiguous; zeros if the loss does not depend on the variable.</summary>
    /// <exception cref="KeyNotFoundException">The set does not hold this tensor.</exception>
    public Span<T> this[Tensor<T> variable] => Find(variable, variable.Title);

    /// <summary>What the gradients are of, such as <c>2 gradients: weight [16, 2], bias [16]</c>.</summary>
    public override string ToString()
    {
        var shown = indices.Keys.Take(MostShown)
            .Select(leaf => leaf is Tensor<T> variable ? variable.Title : $"{leaf}");
        var more = indices.Count > MostShown ? $" and {indices.Count - MostShown} more" : "";
        return $"{indices.Count} gradients: {string.Join(", ", shown)}{more}";
    }

    /// <summary>Whether it has a place for this parameter's gradient.</summary>
    public bool Contains(Parameter<T> parameter) => Holds(parameter);

    /// <summary>Sets every gradient to zero and drops the deferred changes.</summary>
    public void Clear()
    {
        Array.Clear(isWritten);
        deferred.Clear();
    }

    /// <summary>
    /// Makes the deferred changes of the model's state (<see cref="Tape{T}.Defer"/>), once, in the order of the
    /// backward passes. An optimizer's step calls this method; code that updates parameters without an optimizer calls
    /// it itself.
    /// </summary>
    public void Commit()
    {
        foreach (var change in deferred) change();
        deferred.Clear();
    }

    internal void Defer(Action change) => deferred.Add(change);

    /// <summary>Whether these numbers are gradients of the set, not copies of them.</summary>
    internal bool Overlaps(ReadOnlySpan<T> values) => values.Overlaps(buffer.Span);

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
