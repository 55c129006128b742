using System.Numerics;

namespace Engine;

public static partial class Op
{
    /// <summary>
    /// Attention with relative positions as Shaw et al. 2018 write it (equations 3 and 4), composed of primitive
    /// operations: e_ij = q_i (k_j + aK_ij)ᵀ / √dK, y_i = Σ_j softmax(e_i)_j (v_j + aV_ij). It equals
    /// <see cref="RelativeAttention"/>, takes any mask, and copies a row of the tables for each pair of positions.
    /// </summary>
    /// <param name="q">[..., queries, dK]; query i and key i have position i.</param>
    /// <param name="k">[..., keys, dK].</param>
    /// <param name="v">[..., keys, dK].</param>
    /// <param name="keyTable">aK, [2 clip + 1, dK]: the row of distance j - i = -clip first.</param>
    /// <param name="valueTable">aV, the same for values.</param>
    /// <param name="mask">True hides; broadcasts to [..., queries, keys]. A query that sees no key gives zeros.</param>
    /// <returns>Output [..., queries, dK] and weights [..., queries, keys].</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    [KeepsCallerFrame]
    public static (Tensor<T> Output, Tensor<T> Weights) RelativeDotProductAttention<T>(
        Tensor<T> q, Tensor<T> k, Tensor<T> v, Tensor<T> keyTable, Tensor<T> valueTable, Mask? mask = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckRelativeTables(keyTable.Shape, valueTable.Shape);
        var (queries, keys, dK) = (q.Shape[^2], k.Shape[^2], q.Shape[^1]);
        var clip = (keyTable.Shape[0] - 1) / 2;
        var distances = new int[queries * keys];
        for (var i = 0; i < distances.Length; i++)
            distances[i] = Math.Clamp((i % keys) - (i / keys), -clip, clip) + clip;
        var aK = Reshape(Embedding(keyTable, distances), [queries, keys, dK]);
        var aV = Reshape(Embedding(valueTable, distances), [queries, keys, dK]);
        Shape oneByOne = [.. q.Shape.AsSpan()[..^1], 1, dK], perQuery = [.. q.Shape.AsSpan()[..^1], 1, keys];

        var relative = MatMul(Reshape(q, oneByOne), Transpose(aK)); // [..., queries, 1, keys]
        var content = MatMul(q, Transpose(k)); // [..., queries, keys]
        var scores = Scale(Add(content, Reshape(relative, content.Shape)), 1 / Math.Sqrt(dK));
        var weights = MaskedSoftmax(scores, mask);
        var ofDistances = MatMul(Reshape(weights, perQuery), aV); // [..., queries, 1, dK]
        return (Add(MatMul(weights, v), Reshape(ofDistances, q.Shape)), weights);
    }
}
