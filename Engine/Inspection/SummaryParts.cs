using System.Globalization;
using System.Text.Json.Serialization;
using Engine.Layers;

namespace Engine.Inspection;

/// <summary>A layer that has tensors of its own.</summary>
/// <param name="Path">Its path, such as <c>encoder.layers.0.linear1</c>.</param>
/// <param name="Kind">The name of its class, such as <c>Linear</c>.</param>
/// <param name="Tensors">Its tensors, without those of layers within it.</param>
public sealed record SummaryLayer(string Path, string Kind, IReadOnlyList<SummaryTensor> Tensors)
{
    /// <summary>The shape of its first tensor: of the weights.</summary>
    public IReadOnlyList<int> Shape => Tensors[0].Shape;

    /// <summary>The numbers that training changes.</summary>
    public long Parameters => Tensors.Where(tensor => !tensor.IsBuffer).Sum(tensor => tensor.Count);
}

/// <summary>A tensor of a layer.</summary>
/// <param name="Name">Its name in the layer, such as <c>weight</c>.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="IsBuffer">Whether no gradient changes it, such as a running mean.</param>
public sealed record SummaryTensor(string Name, IReadOnlyList<int> Shape, bool IsBuffer)
{
    /// <summary>The numbers of the tensor.</summary>
    [JsonIgnore]
    public long Count => Shape.Aggregate(1L, (count, size) => count * size);

    /// <summary>Name and shape: <c>weight [64, 256]</c>.</summary>
    public override string ToString() =>
        $"{Name} [{string.Join(", ", Shape.Select(size => size.ToString(CultureInfo.InvariantCulture)))}]";
}

/// <summary>Bytes of memory.</summary>
/// <param name="Weights">The parameters, 4 bytes a number.</param>
/// <param name="Buffers">The buffers.</param>
/// <param name="Gradients">In training: a gradient for each parameter.</param>
/// <param name="Optimizer">In training: what the configuration's optimizer keeps, such as Adam's two moments.</param>
public readonly record struct ModelMemory(long Weights, long Buffers, long Gradients, long Optimizer)
{
    /// <summary>
    /// What training holds beside the weights. The tensors of a step come on top; they grow with the batch.
    /// </summary>
    public long Training => Gradients + Optimizer;
}

/// <summary>A vocabulary.</summary>
/// <param name="Tokens">The number of its tokens, special ones included.</param>
/// <param name="Tokenizer">The tokenizer: <c>word</c>, <c>char</c> or <c>bpe</c>.</param>
public readonly record struct SummaryVocabulary(int Tokens, string Tokenizer);

/// <summary>An attention layer.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Kind">What attends to what.</param>
/// <param name="Layer">The number of the layer around it, from 0.</param>
/// <param name="Heads">The number of heads.</param>
public readonly record struct SummaryAttention(string Path, AttentionKind Kind, int Layer, int Heads);
