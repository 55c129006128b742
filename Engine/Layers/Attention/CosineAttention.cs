using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// Cosine attention (Graves et al. 2014, section 3.3.1): score(q, k) = sharpness · qᵀ k / (|q| |k|). The lengths of
/// queries and keys do not matter. A cosine is in [-1, 1]; a sharpness above 1 lets the softmax prefer one key.
/// </summary>
/// <param name="sharpness">The factor of the cosines, beta in the paper.</param>
public sealed class CosineAttention<T>(double sharpness = 1) : Attention<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "layer CosineAttention", "Y = softmax(S) V over the visible keys, s_ij = beta q_i k_j^T / (|q_i| |k_j|)",
        AttentionLayerSamples.Cosine);

    /// <inheritdoc/>
    public override Tensor<T> ProjectKeys(Tensor<T> k) => Op.L2Normalize(k);

    /// <inheritdoc/>
    public override Tensor<T> Scores(Tensor<T> q, Tensor<T> keys) =>
        Op.Scale(Products(Op.L2Normalize(q), keys), sharpness);
}
