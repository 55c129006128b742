using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// A learned vector for each position (Gehring et al. 2017, section 3.1; BERT): parameter <c>weight</c>
/// [positions, dModel], drawn from a normal distribution with standard deviation 1 / √dModel. A sequence cannot be
/// longer than the table.
/// </summary>
public sealed class LearnedPositions<T> : Module<T>, IPositions<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "layer LearnedPositions", "y_i = weight[position of row i in its sequence]", LayerSamples.LearnedPositions);

    private readonly Parameter<T> weight;

    /// <summary>A table for sequences of at most <paramref name="positions"/> rows.</summary>
    /// <param name="positions">The number of rows of the table.</param>
    /// <param name="dModel">The number of features of a row.</param>
    /// <param name="random">Draws the weights.</param>
    public LearnedPositions(int positions, int dModel, RandomStream random) =>
        weight = Add("weight", Initializers.Normal<T>([positions, dModel], 1 / Math.Sqrt(dModel), random));

    /// <summary>Returns the position vector of each row of a layout.</summary>
    /// <param name="tape">The tape of the step.</param>
    /// <param name="layout">Which rows form which sequence.</param>
    /// <param name="first">The position of each sequence's first row; above 0 in a decoding step.</param>
    /// <returns>[rows, dModel].</returns>
    /// <exception cref="ShapeException">A sequence is longer than the table.</exception>
    public Tensor<T> Forward(Tape<T> tape, SequenceLayout layout, int first = 0)
    {
        var indices = new int[layout.Rows];
        for (var s = 0; s < layout.Sequences; s++)
        {
            if (first + layout.Length(s) > weight.Shape[0])
                throw new ShapeException($"LearnedPositions: a sequence has {first + layout.Length(s)} positions, " +
                    $"but the table is {weight.Shape}; make the table longer, shorten the sequence, or use positions " +
                    "without an end (sinusoidal, relative or rotary).");
            // Padding is never read, so its position may be any row of the table.
            for (var i = 0; i < layout.Extent(s); i++)
                indices[layout.Start(s) + i] = Math.Min(first + i, weight.Shape[0] - 1);
        }
        return Op.Embedding(tape.Use(weight), indices);
    }
}
