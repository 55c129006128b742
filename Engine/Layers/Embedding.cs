using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// A table with a row for each token of a vocabulary. Parameter <c>weight</c> [count, dModel], drawn from a normal
/// distribution with standard deviation 1 / √dModel, which gives a row a length of about 1. The model multiplies the
/// rows by √dModel.
/// </summary>
/// <example>
/// <code><![CDATA[
/// using Engine;
/// using Engine.Layers;
///
/// var table = new Embedding<float>(count: 10, dModel: 4, new RandomStream(1));
/// using var tape = new Tape<float>(Mode.Inference);
/// Console.WriteLine(table.Forward(tape, [7, 7, 2]).Shape);    // prints: [3, 4]
/// ]]></code>
/// </example>
public sealed class Embedding<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "layer Embedding", "y_i = weight[token_i]; the padding token's row is 0 and stays so", LayerSamples.Embedding);

    private readonly int paddingIndex;

    /// <summary>A table of <paramref name="count"/> rows.</summary>
    /// <param name="count">The size of the vocabulary.</param>
    /// <param name="dModel">The number of features of a row.</param>
    /// <param name="random">Draws the weights.</param>
    /// <param name="paddingIndex">The id of the token whose row is 0 and gets no gradient; -1 for none.</param>
    /// <exception cref="ShapeException">The padding token is outside the table.</exception>
    public Embedding(int count, int dModel, RandomStream random, int paddingIndex = -1)
    {
        if (paddingIndex < -1 || paddingIndex >= count)
            throw new ShapeException($"Embedding: the padding token {paddingIndex} is outside the table " +
                $"[{count}, {dModel}]; it must be in 0 to {count - 1}, or -1 for none.");
        this.paddingIndex = paddingIndex;
        Weight = Add("weight", Initializers.Normal<T>([count, dModel], 1 / Math.Sqrt(dModel), random));
        if (paddingIndex >= 0) Weight.Update().Slice(paddingIndex * dModel, dModel).Clear();
    }

    /// <summary>The table, [count, dModel]; an output projection may share it.</summary>
    public Parameter<T> Weight { get; }

    /// <summary>Returns the row of each token.</summary>
    /// <param name="tape">The tape of the step.</param>
    /// <param name="tokens">Token ids.</param>
    /// <returns>[tokens, dModel].</returns>
    public Tensor<T> Forward(Tape<T> tape, int[] tokens) => Op.Embedding(tape.Use(Weight), tokens, paddingIndex);
}
