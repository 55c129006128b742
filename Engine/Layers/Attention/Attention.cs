using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// The common part of all kinds of attention: a score of each pair of query and key, a masked softmax that turns the
/// scores into weights, and the weighted sum of the values. The kinds differ in the score; each has its own file.
/// </summary>
public abstract class Attention<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>For each query, returns the sum of the values, weighted by the softmax of their keys' scores.</summary>
    /// <param name="q">[..., queries, dQ].</param>
    /// <param name="k">[..., keys, dK].</param>
    /// <param name="v">[..., keys, dV].</param>
    /// <param name="mask">
    /// True hides a key from a query; broadcasts to [..., queries, keys]. A query that sees no key gives zeros.
    /// </param>
    /// <returns>Output [..., queries, dV] and weights [..., queries, keys].</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    public (Tensor<T> Output, Tensor<T> Weights) Forward(Tensor<T> q, Tensor<T> k, Tensor<T> v, Mask? mask = null) =>
        Attend(q, ProjectKeys(k), v, mask);

    /// <summary>
    /// The part of the scores that depends on the keys alone. A decoder computes it once and uses it in every step (see
    /// <see cref="Attend"/>).
    /// </summary>
    /// <param name="k">[..., keys, dK].</param>
    /// <returns>[..., keys, features].</returns>
    public virtual Tensor<T> ProjectKeys(Tensor<T> k) => k;

    /// <summary><see cref="Forward"/> with keys that <see cref="ProjectKeys"/> has projected.</summary>
    /// <param name="q">[..., queries, dQ].</param>
    /// <param name="keys">[..., keys, features].</param>
    /// <param name="v">[..., keys, dV].</param>
    /// <param name="mask">
    /// True hides a key from a query; broadcasts to [..., queries, keys]. A query that sees no key gives zeros.
    /// </param>
    /// <returns>Output [..., queries, dV] and weights [..., queries, keys].</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    public (Tensor<T> Output, Tensor<T> Weights) Attend(
        Tensor<T> q, Tensor<T> keys, Tensor<T> v, Mask? mask = null)
    {
        if (q.Shape.Rank < 2 || keys.Shape.Rank < 2 || v.Shape.Rank < 2 || v.Shape[^2] != keys.Shape[^2])
            throw new ShapeException($"{Name}: queries {q.Shape}, keys {keys.Shape} and values {v.Shape} must be " +
                "matrices or batches of them, with a value for each key. Give [queries, dQ], [keys, dK], [keys, dV].");
        var weights = Op.MaskedSoftmax(Scores(q, keys), mask); // [..., queries, keys]
        return (Op.MatMul(weights, v), weights); // [..., queries, dV]
    }

    /// <summary>The score of each pair of query and key.</summary>
    /// <param name="q">[..., queries, dQ].</param>
    /// <param name="keys">The projected keys, [..., keys, features].</param>
    /// <returns>[..., queries, keys].</returns>
    public abstract Tensor<T> Scores(Tensor<T> q, Tensor<T> keys);

    /// <summary>
    /// The dot product of every query with every key, [..., queries, keys]. Queries and keys must have the same number
    /// of features.
    /// </summary>
    private protected Tensor<T> Products(Tensor<T> q, Tensor<T> keys) =>
        q.Shape[^1] == keys.Shape[^1]
            ? Op.MatMul(q, Op.Transpose(keys)) // [..., queries, keys]
            : throw new ShapeException($"{Name}: queries {q.Shape} have {q.Shape[^1]} features and keys {keys.Shape} " +
                $"{keys.Shape[^1]}; they must be equal. Use BilinearAttention or AdditiveAttention?");

    private string Name => GetType().Name.Split('`')[0];
}
