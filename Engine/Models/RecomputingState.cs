using System.Numerics;

namespace Engine.Models;

/// <summary>
/// The state of a decoder without caches: the tokens so far, which each step decodes again from the first. Slow; the
/// reference for the other states, and the way to decode with parts left out.
/// </summary>
internal sealed class RecomputingState<T> : DecodingState<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor<T> memory;
    private readonly SequenceLayout memoryLayout;
    private List<int>[] read;
    private int[] sentences;

    /// <summary>The state before the first token.</summary>
    /// <param name="memory">The encoder's output, [source rows, dModel].</param>
    /// <param name="memoryLayout">Which source rows form which sentence.</param>
    public RecomputingState(Tensor<T> memory, SequenceLayout memoryLayout) : base(memory, memoryLayout, [])
    {
        this.memory = Tensor<T>.From(memory.Shape, memory.ToArray());
        this.memoryLayout = memoryLayout;
        sentences = [.. Enumerable.Range(0, memoryLayout.Sequences)];
        read = [.. sentences.Select(_ => new List<int>())];
    }

    /// <inheritdoc/>
    public override int Length => read.Length == 0 ? 0 : read[0].Count;

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

    /// <summary>The decoder's output for one more token of each sentence, [sentences, dModel].</summary>
    public Tensor<T> Step(TranslationNetwork<T> network, Tape<T> tape, int[] tokens)
    {
        for (var i = 0; i < tokens.Length; i++) read[i].Add(tokens[i]);
        // Each hypothesis has a copy of the rows of its source.
        var dModel = memory.Shape[1];
        var lengths = Array.ConvertAll(sentences, memoryLayout.Length);
        var sourceLayout = SequenceLayout.Packed(lengths);
        var source = tape.Allocate([sourceLayout.Rows, dModel]); // [source rows of all hypotheses, dModel]
        for (var i = 0; i < sentences.Length; i++)
            memory.Data.Slice(memoryLayout.Start(sentences[i]) * dModel, lengths[i] * dModel)
                .CopyTo(source.Span[(sourceLayout.Start(i) * dModel)..]);

        var layout = SequenceLayout.Full(tokens.Length, Length);
        int[] target = [.. read.SelectMany(ids => ids)];
        var rows = network.Decode(tape, target, layout, source, sourceLayout); // [sentences * length, dModel]
        var last = tape.Allocate([tokens.Length, dModel]);
        for (var i = 0; i < tokens.Length; i++)
            rows.Data.Slice(((i * Length) + Length - 1) * dModel, dModel).CopyTo(last.Span[(i * dModel)..]);
        return last;
    }
}
