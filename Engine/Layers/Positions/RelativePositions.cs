using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// Self-attention with relative positions (Shaw et al. 2018): the tables of <see cref="Op.RelativeAttention"/> as
/// parameters <c>key</c> and <c>value</c> [2 clip + 1, dK] (Xavier uniform). All heads of a layer share the tables.
/// </summary>
public sealed class RelativePositions<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "layer RelativePositions", "y = RelativeAttention(q, k, v, key, value)", LayerSamples.RelativePositions);

    internal const int DefaultClip = 16;

    private readonly Parameter<T> key, value;

    /// <summary>Tables for heads of <paramref name="dK"/> features.</summary>
    /// <param name="dK">The number of features of a head.</param>
    /// <param name="random">Draws the weights.</param>
    /// <param name="clip">
    /// The largest distance with a row of its own; larger distances use its row. 16 in the paper's base model.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The clip distance is negative.</exception>
    public RelativePositions(int dK, RandomStream random, int clip = DefaultClip)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(clip);
        key = Add("key", Initializers.XavierUniform<T>([(2 * clip) + 1, dK], random));
        value = Add("value", Initializers.XavierUniform<T>([(2 * clip) + 1, dK], random));
    }

    /// <summary>aK of a key that lies <paramref name="distance"/> rows after the query, [dK].</summary>
    internal T[] KeyOf(int distance)
    {
        var clip = (key.Shape[0] - 1) / 2;
        var dK = key.Shape[1];
        return key.Value.Data.Slice((Math.Clamp(distance, -clip, clip) + clip) * dK, dK).ToArray();
    }

    /// <summary>Attention with these tables.</summary>
    /// <returns>[query rows, dModel].</returns>
    /// <exception cref="ShapeException">The shapes, layouts and heads do not fit.</exception>
    /// <inheritdoc cref="Op.RelativeAttention"/>
    public Tensor<T> Attend(
        ColumnBlock<T> queries, ColumnBlock<T> keys, ColumnBlock<T> values, int heads, SequenceLayout queryLayout,
        SequenceLayout keyLayout, bool causal = false, double dropout = 0, int first = 0)
    {
        var tape = Tape<T>.Of(Op.RelativeAttentionEntry, queries.Rows, keys.Rows, values.Rows);
        return Op.RelativeAttention(
            queries, keys, values, tape.Use(key), tape.Use(value), heads, queryLayout, keyLayout, causal, dropout,
            first);
    }
}
