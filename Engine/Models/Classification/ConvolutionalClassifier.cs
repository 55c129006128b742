using System.Numerics;
using Engine.Layers;

namespace Engine.Models;

/// <summary>A <see cref="Classifier{T}"/> that reads with gated convolutions.</summary>
public sealed class ConvolutionalClassifier<T> : Classifier<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "model ConvolutionalClassifier", "logits = W pool(Convolutions(embed(tokens))) + b",
        ClassifierSamples.Convolutional);

    private readonly double dropout;
    private readonly SinusoidalPositions<T> positions;
    private readonly ConvolutionalEncoder<T> encoder;

    /// <summary>A network with random weights.</summary>
    /// <inheritdoc/>
    /// <exception cref="ShapeException">The kernel is even or 1.</exception>
    public ConvolutionalClassifier(ConvolutionalConfiguration configuration, Pooling pooling, RandomStream random)
        : base(configuration, pooling, random)
    {
        dropout = configuration.EmbeddingDropout ?? configuration.Dropout;
        positions = new SinusoidalPositions<T>(configuration.DModel);
        encoder = Add("encoder", new ConvolutionalEncoder<T>(configuration, random));
    }

    private protected override Tensor<T> Read(Tape<T> tape, Tensor<T> x, SequenceLayout layout) =>
        encoder.Forward(Op.Dropout(ObservedNetwork.AddPositions(tape, x, positions, layout), dropout), layout);
}
