using System.Numerics;
using Engine.Layers;

namespace Engine.Models;

/// <summary>
/// Layers called <c>layers.0</c>, <c>layers.1</c>, ... and a final <c>norm</c>: an encoder or a decoder.
/// </summary>
internal sealed class Stack<T, TLayer> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLayer : Module<T>
{
    private readonly Norm<T>? norm;
    private readonly bool causal;

    /// <summary>So many layers; without a final norm where there is none. A decoder's is causal.</summary>
    public Stack(int count, Func<TLayer> create, Norm<T>? norm, bool causal)
    {
        Layers = [.. Enumerable.Range(0, count).Select(i => Add($"layers.{i}", create()))];
        this.causal = causal;
        if (norm is not null) this.norm = Add("norm", norm);
    }

    public IReadOnlyList<TLayer> Layers { get; }

    public Tensor<T> Forward(Tensor<T> x, SequenceLayout layout, Func<TLayer, Tensor<T>, Tensor<T>> apply)
    {
        foreach (var layer in Layers) x = apply(layer, x);
        return norm is null ? x : norm.Forward(x, layout, causal);
    }
}
