using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// Unscaled dot-product attention (Luong et al. 2015, section 3.1, "dot"): score(q, k) = qᵀ k. The scores grow with the
/// root of the number of features, and the softmax of large scores saturates: see
/// <see cref="ScaledDotProductAttention{T}"/>.
/// </summary>
public sealed class DotProductAttention<T> : Attention<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "layer DotProductAttention", "Y = softmax(Q K^T) V over the visible keys",
        AttentionLayerSamples.DotProduct);

    /// <inheritdoc/>
    public override Tensor<T> Scores(Tensor<T> q, Tensor<T> keys) => Products(q, keys);
}
