using Engine.Text;

namespace Engine.Cli;

/// <summary>The scores of translations, as text and as fields of JSON.</summary>
internal static class ScoreLines
{
    /// <summary>The scores of the sentences of some counters, with intervals if they are resampled.</summary>
    /// <param name="counters">A counter for each metric.</param>
    /// <param name="bootstrap">How to resample; null for no intervals.</param>
    /// <param name="resampled">For each counter [resamples]: the scores of the resamples, if there are any.</param>
    public static MetricScore[] Of(
        IReadOnlyList<MetricCounter> counters, BootstrapOptions? bootstrap, IReadOnlyList<double[]> resampled) =>
    [
        .. counters.Select((counter, i) => bootstrap is null ? counter.Score() : counter.Score() with
        {
            Signature = counter.Signature(bootstrap), Interval = Bootstrap.Interval(resampled[i]),
        }),
    ];

    /// <summary>Writes scores as sacreBLEU prints them, and the signatures that reproduce them.</summary>
    public static void Write(TextWriter output, IReadOnlyList<MetricScore> scores)
    {
        foreach (var score in scores) output.WriteLine(score);
        WriteSignatures(output, scores);
    }

    /// <summary>Writes the signatures that reproduce scores.</summary>
    public static void WriteSignatures(TextWriter output, IReadOnlyList<MetricScore> scores)
    {
        foreach (var score in scores) output.WriteLine($"{score.Name} signature: {score.Signature}");
    }

    /// <summary>Adds scores and what they are made of to the fields of a JSON object.</summary>
    public static void AddTo(IDictionary<string, object?> fields, IReadOnlyList<MetricScore> scores)
    {
        foreach (var score in scores)
        {
            var key = KeyOf(score);
            fields.Add(key, score.Score);
            AddInterval(fields, score);
            // The first metric that there was has the signature without a name.
            fields.Add(score is BleuScore ? "signature" : key + "_signature", score.Signature);
            switch (score)
            {
                case BleuScore bleu:
                    fields.Add("precisions", bleu.Precisions);
                    fields.Add("brevity_penalty", bleu.BrevityPenalty);
                    fields.Add("ratio", bleu.Ratio);
                    fields.Add("hypothesis_length", bleu.HypothesisLength);
                    fields.Add("reference_length", bleu.ReferenceLength);
                    break;
                case ChrFScore chrF:
                    fields.Add("chrf_name", chrF.Name);
                    break;
                case TerScore ter:
                    fields.Add("ter_edits", ter.Edits);
                    fields.Add("ter_reference_length", ter.ReferenceLength);
                    break;
            }
        }
    }

    /// <summary>Adds the interval of a score to the fields of a JSON object, if there is one.</summary>
    public static void AddInterval(IDictionary<string, object?> fields, MetricScore score)
    {
        if (score.Interval is not { } interval) return;
        fields.Add(KeyOf(score) + "_mean", interval.Mean);
        fields.Add(KeyOf(score) + "_margin", interval.Margin);
    }

    /// <summary>The name of a score in JSON: the value of <c>--metric</c>.</summary>
    public static string KeyOf(MetricScore score) => score switch
    {
        BleuScore => MetricOptions.BleuName,
        ChrFScore => MetricOptions.ChrFName,
        _ => MetricOptions.TerName,
    };
}
