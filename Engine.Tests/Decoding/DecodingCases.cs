using Engine.Decoding;
using Engine.Models;
using Engine.Text;

namespace Engine.Tests.Decoding;

/// <summary>Small networks with random weights, and their probabilities computed without a cache.</summary>
internal static class DecodingCases
{
    public static Transformer<float> Network(Draw draw, int vocabulary)
    {
        var network = new Transformer<float>(
            new TransformerConfiguration
            {
                SourceVocabulary = vocabulary, TargetVocabulary = vocabulary, DModel = 8, DFf = 19, Heads = 2,
                EncoderLayers = 1, DecoderLayers = 2, NormFirst = draw.Flip(),
            },
            draw.Random);
        foreach (var parameter in network.Parameters)
            foreach (ref var value in parameter.Update()) value += 0.3f * (float)draw.Random.NextNormal();
        return network;
    }

    public static int[][] Sources(Draw draw, int vocabulary, int most = 5) =>
    [
        .. Enumerable.Range(0, draw.Integer(1, most)).Select(_ => (int[])
        [
            .. Enumerable.Range(0, draw.Integer(0, 6)).Select(_ => draw.Integer(1, vocabulary - 1)), Vocabulary.End,
        ]),
    ];

    /// <summary>Options that change the translations of random networks.</summary>
    public static TOptions WithRules<TOptions>(Draw draw, TOptions options)
        where TOptions : DecodingOptions =>
        options with
        {
            MinimumLength = draw.Integer(0, 2), NoRepeatNgram = draw.Integer(0, 3),
            RepetitionPenalty = draw.Integer(0, 2) switch { 0 => 1, 1 => 1.5, _ => 0.8 },
        };

    /// <summary>
    /// The log-probability of each token after a beginning, by the definitions of the options and without a cache: the
    /// whole sentence is read again. A forbidden token has -infinity.
    /// </summary>
    public static double[] Allowed(
        Transformer<float> network, int[] source, IReadOnlyList<int> beginning, DecodingOptions options)
    {
        var p = LogProbabilities(network, source, beginning, options.RepetitionPenalty);
        p[Vocabulary.Pad] = p[Vocabulary.Begin] = double.NegativeInfinity;
        if (beginning.Count < options.MinimumLength) p[Vocabulary.End] = double.NegativeInfinity;
        var n = options.NoRepeatNgram;
        for (var token = 0; token < p.Length && n > 0; token++)
        {
            int[] longer = [.. beginning, token];
            var grams = Enumerable.Range(0, Math.Max(0, longer.Length - n + 1))
                .Select(i => string.Join(' ', longer[i..(i + n)])).ToArray();
            if (grams.Length > 0 && grams[..^1].Contains(grams[^1])) p[token] = double.NegativeInfinity;
        }
        return p;
    }

    /// <summary>The log-probability of each token after a beginning, without a cache.</summary>
    public static double[] LogProbabilities(
        Transformer<float> network, int[] source, IEnumerable<int> beginning, double penalty = 1)
    {
        int[] target = [Vocabulary.Begin, .. beginning];
        using var tape = new Tape<float>(Mode.Inference);
        var (sourceLayout, layout) =
            (SequenceLayout.Full(1, source.Length), SequenceLayout.Full(1, target.Length));
        var rows = network.Decode(tape, target, layout, network.Encode(tape, source, sourceLayout), sourceLayout);
        var logits = network.Logits(rows).ToArray()[^network.Configuration.TargetVocabulary..];
        foreach (var token in beginning.Distinct())
            logits[token] *= (float)(logits[token] > 0 ? 1 / penalty : penalty);
        var max = (double)logits.Max();
        var logSumExp = max + Math.Log(logits.Sum(logit => Math.Exp(logit - max)));
        return [.. logits.Select(logit => logit - logSumExp)];
    }
}
