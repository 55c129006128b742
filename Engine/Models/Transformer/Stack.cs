using System.Numerics;
using Engine.Layers;

namespace Engine.Models;

/// <summary>
/// An encoder's or a decoder's layers, <c>layers.0</c>, <c>layers.1</c>, ..., and its final <c>norm</c>.
/// </summary>
internal sealed class Stack<T, TLayer> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLayer : Module<T>
{
    private readonly Norm<T>? norm;
    private readonly bool causal;

    /// <summary>A stack of new layers.</summary>
    /// <param name="count">The number of layers.</param>
    /// <param name="create">Creates a layer.</param>
    /// <param name="norm">The final normalization; null for none.</param>
    /// <param name="causal">Whether a row must not depend on later rows, as in a decoder.</param>
    public Stack(int count, Func<TLayer> create, Norm<T>? norm, bool causal)
    {
        Layers = [.. Enumerable.Range(0, count).Select(i => Add($"layers.{i}", create()))];
        this.causal = causal;
        if (norm is not null) this.norm = Add("norm", norm);
    }

    /// <summary>The layers, in the order in which rows pass them.</summary>
    public IReadOnlyList<TLayer> Layers { get; }

    /// <summary>The final normalization of the last layer's output, [rows, dModel].</summary>
    public Tensor<T> Normalize(Tensor<T> x, SequenceLayout layout) =>
        norm is null ? x : norm.Forward(x, layout, causal);
}
