using Engine.Layers;
using Engine.Models;
using Engine.Storage;

namespace Engine.Training;

/// <summary>Tensors of a network that have the same shape.</summary>
/// <param name="Name">The name of one of them.</param>
/// <param name="Copies">How many there are.</param>
/// <param name="Shape">Their shape; a size may be one that no tensor can have.</param>
internal readonly record struct TensorSize(string Name, long Copies, params long[] Shape)
{
    /// <summary>The number of elements of one tensor.</summary>
    public double Elements => Shape.Aggregate(1.0, (count, size) => count * size);
}

/// <summary>
/// The tensors that a configuration's network would have, counted without building the network: a damaged configuration
/// may ask for far more than the weight file, or the machine, can hold.
/// </summary>
/// <remarks>
/// The shapes repeat what the layers say where they create their parameters. A test compares both for every
/// architecture and choice, so that they cannot part.
/// </remarks>
internal static class ModelTensors
{
    /// <summary>
    /// The most elements of a tensor: the longest array of .NET, less the alignment of a memory block.
    /// </summary>
    public const int MostElements = 2_147_483_527;

    // The rows of a table of relative positions.
    private const int RelativeRows = 2 * RelativePositions<float>.DefaultClip + 1;

    private const int SmallestVocabulary = 5;

    /// <summary>The tensors of a network; tensors of equal shape stand together.</summary>
    /// <param name="c">The architecture and the sizes.</param>
    /// <param name="source">The number of tokens of the source vocabulary.</param>
    /// <param name="target">The number of tokens of the target vocabulary, or of labels.</param>
    public static IReadOnlyList<TensorSize> Of(TrainingConfiguration c, long source, long target) =>
        [.. c.Task == "classify" ? Classifier(c, source, target) : Translator(c, source, target)];

    /// <summary>The most features that a row of a batch has on its way through the network, at least about.</summary>
    public static long WidestRow(TrainingConfiguration c) => c.Architecture switch
    {
        "transformer" => Math.Max(3L * c.DModel, c.DFf), // queries, keys and values; within feed-forward networks
        "conv" => Math.Max(3L, c.Kernel) * c.DModel, // a window's rows
        _ => 4L * c.DModel, // the gates of an LSTM
    };

    /// <summary>Refuses a configuration whose network no machine, or not this machine, can hold.</summary>
    /// <param name="c">The architecture and the sizes.</param>
    /// <param name="source">The number of tokens of the source vocabulary.</param>
    /// <param name="target">The number of tokens of the target vocabulary, or of labels.</param>
    /// <exception cref="InputException">The network is too large; the message says how large, and the limit.
    /// </exception>
    public static void RequirePossible(
        TrainingConfiguration c, long source = SmallestVocabulary, long target = SmallestVocabulary) =>
        RequirePossible(Of(c, source, target), "the weights alone", sizeof(float), Remedy(c));

    /// <summary>Refuses tensors that no machine, or not this machine, can hold.</summary>
    /// <param name="tensors">The tensors.</param>
    /// <param name="what">What takes the memory.</param>
    /// <param name="bytesOfNumber">The bytes of memory that it takes for each element of the tensors.</param>
    /// <param name="remedy">The end of the message.</param>
    /// <exception cref="InputException">The tensors are too large; the message says how large, and the limit.
    /// </exception>
    internal static void RequirePossible(
        IReadOnlyList<TensorSize> tensors, string what, int bytesOfNumber, string remedy)
    {
        foreach (var tensor in tensors.Where(tensor => tensor.Elements > MostElements))
        {
            throw new InputException(FormattableString.Invariant(
                $"the sizes are too large: {tensor.Name} would have the shape [{string.Join(", ", tensor.Shape)}], ")
                + FormattableString.Invariant($"and a tensor has at most {MostElements:N0} elements; ") + remedy);
        }
        var elements = tensors.Sum(tensor => tensor.Copies * tensor.Elements);
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (elements * bytesOfNumber > available)
            throw new InputException(
                $"the sizes are too large: {what} would take {Gigabytes(elements * bytesOfNumber)}, and this machine "
                + $"has {Gigabytes(available)} of memory; {remedy}");
        if (elements <= MostElements) return;
        throw new InputException(FormattableString.Invariant(
            $"the sizes are too large: the network would have {elements:N0} weights, whose gradients are one array, ")
            + FormattableString.Invariant($"and an array has at most {MostElements:N0} elements; ") + remedy);
    }

    /// <summary>Refuses a file of weights that cannot be a configuration's, before a network is built.</summary>
    /// <param name="c">The configuration of the folder.</param>
    /// <param name="source">The number of tokens of the source vocabulary.</param>
    /// <param name="target">The number of tokens of the target vocabulary, or of labels.</param>
    /// <param name="weights">The path of the weights.</param>
    /// <exception cref="InputException">The file has another number of tensors or elements.</exception>
    public static void RequireIn(TrainingConfiguration c, long source, long target, string weights)
    {
        using var file = SafeTensorsFile.Open(weights);
        var tensors = Of(c, source, target);
        var (count, elements) = (tensors.Sum(t => t.Copies), tensors.Sum(t => t.Copies * t.Elements));
        var (found, stored) = (file.Entries.Count, file.Entries.Values.Sum(entry => (double)entry.Elements));
        if (count == found && elements == stored) return;
        throw new InputException(FormattableString.Invariant(
            $"{FileProblem.OneLine(weights)}: holds {found:N0} tensors of {stored:N0} numbers, but the ")
            + FormattableString.Invariant($"{ModelFolder.Configuration} and the vocabularies beside it describe ")
            + FormattableString.Invariant($"{count:N0} tensors of {elements:N0} numbers; restore the files that ")
            + "belong together, or train again.");
    }

    private static string Gigabytes(double bytes) => FormattableString.Invariant($"{bytes / (1 << 30):N1} GiB");

    private static string Remedy(TrainingConfiguration c)
    {
        string[] sizes = c.Architecture switch
        {
            "transformer" when c.Positions == PositionEncoding.Learned => [nameof(c.DFf), nameof(c.MaxLength)],
            "transformer" => [nameof(c.DFf)],
            "conv" => [nameof(c.Kernel)],
            _ => [nameof(c.VocabSize)],
        };
        var names = ((string[])[nameof(c.DModel), nameof(c.Layers), .. sizes]).Select(OptionTable.InMessages).ToArray();
        return $"choose a smaller {string.Join(", ", names[..^1])} or {names[^1]}.";
    }

    private static IEnumerable<TensorSize> Translator(TrainingConfiguration c, long source, long target)
    {
        var (d, layers) = ((long)c.DModel, (long)c.Layers);
        yield return new("source_embedding.weight", 1, source, d);
        if (c.Sharing != EmbeddingSharing.All) yield return new("target_embedding.weight", 1, target, d);
        if (c.Sharing == EmbeddingSharing.None) yield return new("output.weight", 1, target, d);
        IEnumerable<TensorSize> own = c.Architecture switch
        {
            "transformer" =>
            [
                .. Positions(c, 2), .. EncoderLayers(c), .. Norms(c, "decoder.norm", 3 * layers + 1),
                .. SelfAttention(c, "decoder.layers.0.self_attn", layers),
                .. Attention(c, "decoder.layers.0.multihead_attn", layers),
                .. FeedForward(c, "decoder.layers.0", layers),
            ],
            "conv" =>
            [
                .. Convolutions(c, "encoder.0.conv"), .. Convolutions(c, "decoder.0.conv"),
                .. Attention(c, "decoder.0.attention", layers),
            ],
            _ =>
            [
                .. Recurrence(c, "encoder", isEncoder: true), .. Recurrence(c, "decoder", isEncoder: false),
                .. Linear("bridge", 1, layers * States(c) * d, d), .. Attention(c, "attention", 1),
                .. Linear("combine", 1, d, 2 * d),
            ],
        };
        foreach (var tensor in own) yield return tensor;
    }

    private static IEnumerable<TensorSize> Classifier(TrainingConfiguration c, long source, long labels)
    {
        var d = (long)c.DModel;
        yield return new("embedding.weight", 1, source, d);
        IEnumerable<TensorSize> own =
        [
            .. c.Pooling == Pooling.Attention
                ? (TensorSize[])[.. Linear("pooling", 1, d, d), new("pooling.v", 1, 1, d)] : [],
            .. Linear("head", 1, labels, d),
            .. c.Architecture switch
            {
                "transformer" => [.. Positions(c, 1), .. EncoderLayers(c)],
                "conv" => Convolutions(c, "encoder.0.conv"),
                _ => Recurrence(c, "encoder", isEncoder: true),
            },
        ];
        foreach (var tensor in own) yield return tensor;
    }

    private static TensorSize[] Linear(string name, long copies, long outputs, long inputs, bool bias = true) =>
        bias
            ? [new(name + ".weight", copies, outputs, inputs), new(name + ".bias", copies, outputs)]
            : [new(name + ".weight", copies, outputs, inputs)];

    private static TensorSize[] Positions(TrainingConfiguration c, int tables) =>
        c.Positions == PositionEncoding.Learned
            ? [new("position_embedding.weight", tables, c.MaxLength, c.DModel)] : [];

    private static TensorSize[] EncoderLayers(TrainingConfiguration c) =>
    [
        .. SelfAttention(c, "encoder.layers.0.self_attn", c.Layers), .. FeedForward(c, "encoder.layers.0", c.Layers),
        .. Norms(c, "encoder.norm", 2L * c.Layers + 1),
    ];

    private static TensorSize[] Attention(TrainingConfiguration c, string name, long copies) =>
    [
        new(name + ".in_proj_weight", copies, 3L * c.DModel, c.DModel),
        new(name + ".in_proj_bias", copies, 3L * c.DModel),
        .. Linear(name + ".out_proj", copies, c.DModel, c.DModel),
    ];

    private static TensorSize[] SelfAttention(TrainingConfiguration c, string name, long copies) =>
        c.Positions == PositionEncoding.Relative
            ? [.. Attention(c, name, copies), new(name + ".relative", 2 * copies, RelativeRows, c.DModel / c.Heads)]
            : Attention(c, name, copies);

    private static TensorSize[] FeedForward(TrainingConfiguration c, string name, long copies) =>
        c.Activation is Activation.Glu or Activation.Geglu or Activation.Swiglu
            ?
            [
                .. Linear(name + ".w1", 2 * copies, c.DFf, c.DModel, bias: false),
                .. Linear(name + ".w2", copies, c.DModel, c.DFf, bias: false),
            ]
            : [
                .. Linear(name + ".linear1", copies, c.DFf, c.DModel),
                .. Linear(name + ".linear2", copies, c.DModel, c.DFf),
            ];

    private static TensorSize[] Norms(TrainingConfiguration c, string name, long copies) => c.Normalization switch
    {
        Normalization.Rms => [new(name, copies, c.DModel)],
        Normalization.Batch => [new(name, 4 * copies, c.DModel), new(name + ".num_batches_tracked", copies)],
        _ => [new(name, 2 * copies, c.DModel)],
    };

    private static TensorSize[] Convolutions(TrainingConfiguration c, string name) =>
    [
        new(name + ".weight", c.Layers, 2L * c.DModel, c.DModel, c.Kernel),
        new(name + ".bias", c.Layers, 2L * c.DModel),
    ];

    private static TensorSize[] Recurrence(TrainingConfiguration c, string name, bool isEncoder)
    {
        var gates = c.Architecture switch { "rnn" => 1, "gru" => 3, _ => 4 };
        var (directions, hidden) = isEncoder ? (2, c.DModel / 2) : (1, c.DModel);
        var passes = (long)c.Layers * directions;
        return
        [
            new(name + ".weight_ih_l0", passes, (long)gates * hidden, c.DModel),
            new(name + ".weight_hh_l0", passes, (long)gates * hidden, hidden),
            new(name + ".bias_ih_l0", 2 * passes, (long)gates * hidden),
        ];
    }

    // An LSTM's state is h and c.
    private static int States(TrainingConfiguration c) => c.Architecture == "lstm" ? 2 : 1;
}
