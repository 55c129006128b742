using System.Globalization;

namespace Engine.Text;

/// <summary>How to compute BLEU.</summary>
public sealed record BleuOptions
{
    /// <summary>The version of sacreBLEU that gives the same scores.</summary>
    public const string Version = "2.6.0";

    /// <summary>The tokenizer of the lines: 13a, none, zh, char or intl.</summary>
    public string Tokenize { get; init; } = "13a";

    /// <summary>Whether to ignore case.</summary>
    public bool Lowercase { get; init; }

    /// <summary>
    /// Whether to leave out the orders of n-grams that are longer than every hypothesis. Scores of single sentences
    /// need it.
    /// </summary>
    public bool EffectiveOrder { get; init; }
}

/// <summary>BLEU and the numbers that it is computed from.</summary>
/// <param name="Score">BLEU, from 0 to 100.</param>
/// <param name="Precisions">
/// [4]: the share of the hypotheses' n-grams that the references contain, for n = 1 to 4, in percent, smoothed.
/// </param>
/// <param name="BrevityPenalty">The factor, at most 1, for hypotheses that are shorter than the references.</param>
/// <param name="HypothesisLength">The number of tokens of all hypotheses.</param>
/// <param name="ReferenceLength">
/// The number of tokens of the references. Of several references of a sentence, the reference counts that is nearest in
/// length to the hypothesis.
/// </param>
/// <param name="Signature">The options with which the score was computed, in sacreBLEU's form.</param>
public sealed record BleuScore(
    double Score, IReadOnlyList<double> Precisions, double BrevityPenalty, long HypothesisLength, long ReferenceLength,
    string Signature)
    : MetricScore(Score, "BLEU", Signature)
{
    /// <summary>The hypothesis length divided by the reference length; 0 if the references are empty.</summary>
    public double Ratio => ReferenceLength > 0 ? (double)HypothesisLength / ReferenceLength : 0;

    /// <summary>
    /// As sacreBLEU prints it: <c>BLEU = 41.02 71.0/47.5/34.3/24.5 (BP = 0.999 ratio = 0.999 hyp_len = 12095
    /// ref_len = 12103)</c>.
    /// </summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name} = {Number} {string.Join('/', Precisions.Select(p => PythonText.Fixed(p, 1)))} ")
        + $"(BP = {PythonText.Fixed(BrevityPenalty, 3)} ratio = {PythonText.Fixed(Ratio, 3)} "
        + string.Create(CultureInfo.InvariantCulture, $"hyp_len = {HypothesisLength} ref_len = {ReferenceLength})");
}
