using System.Numerics;
using Engine.Layers;

namespace Engine.Models;

/// <summary>A <see cref="Classifier{T}"/> that reads with a recurrent network in both directions.</summary>
public sealed class RecurrentClassifier<T> : Classifier<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "model RecurrentClassifier", "logits = W pool(Recurrent(embed(tokens))) + b", ClassifierSamples.Recurrent);

    private readonly double dropout;
    private readonly Recurrent<T> encoder;

    /// <summary>A network with random weights.</summary>
    /// <inheritdoc/>
    /// <exception cref="ShapeException">dModel is odd.</exception>
    public RecurrentClassifier(RecurrentConfiguration configuration, Pooling pooling, RandomStream random)
        : base(configuration, pooling, random)
    {
        dropout = configuration.EmbeddingDropout ?? configuration.Dropout;
        encoder = Add("encoder", RecurrentTranslator<T>.Encoder(configuration, random));
    }

    private protected override Tensor<T> Read(Tape<T> tape, Tensor<T> x, SequenceLayout layout) =>
        encoder.Forward(Op.Dropout(x, dropout), layout);

    private protected override Tensor<T> Last(Tensor<T> y, SequenceLayout layout) => encoder.Last(y, layout);
}
