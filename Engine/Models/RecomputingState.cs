using System.Numerics;

namespace Engine.Models;

/// <summary>
/// The state of a decoder without caches: the tokens so far, which each step decodes again from the first. Slow; the
/// reference for the other states, and the way to decode with parts left out.
/// </summary>
internal sealed class RecomputingState<T> : AttendingState<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor<T> memory;
    private readonly SequenceLayout memoryLayout;
    private List<int>[] read;
    private int[] sentences;

    /// <summary>The state before the first token.</summary>
    /// <param name="network">The network that steps.</param>
    /// <param name="memory">The encoder's output, [source rows, dModel].</param>
    /// <param name="memoryLayout">Which source rows form which sentence.</param>
    public RecomputingState(TranslationNetwork<T> network, Tensor<T> memory, SequenceLayout memoryLayout)
        : base(network, memory, memoryLayout, [])
    {
        this.memory = memory.Copy();
        this.memoryLayout = memoryLayout;
        sentences = [.. Enumerable.Range(0, memoryLayout.Sequences)];
        read = [.. sentences.Select(_ => new List<int>())];
    }

    /// <inheritdoc/>
    public override void Select(ReadOnlySpan<int> kept)
    {
        base.Select(kept);
        var (oldRead, oldSentences) = (read, sentences);
        read = new List<int>[kept.Length];
        sentences = new int[kept.Length];
        for (var i = 0; i < kept.Length; i++)
            (read[i], sentences[i]) = ([.. oldRead[kept[i]]], oldSentences[kept[i]]);
    }

    private protected override Tensor<T> Rows(Tape<T> tape, int[] tokens)
    {
        var length = Length + 1; // with the tokens of this step
        for (var i = 0; i < tokens.Length; i++) read[i].Add(tokens[i]);
        // Each hypothesis has a copy of the rows of its source.
        var dModel = memory.Shape[1];
        var lengths = Array.ConvertAll(sentences, memoryLayout.Length);
        var sourceLayout = SequenceLayout.Packed(lengths);
        var source = tape.Allocate([sourceLayout.Rows, dModel]); // [source rows of all hypotheses, dModel]
        for (var i = 0; i < sentences.Length; i++)
            memory.Data.Slice(memoryLayout.Start(sentences[i]) * dModel, lengths[i] * dModel)
                .CopyTo(source.Span[(sourceLayout.Start(i) * dModel)..]);

        var layout = SequenceLayout.Full(tokens.Length, length);
        int[] target = [.. read.SelectMany(ids => ids)];
        var rows = Network.Decode(tape, target, layout, source, sourceLayout); // [sentences * length, dModel]
        var last = tape.Allocate([tokens.Length, dModel]);
        for (var i = 0; i < tokens.Length; i++)
            rows.Data.Slice(((i * length) + length - 1) * dModel, dModel).CopyTo(last.Span[(i * dModel)..]);
        return last;
    }
}
