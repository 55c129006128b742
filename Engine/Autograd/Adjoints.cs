using System.Numerics;

namespace Engine;

/// <summary>
/// The gradients that are under way in one backward pass. An operation's backward reads the gradient of its output,
/// <see cref="Of"/>, and adds to those of its inputs, <see cref="Into"/>.
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

    /// <summary>The gradient that has arrived at an output, in order whatever the strides of the output.</summary>
    public ReadOnlySpan<T> Of(Tensor<T> y) => buffers[y.Node]!.Span[..y.Count];

    /// <summary>Whether a gradient flows to an input; computing one for any other is wasted.</summary>
    public bool Wants(Tensor<T>? x) =>
        x is { Node: >= 0 } && (tape.LeafOf(x.Node) is not { } leaf || leaves.Holds(leaf));

    /// <summary>
    /// Where the gradient of an input goes: in order whatever its strides, and with a note whether to add.
    /// </summary>
    /// <exception cref="InvalidOperationException">No gradient flows to x: it is a constant.</exception>
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
    /// Hands the gradient of <paramref name="y"/> on to <paramref name="x"/>, an input with as many elements, as it
    /// is; without a copy where x has none yet. It must be the last thing that a backward does with y.
    /// </summary>
    /// <exception cref="ShapeException">The two hold different numbers of elements.</exception>
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
    internal MemoryBlock<T> Borrow(int count) => tape.Borrow(count);

    internal void Release(MemoryBlock<T> buffer) => tape.Release(buffer);

    /// <summary>What has arrived at an input so far; nothing where no gradient flows.</summary>
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
