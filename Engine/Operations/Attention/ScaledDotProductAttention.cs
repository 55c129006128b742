using System.Numerics;

namespace Engine;

public static partial class Op
{
    /// <summary>
    /// Scaled dot-product attention as the paper writes it (section 3.2.1), softmax(Q Kᵀ / √dK + mask) V, composed of
    /// primitive operations. It equals <see cref="Attention"/> of one head, and takes any mask.
    /// </summary>
    /// <param name="q">[..., queries, dK].</param>
    /// <param name="k">[..., keys, dK].</param>
    /// <param name="v">[..., keys, dV].</param>
    /// <param name="mask">True hides; broadcasts to [..., queries, keys]. A query that sees no key gives zeros.</param>
    /// <returns>Output [..., queries, dV] and weights [..., queries, keys].</returns>
    [KeepsCallerFrame]
    public static (Tensor<T> Output, Tensor<T> Weights) ScaledDotProductAttention<T>(
        Tensor<T> q, Tensor<T> k, Tensor<T> v, Mask? mask = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var scores = Scale(MatMul(q, Transpose(k)), 1 / Math.Sqrt(q.Shape[^1])); // [..., queries, keys]
        var weights = MaskedSoftmax(scores, mask);
        return (MatMul(weights, v), weights);
    }
}
