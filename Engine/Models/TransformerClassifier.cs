using System.Numerics;
using Engine.Kernels;
using Engine.Layers;
using Engine.Operations;

namespace Engine.Models;

/// <summary>A <see cref="Classifier{T}"/> that reads with the Transformer's encoder.</summary>
public sealed class TransformerClassifier<T> : Classifier<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly Operation Entry = new(
        "model TransformerClassifier", "logits = W pool(Encoder(embed(tokens))) + b",
        ClassifierSamples.Transformer);

    private readonly TransformerConfiguration configuration;
    private readonly SinusoidalPositions<T> positions;
    private readonly Stack<T, EncoderLayer<T>> encoder;

    /// <summary>A model with random weights.</summary>
    /// <inheritdoc/>
    public TransformerClassifier(TransformerConfiguration configuration, Pooling pooling, RandomStream random)
        : base(configuration, pooling, random)
    {
        this.configuration = configuration;
        var c = configuration;
        positions = new SinusoidalPositions<T>(c.DModel);
        encoder = Add("encoder", new Stack<T, EncoderLayer<T>>(
            c.EncoderLayers, () => new EncoderLayer<T>(c, random), c.FinalNorms ? c.CreateNorm<T>() : null,
            causal: false));
    }

    private protected override Tensor<T> Read(Tape<T> tape, Tensor<T> x, SequenceLayout layout)
    {
        x = Op.Dropout(Op.Add(x, positions.Forward(tape, layout)), configuration.Dropout);
        return encoder.Forward(x, layout, (layer, x) => layer.Forward(x, layout));
    }
}
