namespace Engine.Text;

/// <summary>A chrF score and its options.</summary>
/// <param name="Score">chrF, from 0 to 100.</param>
/// <param name="Name">The name that sacreBLEU gives it: chrF2 for beta = 2, with a + for each order of words.</param>
/// <param name="Signature">The options with which the score was computed, in sacreBLEU's form.</param>
public sealed record ChrFScore(double Score, string Name, string Signature) : MetricScore(Score, Name, Signature)
{
    /// <summary>As sacreBLEU prints it: <c>chrF2 = 59.73</c>.</summary>
    public override string ToString() => base.ToString();
}

/// <summary>
/// chrF and chrF++ (Popović 2015, 2017) as sacreBLEU computes them: an F-score of n-grams. chrF counts n-grams of
/// characters without white space, n = 1 to 6; chrF++ also counts n-grams of words, n = 1 and 2.
/// <c>F = (1 + beta^2) P R / (beta^2 P + R)</c>, where beta = 2 gives recall R more weight than precision P. P and R
/// are averages over the orders n that occur in hypotheses and references.
/// </summary>
public static class ChrF
{
    /// <summary>chrF of hypotheses with one reference each.</summary>
    /// <param name="hypotheses">The translations to score, one sentence an item.</param>
    /// <param name="references">A person's translation of each sentence.</param>
    /// <param name="wordOrder">The longest n-grams of words: 0 for chrF, 2 for chrF++.</param>
    /// <param name="lowercase">Whether to ignore case.</param>
    /// <exception cref="ArgumentException">
    /// The number of references is not the number of hypotheses.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The word order is negative.</exception>
    public static ChrFScore Of(
        IReadOnlyList<string> hypotheses, IReadOnlyList<string> references, int wordOrder = 0,
        bool lowercase = false) =>
        Of(hypotheses, (IReadOnlyList<IReadOnlyList<string>>)[references], wordOrder, lowercase);

    /// <summary>
    /// chrF of hypotheses with several references each. Of the references of a sentence, the most similar counts.
    /// </summary>
    /// <param name="hypotheses">The translations to score, one sentence an item.</param>
    /// <param name="references">Sets of references; each set has one reference for each hypothesis.</param>
    /// <param name="wordOrder">The longest n-grams of words: 0 for chrF, 2 for chrF++.</param>
    /// <param name="lowercase">Whether to ignore case.</param>
    /// <param name="progress">Receives the number of sentences read.</param>
    /// <exception cref="ArgumentException">
    /// A set's number of references is not the number of hypotheses, or there is no set.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The word order is negative.</exception>
    public static ChrFScore Of(
        IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> references, int wordOrder,
        bool lowercase = false, IProgress<WorkProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(references);
        var counter = new ChrFCounter(references.Count, wordOrder, lowercase);
        counter.Add(hypotheses, references, progress);
        return counter.Score();
    }
}
