using System.Numerics;

namespace Engine;

/// <summary>
/// The gradients of the tensors in one backward pass. An operation's backward reads the gradient of its output,
/// <see cref="Of"/>, and writes or adds the gradients of its inputs, <see cref="Into"/>.
/// </summary>
public sealed class Adjoints<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tape<T> tape;
    private readonly MemoryBlock<T>?[] buffers;
    private readonly GradientSet<T> leaves;

    internal Adjoints(Tape<T> tape, int nodes, GradientSet<T> leaves)
    {
        this.tape = tape;
        this.leaves = leaves;
        buffers = new MemoryBlock<T>?[nodes];
    }

    /// <summary>The gradient of an output, contiguous whatever the output's strides are.</summary>
    public ReadOnlySpan<T> Of(Tensor<T> y) => buffers[y.Node]!.Span[..y.Count];

    /// <summary>
    /// Whether an input needs a gradient: constants, and leaves that the set does not hold, need none.
    /// </summary>
    public bool Wants(Tensor<T>? x) =>
        x is { Node: >= 0 } && (tape.LeafOf(x.Node) is not { } leaf || leaves.Holds(leaf));

    /// <summary>
    /// The memory for the gradient of an input, contiguous whatever the input's strides are. The target says whether to
    /// write or to add.
    /// </summary>
    /// <exception cref="InvalidOperationException">x is a constant and has no gradient.</exception>
    public GradientTarget<T> Into(Tensor<T> x)
    {
        if (x.Node < 0)
            throw new InvalidOperationException(
                $"Into: no gradient flows to this input {x.Shape}, it is a constant; ask Wants(x) first.");
        if (tape.LeafOf(x.Node) is { } leaf && leaves.Holds(leaf)) return leaves.Into(leaf, x.Shape);
        var isFirst = buffers[x.Node] is null;
        buffers[x.Node] ??= tape.Borrow(x.Count);
        return new GradientTarget<T>(buffers[x.Node]!.Span[..x.Count], !isFirst);
    }

    /// <summary>
    /// Gives the gradient of <paramref name="y"/> unchanged to <paramref name="x"/>, an input with the same number of
    /// elements. Where x has no gradient yet, the memory changes hands without a copy. So a backward must not use the
    /// gradient of y after this call.
    /// </summary>
    /// <exception cref="ShapeException">x and y differ in their numbers of elements.</exception>
    public void Pass(Tensor<T> y, Tensor<T> x)
    {
        if (y.Count != x.Count)
            throw new ShapeException($"{tape.OperationOf(y.Node)}: a gradient of {y.Shape} " +
                $"cannot be that of {x.Shape}.");
        if (tape.LeafOf(x.Node) is null && buffers[x.Node] is null)
        {
            (buffers[x.Node], buffers[y.Node]) = (buffers[y.Node], null);
            return;
        }
        Into(x).Add(Of(y));
    }

    /// <summary>Memory for the duration of a backward; give it back with <see cref="Release"/>.</summary>
    internal MemoryBlock<T> Borrow(long count) => tape.Borrow(count);

    internal void Release(MemoryBlock<T> buffer) => tape.Release(buffer);

    /// <summary>The gradient of an input so far; empty where there is none.</summary>
    internal ReadOnlySpan<T> Arrived(Tensor<T> x)
    {
        if (x.Node < 0) return [];
        if (tape.LeafOf(x.Node) is { } leaf && leaves.Holds(leaf)) return leaves.Arrived(leaf);
        return buffers[x.Node] is { } buffer ? buffer.Span[..x.Count] : [];
    }

    internal bool HasReached(int node) => buffers[node] is not null;

    /// <summary>Gives the memory of a node's gradient back, once its backward has run.</summary>
    internal void Finish(int node)
    {
        if (buffers[node] is not { } buffer) return;
        tape.Release(buffer);
        buffers[node] = null;
    }
}
