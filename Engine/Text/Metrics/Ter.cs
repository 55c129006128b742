namespace Engine.Text;

/// <summary>How to compute TER; sacreBLEU's options have the same names.</summary>
public sealed record TerOptions
{
    /// <summary>Whether to separate punctuation from words first.</summary>
    public bool Normalized { get; init; }

    /// <summary>Whether to leave punctuation out.</summary>
    public bool NoPunctuation { get; init; }

    /// <summary>
    /// Whether <see cref="Normalized"/> makes every Chinese character a word, and <see cref="NoPunctuation"/> knows
    /// Chinese and Japanese punctuation.
    /// </summary>
    public bool AsianSupport { get; init; }

    /// <summary>Whether case matters.</summary>
    public bool CaseSensitive { get; init; }
}

/// <summary>TER and the numbers that it is computed from.</summary>
/// <param name="Score">TER in percent: 0 for equal texts; it can be above 100.</param>
/// <param name="Edits">The number of edits.</param>
/// <param name="ReferenceLength">
/// The number of words of the references; of several references of a sentence, their mean length counts.
/// </param>
/// <param name="Signature">The options with which the score was computed, in sacreBLEU's form.</param>
public sealed record TerScore(double Score, long Edits, double ReferenceLength, string Signature)
    : MetricScore(Score, "TER", Signature)
{
    /// <summary>As sacreBLEU prints it: <c>TER = 14.87</c>.</summary>
    public override string ToString() => base.ToString();
}

/// <summary>
/// The translation edit rate (Snover et al. 2006) as sacreBLEU computes it: how many edits turn the hypotheses into the
/// references, in percent of the references' words. An edit inserts, removes or replaces a word, or moves words that
/// stand together. The lower, the better.
/// </summary>
/// <remarks>
/// The smallest number of edits with moves would take too long to find. The method is that of the program Tercom:
/// <see cref="TerEdits"/> describes it.
/// </remarks>
public static class Ter
{
    /// <summary>TER of hypotheses with one reference each.</summary>
    /// <param name="hypotheses">The translations to score, one sentence an item.</param>
    /// <param name="references">A person's translation of each sentence.</param>
    /// <param name="options">How to compute TER; null for sacreBLEU's defaults.</param>
    /// <exception cref="ArgumentException">
    /// The number of references is not the number of hypotheses.
    /// </exception>
    public static TerScore Of(
        IReadOnlyList<string> hypotheses, IReadOnlyList<string> references, TerOptions? options = null) =>
        Of(hypotheses, (IReadOnlyList<IReadOnlyList<string>>)[references], options ?? new TerOptions());

    /// <summary>
    /// TER of hypotheses with several references each. Of the references of a sentence, the reference that needs the
    /// fewest edits counts.
    /// </summary>
    /// <param name="hypotheses">The translations to score, one sentence an item.</param>
    /// <param name="references">Sets of references; each set has one reference for each hypothesis.</param>
    /// <param name="options">How to compute TER.</param>
    /// <param name="progress">Receives the number of sentences read.</param>
    /// <exception cref="ArgumentException">
    /// A set's number of references is not the number of hypotheses, or there is no set.
    /// </exception>
    public static TerScore Of(
        IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> references, TerOptions options,
        IProgress<WorkProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(references);
        var counter = new TerCounter(options, references.Count);
        counter.Add(hypotheses, references, progress);
        return counter.Score();
    }
}
