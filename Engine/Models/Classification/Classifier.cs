using System.Numerics;
using Engine.Layers;

namespace Engine.Models;

/// <summary>
/// A network that labels sentences: an encoder reads the tokens, pooling makes one row of a sentence's rows, and a
/// linear map gives the logit of each label. Parameters are <c>embedding.weight</c>, and the parameters of
/// <c>encoder</c>, <c>pooling</c> (if it is by attention) and <c>head</c>.
/// </summary>
public abstract class Classifier<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NetworkConfiguration configuration;
    private readonly Pooling pooling;
    private readonly Embedding<T> embedding;
    private readonly AttentionPooling<T>? attention;
    private readonly Linear<T> head;

    /// <summary>Embedding, pooling and the last linear map, with random weights.</summary>
    /// <param name="configuration">
    /// The sizes. The target vocabulary is the number of labels; what concerns a decoder is not read.
    /// </param>
    /// <param name="pooling">How one row is made of a sentence's rows.</param>
    /// <param name="random">The stream of the weights.</param>
    private protected Classifier(NetworkConfiguration configuration, Pooling pooling, RandomStream random)
    {
        (this.configuration, this.pooling) = (configuration, pooling);
        var (c, dModel) = (configuration, configuration.DModel);
        embedding = Add("embedding", new Embedding<T>(c.SourceVocabulary, dModel, random, c.Padding));
        if (pooling == Pooling.Attention) attention = Add("pooling", new AttentionPooling<T>(dModel, random));
        head = Add("head", new Linear<T>(dModel, c.TargetVocabulary, random));
    }

    /// <summary>The logits of each sentence's labels.</summary>
    /// <param name="tape">Records the forward pass.</param>
    /// <param name="tokens">Ids, one for each row of the layout.</param>
    /// <param name="layout">Which rows form which sentence.</param>
    /// <returns>[sentences, labels].</returns>
    /// <exception cref="ShapeException">
    /// There is not one id for each row, or an id is outside the vocabulary.
    /// </exception>
    public Tensor<T> Logits(Tape<T> tape, int[] tokens, SequenceLayout layout)
    {
        if (tokens.Length != layout.Rows)
            throw new ShapeException($"{GetType().Name.Split('`')[0]}: {tokens.Length} tokens were given for " +
                $"the layout's {layout.Rows} rows.");
        var y = Read(tape, Embed(tape, tokens), layout); // [rows, dModel]
        tape.Observer?.Saw(ObservedNetwork.Result, y.Shape, y.ToArray());
        var pooled = pooling switch
        {
            Pooling.Last => Last(y, layout),
            Pooling.Mean => Op.MeanPool(y, layout),
            Pooling.Max => Op.MaxPool(y, layout),
            _ => attention!.Forward(y, layout),
        }; // [sentences, dModel]
        return head.Forward(Op.Dropout(pooled, configuration.Dropout)); // [sentences, labels]
    }

    /// <summary>The encoder.</summary>
    /// <param name="tape">Records the forward pass.</param>
    /// <param name="x">Embedded tokens, [rows, dModel].</param>
    /// <param name="layout">Which rows form which sentence.</param>
    /// <returns>[rows, dModel].</returns>
    private protected abstract Tensor<T> Read(Tape<T> tape, Tensor<T> x, SequenceLayout layout);

    private Tensor<T> Embed(Tape<T> tape, int[] tokens)
    {
        using var module = tape.Enter(embedding);
        var x = Op.Scale(embedding.Forward(tape, tokens), Math.Sqrt(configuration.DModel)); // [rows, dModel]
        module.Show(ObservedNetwork.Embedded, x);
        return x;
    }

    /// <summary>The encoder's last row of each sentence, [sentences, dModel].</summary>
    private protected virtual Tensor<T> Last(Tensor<T> y, SequenceLayout layout) => Op.SequenceRow(y, layout, ^1);
}
