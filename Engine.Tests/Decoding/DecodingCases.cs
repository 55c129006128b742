using Engine.Models;
using Engine.Text;

namespace Engine.Tests.Decoding;

/// <summary>Small models with random weights, and what they say without any cache.</summary>
internal static class DecodingCases
{
    public static Transformer<float> Model(Draw draw, int vocabulary)
    {
        var model = new Transformer<float>(
            new TransformerConfiguration
            {
                SourceVocabulary = vocabulary, TargetVocabulary = vocabulary, DModel = 8, DFf = 19, Heads = 2,
                EncoderLayers = 1, DecoderLayers = 2, NormFirst = draw.Flip(),
            },
            draw.Random);
        foreach (var parameter in model.Parameters)
            foreach (ref var value in parameter.Update()) value += 0.3f * (float)draw.Random.NextNormal();
        return model;
    }

    public static int[][] Sources(Draw draw, int vocabulary, int most = 5) =>
    [
        .. Enumerable.Range(0, draw.Integer(1, most)).Select(_ => (int[])
        [
            .. Enumerable.Range(0, draw.Integer(0, 6)).Select(_ => draw.Integer(1, vocabulary - 1)), Vocabulary.End,
        ]),
    ];

    /// <summary>The log-probabilities of each token after a beginning, from the whole sentence read anew.</summary>
    public static double[] LogProbabilities(Transformer<float> model, int[] source, IEnumerable<int> beginning)
    {
        int[] target = [Vocabulary.Begin, .. beginning];
        using var tape = new Tape<float>(Mode.Inference);
        var (sourceLayout, layout) =
            (SequenceLayout.Full(1, source.Length), SequenceLayout.Full(1, target.Length));
        var rows = model.Decode(tape, target, layout, model.Encode(tape, source, sourceLayout), sourceLayout);
        var logits = model.Logits(rows).ToArray()[^model.Configuration.TargetVocabulary..];
        var max = (double)logits.Max();
        var logSumExp = max + Math.Log(logits.Sum(logit => Math.Exp(logit - max)));
        return [.. logits.Select(logit => logit - logSumExp)];
    }
}
