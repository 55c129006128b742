using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// Additive attention (Bahdanau et al. 2015, appendix A.1.2): score(q, k) = vᵀ tanh(W q + U k), a network with one
/// hidden layer for each pair of query and key. Parameters <c>query.weight</c> W [features, dQ], <c>key.weight</c> U
/// [features, dK] and <c>v</c> [1, features] (Xavier uniform).
/// </summary>
public sealed class AdditiveAttention<T> : Attention<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "layer AdditiveAttention", "Y = softmax(S) V over the visible keys, s_ij = v^T tanh(W q_i + U k_j)",
        AttentionLayerSamples.Additive);

    private readonly Linear<T> query, key;
    private readonly Parameter<T> v;

    /// <summary>Attention of queries to keys.</summary>
    /// <param name="dQ">The number of features of a query.</param>
    /// <param name="dK">The number of features of a key.</param>
    /// <param name="features">The number of features of the hidden layer.</param>
    /// <param name="random">Draws the weights.</param>
    public AdditiveAttention(int dQ, int dK, int features, RandomStream random)
    {
        query = Add("query", new Linear<T>(dQ, features, random, bias: false));
        key = Add("key", new Linear<T>(dK, features, random, bias: false));
        v = Add("v", Initializers.XavierUniform<T>([1, features], random));
    }

    /// <inheritdoc/>
    public override Tensor<T> ProjectKeys(Tensor<T> k) => key.Forward(k); // U k: [..., keys, features]

    /// <inheritdoc/>
    public override Tensor<T> Scores(Tensor<T> q, Tensor<T> keys)
    {
        var projected = query.Forward(q); // W q: [..., queries, features]
        Shape perQuery = [.. projected.Shape.AsSpan()[..^1], 1, projected.Shape[^1]]; // [..., queries, 1, features]
        Shape perKey = [.. keys.Shape.AsSpan()[..^2], 1, .. keys.Shape.AsSpan()[^2..]]; // [..., 1, keys, features]
        // [..., queries, keys, features]
        var hidden = Op.Tanh(Op.Add(Op.Reshape(projected, perQuery), Op.Reshape(keys, perKey)));
        var scores = Op.Linear(hidden, hidden.Tape.Use(v)); // [..., queries, keys, 1]
        return Op.Reshape(scores, new Shape(scores.Shape.AsSpan()[..^1])); // [..., queries, keys]
    }
}
