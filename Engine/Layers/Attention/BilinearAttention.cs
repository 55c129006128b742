using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// Bilinear attention (Luong et al. 2015, section 3.1, "general"): score(q, k) = qᵀ W k. Queries and keys may have
/// different numbers of features. Parameter <c>weight</c> W [dQ, dK] (Xavier uniform).
/// </summary>
public sealed class BilinearAttention<T> : Attention<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "layer BilinearAttention", "Y = softmax(Q W K^T) V over the visible keys", AttentionLayerSamples.Bilinear);

    private readonly Parameter<T> weight;

    /// <summary>Attention of queries to keys.</summary>
    /// <param name="dQ">The number of features of a query.</param>
    /// <param name="dK">The number of features of a key.</param>
    /// <param name="random">Draws the weights.</param>
    public BilinearAttention(int dQ, int dK, RandomStream random) =>
        weight = Add("weight", Initializers.XavierUniform<T>([dQ, dK], random));

    /// <inheritdoc/>
    public override Tensor<T> ProjectKeys(Tensor<T> k) =>
        Op.Linear(k, k.Tape.Use(weight)); // W k: [..., keys, dQ]

    /// <inheritdoc/>
    public override Tensor<T> Scores(Tensor<T> q, Tensor<T> keys) => Products(q, keys);
}
