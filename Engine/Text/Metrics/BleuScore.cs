using System.Globalization;

namespace Engine.Text;

/// <summary>How BLEU is to be computed.</summary>
public sealed record BleuOptions
{
    /// <summary>The version of sacreBLEU whose scores these are.</summary>
    public const string Version = "2.6.0";

    /// <summary>How lines are cut into tokens: 13a, none, zh, char or intl.</summary>
    public string Tokenize { get; init; } = "13a";

    /// <summary>Whether case is ignored.</summary>
    public bool Lowercase { get; init; }

    /// <summary>
    /// Whether n-grams that are longer than every hypothesis are left out, which is of use for single sentences.
    /// </summary>
    public bool EffectiveOrder { get; init; }
}

/// <summary>BLEU and what it is made of.</summary>
/// <param name="Score">BLEU, from 0 to 100.</param>
/// <param name="Precisions">[4]: how many of the hypotheses' n-grams the references have, in percent, smoothed.</param>
/// <param name="BrevityPenalty">The factor, at most 1, for hypotheses that are shorter than the references.</param>
/// <param name="HypothesisLength">Tokens of all hypotheses.</param>
/// <param name="ReferenceLength">Tokens of the references, of several those nearest in length.</param>
/// <param name="Signature">What a reader must know to compute the same, in sacreBLEU's form.</param>
public sealed record BleuScore(
    double Score, IReadOnlyList<double> Precisions, double BrevityPenalty, long HypothesisLength, long ReferenceLength,
    string Signature)
{
    /// <summary>The hypotheses' length by that of the references; 0 without a reference.</summary>
    public double Ratio => ReferenceLength > 0 ? (double)HypothesisLength / ReferenceLength : 0;

    /// <summary>
    /// As sacreBLEU prints it: <c>BLEU = 41.02 71.0/47.5/34.3/24.5 (BP = 0.999 ratio = 0.999 hyp_len = 12095
    /// ref_len = 12103)</c>.
    /// </summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"BLEU = {PythonText.Fixed(Score, 2)} {string.Join('/', Precisions.Select(p => PythonText.Fixed(p, 1)))} ")
        + $"(BP = {PythonText.Fixed(BrevityPenalty, 3)} ratio = {PythonText.Fixed(Ratio, 3)} "
        + string.Create(CultureInfo.InvariantCulture, $"hyp_len = {HypothesisLength} ref_len = {ReferenceLength})");
}
