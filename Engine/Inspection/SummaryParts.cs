using Engine.Layers;

namespace Engine.Inspection;

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
