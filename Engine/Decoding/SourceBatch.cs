using Engine.Models;

namespace Engine.Decoding;

/// <summary>Encodes the source sentences that are decoded together.</summary>
internal static class SourceBatch
{
    /// <summary>Encodes sentences, and returns the decoding state before the first target token.</summary>
    /// <param name="network">The trained network.</param>
    /// <param name="source">The token ids of each source sentence, the end token included.</param>
    /// <param name="hypotheses">The most hypotheses that a sentence will have at a time.</param>
    /// <returns>The state, with one empty hypothesis of each sentence.</returns>
    public static DecodingState<float> Begin(
        TranslationNetwork<float> network, IReadOnlyList<int[]> source, int hypotheses)
    {
        var lengths = new int[source.Count];
        for (var i = 0; i < lengths.Length; i++) lengths[i] = source[i].Length;
        var layout = SequenceLayout.Packed(lengths);
        var tokens = new int[layout.Rows];
        for (var i = 0; i < lengths.Length; i++) source[i].CopyTo(tokens, layout.Start(i));
        using var tape = new Tape<float>(Mode.Inference);
        return network.BeginDecoding(network.Encode(tape, tokens, layout), layout, hypotheses);
    }
}
