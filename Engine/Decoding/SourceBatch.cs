using Engine.Models;

namespace Engine.Decoding;

/// <summary>Source sentences that are decoded side by side.</summary>
internal static class SourceBatch
{
    /// <summary>Encodes the sentences; one hypothesis of each, without any token, can go on from there.</summary>
    /// <param name="model">The model.</param>
    /// <param name="source">Token numbers of each sentence, with the end token.</param>
    /// <param name="hypotheses">How many hypotheses a sentence will have.</param>
    public static DecodingState<float> Begin(
        TranslationNetwork<float> model, IReadOnlyList<int[]> source, int hypotheses)
    {
        var lengths = new int[source.Count];
        for (var i = 0; i < lengths.Length; i++) lengths[i] = source[i].Length;
        var layout = SequenceLayout.Packed(lengths);
        var tokens = new int[layout.Rows];
        for (var i = 0; i < lengths.Length; i++) source[i].CopyTo(tokens, layout.Start(i));
        using var tape = new Tape<float>(Mode.Inference);
        return model.BeginDecoding(model.Encode(tape, tokens, layout), layout, hypotheses);
    }
}
