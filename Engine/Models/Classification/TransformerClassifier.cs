using System.Numerics;
using Engine.Layers;

namespace Engine.Models;

/// <summary>A <see cref="Classifier{T}"/> that reads with the Transformer's encoder.</summary>
public sealed class TransformerClassifier<T> : Classifier<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "model TransformerClassifier", "logits = W pool(Encoder(embed(tokens))) + b",
        ClassifierSamples.Transformer);

    private readonly TransformerConfiguration configuration;
    private readonly IPositions<T>? positions;
    private readonly Stack<T, EncoderLayer<T>> encoder;

    /// <summary>A network with random weights.</summary>
    /// <inheritdoc/>
    public TransformerClassifier(TransformerConfiguration configuration, Pooling pooling, RandomStream random)
        : base(configuration, pooling, random)
    {
        this.configuration = configuration;
        var c = configuration;
        positions = c.CreatePositions<T>(random);
        if (positions is Module<T> table) Add("position_embedding", table);
        encoder = Add("encoder", new Stack<T, EncoderLayer<T>>(
            c.EncoderLayers, () => new EncoderLayer<T>(c, random), c.FinalNorms ? c.CreateNorm<T>() : null,
            causal: false));
    }

    private protected override Tensor<T> Read(Tape<T> tape, Tensor<T> x, SequenceLayout layout)
    {
        if (positions is not null) x = ObservedNetwork.AddPositions(tape, x, positions, layout);
        x = Op.Dropout(x, configuration.EmbeddingDropout ?? configuration.Dropout);
        foreach (var layer in encoder.Layers) x = layer.Forward(x, layout);
        return encoder.Normalize(x, layout);
    }
}
