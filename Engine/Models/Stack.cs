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
    private readonly LayerNorm<T>? norm;

    public Stack(int count, Func<TLayer> create, int dModel, bool hasNorm)
    {
        Layers = [.. Enumerable.Range(0, count).Select(i => Add($"layers.{i}", create()))];
        if (hasNorm) norm = Add("norm", new LayerNorm<T>(dModel));
    }

    public IReadOnlyList<TLayer> Layers { get; }

    public Tensor<T> Forward(Tensor<T> x, Func<TLayer, Tensor<T>, Tensor<T>> apply)
    {
        foreach (var layer in Layers) x = apply(layer, x);
        return norm is null ? x : norm.Forward(x);
    }
}
