using System.Numerics;

namespace Engine;

/// <summary>
/// Looks into what is computed on a tape, and may leave parts of the computation out. A tape has one
/// (<see cref="Tape{T}.Observer"/>) or none; without one, nothing is computed or kept for it.
/// </summary>
/// <remarks>
/// The observer belongs to the tape, as the mode does: one network can be watched on one tape and trained on another at
/// the same time, and no layer has a switch that someone can forget to set back.
/// </remarks>
public abstract class TapeObserver<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// A module begins its computation. Modules nest: the last module that was entered is left first.
    /// </summary>
    /// <param name="module">The module.</param>
    public virtual void Entered(object module)
    {
    }

    /// <summary>The module that was entered last has finished.</summary>
    public virtual void Left()
    {
    }

    /// <summary>
    /// Whether the module at work shall compute a value that nothing but an observer reads, such as scores before the
    /// softmax.
    /// </summary>
    /// <param name="name">The value's name, as <see cref="Saw"/> gives it.</param>
    public virtual bool Wants(string name) => false;

    /// <summary>The module at work has computed a value.</summary>
    /// <param name="name">The value's name, such as <c>queries</c>.</param>
    /// <param name="shape">The value's shape.</param>
    /// <param name="values">The numbers, the last dimension running fastest. They change after the call: copy
    /// them.</param>
    /// <param name="sequence">The sequence that the value belongs to; 0 for a value of all rows.</param>
    public virtual void Saw(string name, Shape shape, ReadOnlySpan<T> values, int sequence = 0)
    {
    }

    /// <summary>Whether the module at work shall leave a part out.</summary>
    /// <param name="part">The part's name, such as <c>causal mask</c>.</param>
    public virtual bool Omits(string part) => false;

    /// <summary>The tape has recorded an operation, or a leaf.</summary>
    /// <param name="node">Its number on the tape.</param>
    /// <param name="entry">The operation; null for a leaf.</param>
    /// <param name="y">The output, or the leaf.</param>
    /// <param name="inputs">All tensors that y depends on; missing optional inputs are null.</param>
    public virtual void Recorded(
        int node, CatalogueEntry? entry, Tensor<T> y, ReadOnlySpan<Tensor<T>?> inputs)
    {
    }

    /// <summary>The backward pass has reached an operation, and its output's gradient is complete.</summary>
    /// <param name="node">The operation's number on the tape.</param>
    /// <param name="gradient">The gradient of its output; valid during the call.</param>
    public virtual void Reached(int node, ReadOnlySpan<T> gradient)
    {
    }
}
