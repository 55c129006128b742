using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// Attention pooling (Yang et al. 2016, "Hierarchical attention networks"): each row gets the score vᵀ tanh(W x + b),
/// and a sequence becomes the sum of its rows, weighted by the softmax of the scores. Parameters <c>weight</c> [n, n],
/// <c>bias</c> [n] and <c>v</c> [1, n].
/// </summary>
public sealed class AttentionPooling<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "layer AttentionPooling", "y_s = sum_i p_i x_i, p = softmax(v^T tanh(W x_i + b))", Cases);

    private readonly Parameter<T> weight, bias, v;

    /// <summary>A pooling of rows with <paramref name="features"/> features.</summary>
    /// <param name="features">n, the number of features of a row.</param>
    /// <param name="random">Draws the weights (Xavier uniform); the bias starts at 0.</param>
    public AttentionPooling(int features, RandomStream random)
    {
        weight = Add("weight", Initializers.XavierUniform<T>([features, features], random));
        bias = Add("bias", Tensor<T>.Zeros([features]));
        v = Add("v", Initializers.XavierUniform<T>([1, features], random));
    }

    /// <summary>Pools each sequence into one row.</summary>
    /// <param name="x">[rows, n].</param>
    /// <param name="layout">Which rows form which sequence.</param>
    /// <returns>[sequences, n]; zeros for a sequence without rows.</returns>
    public Tensor<T> Forward(Tensor<T> x, SequenceLayout layout)
    {
        using var module = Enter(x);
        var tape = x.Tape;
        var hidden = Op.Tanh(Op.Linear(x, tape.Use(weight), tape.Use(bias))); // [rows, n]
        var scores = Op.Linear(hidden, tape.Use(v)); // [rows, 1]
        module.Show(ObservedAttention.PoolingScores, scores);
        return Op.WeightedPool(scores, x, layout); // [sequences, n]
    }

    private static IEnumerable<GradientCase> Cases(RandomStream random)
    {
        var layer = new AttentionPooling<double>(3, random);
        LayerSamples.Randomize(layer);
        var layout = SequenceLayout.Padded(4, [2, 4]);
        yield return GradientCase.Of(Samples.Normal(random, [8, 3]), x => layer.Forward(x, layout)) with
        {
            Module = layer,
        };
    }
}
