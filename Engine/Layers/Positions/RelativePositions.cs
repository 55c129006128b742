using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// Self-attention that knows distances (Shaw et al. 2018): the tables of <see cref="Op.RelativeAttention"/>, parameters
/// <c>key</c> and <c>value</c> [2 clip + 1, dK] (Xavier uniform), which all heads of a layer share.
/// </summary>
public sealed class RelativePositions<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "layer RelativePositions", "y = RelativeAttention(q, k, v, key, value)", LayerSamples.RelativePositions);

    private readonly Parameter<T> key, value;

    /// <summary>Tables for heads of <paramref name="dK"/> features.</summary>
    /// <param name="dK">The features of a head.</param>
    /// <param name="random">Where the numbers come from.</param>
    /// <param name="clip">The distance from which on all are alike; 16 in the paper's base model.</param>
    /// <exception cref="ArgumentOutOfRangeException">The distance is negative.</exception>
    public RelativePositions(int dK, RandomStream random, int clip = 16)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(clip);
        key = Add("key", Initializers.XavierUniform<T>([(2 * clip) + 1, dK], random));
        value = Add("value", Initializers.XavierUniform<T>([(2 * clip) + 1, dK], random));
    }

    /// <summary>Attention with these tables.</summary>
    /// <returns>[query rows, dModel].</returns>
    /// <exception cref="ShapeException">The shapes, layouts and heads do not fit.</exception>
    /// <inheritdoc cref="Op.RelativeAttention"/>
    public Tensor<T> Attend(
        ColumnBlock<T> queries, ColumnBlock<T> keys, ColumnBlock<T> values, int heads, SequenceLayout queryLayout,
        SequenceLayout keyLayout, bool causal = false, double dropout = 0, int first = 0,
        AttentionObserver? observer = null)
    {
        var tape = queries.Rows.Tape;
        return Op.RelativeAttention(
            queries, keys, values, tape.Use(key), tape.Use(value), heads, queryLayout, keyLayout, causal, dropout,
            first, observer);
    }
}
