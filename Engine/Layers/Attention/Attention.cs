using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// What every attention has in common: scores of each query by key, a masked softmax that makes weights of them, and
/// the values' sum by those weights. What differs is the score; each kind is a file of its own.
/// </summary>
public abstract class Attention<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Attends to values by how well their keys answer a query.</summary>
    /// <param name="q">[..., queries, dQ].</param>
    /// <param name="k">[..., keys, dK].</param>
    /// <param name="v">[..., keys, dV].</param>
    /// <param name="mask">True hides; broadcasts to [..., queries, keys]. A query that sees no key gives zeros.</param>
    /// <returns>Output [..., queries, dV] and weights [..., queries, keys].</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    public (Tensor<T> Output, Tensor<T> Weights) Forward(Tensor<T> q, Tensor<T> k, Tensor<T> v, Mask? mask = null) =>
        Attend(q, ProjectKeys(k), v, mask);

    /// <summary>
    /// What is computed of the keys alone, once, however many queries follow (see <see cref="Attend"/>): a decoder asks
    /// the same keys at every step.
    /// </summary>
    /// <param name="k">[..., keys, dK].</param>
    /// <returns>[..., keys, features].</returns>
    public virtual Tensor<T> ProjectKeys(Tensor<T> k) => k;

    /// <summary><see cref="Forward"/> with what <see cref="ProjectKeys"/> gave.</summary>
    /// <param name="q">[..., queries, dQ].</param>
    /// <param name="keys">[..., keys, features].</param>
    /// <param name="v">[..., keys, dV].</param>
    /// <param name="mask">True hides; broadcasts to [..., queries, keys]. A query that sees no key gives zeros.</param>
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

    /// <summary>How well each key answers each query.</summary>
    /// <param name="q">[..., queries, dQ].</param>
    /// <param name="keys">What <see cref="ProjectKeys"/> gave, [..., keys, features].</param>
    /// <returns>[..., queries, keys].</returns>
    public abstract Tensor<T> Scores(Tensor<T> q, Tensor<T> keys);

    /// <summary>The products of every query with every key, which must have as many features.</summary>
    private protected Tensor<T> Products(Tensor<T> q, Tensor<T> keys) =>
        q.Shape[^1] == keys.Shape[^1]
            ? Op.MatMul(q, Op.Transpose(keys)) // [..., queries, keys]
            : throw new ShapeException($"{Name}: queries {q.Shape} have {q.Shape[^1]} features and keys {keys.Shape} " +
                $"{keys.Shape[^1]}; they must be equal. Use BilinearAttention or AdditiveAttention?");

    private string Name => GetType().Name.Split('`')[0];
}
