using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// Scaled dot-product attention (Vaswani et al. 2017, section 3.2.1): score(q, k) = qᵀ k / √dK. If the features are
/// independent with mean 0 and variance 1, qᵀ k has variance dK, and the score has variance 1 for every dK.
/// </summary>
public sealed class ScaledDotProductAttention<T> : Attention<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "layer ScaledDotProductAttention", "Y = softmax(Q K^T / sqrt(dK)) V over the visible keys",
        AttentionLayerSamples.ScaledDotProduct);

    /// <inheritdoc/>
    public override Tensor<T> Scores(Tensor<T> q, Tensor<T> keys) =>
        Op.Scale(Products(q, keys), 1 / Math.Sqrt(keys.Shape[^1]));
}
