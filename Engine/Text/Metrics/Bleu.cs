using Engine.Storage;

namespace Engine.Text;

/// <summary>
/// BLEU (Papineni et al. 2002) as sacreBLEU computes it (Post 2018, arXiv 1804.08771): the geometric mean of the
/// clipped precisions of 1- to 4-grams over a corpus, times a penalty for brevity,
/// <c>BLEU = min(1, exp(1 - r / c)) (p1 p2 p3 p4)^(1/4)</c>.
/// </summary>
/// <remarks>
/// If no n-gram of some order is in the references, the precision of that order would be 0. It is replaced by
/// <c>1 / (2^k total)</c> for the k-th such order (smoothing "exp", the default of sacreBLEU and of NIST's mteval).
/// </remarks>
public static class Bleu
{
    /// <summary>The names of the tokenizers.</summary>
    public static IReadOnlyList<string> Tokenizers => BleuTokenizer.Names;

    /// <summary>BLEU of hypotheses with one reference each.</summary>
    /// <param name="hypotheses">The translations to score, one sentence an item.</param>
    /// <param name="references">A person's translation of each sentence.</param>
    /// <param name="tokenize">The tokenizer: 13a, none (lines are tokenized already), zh, char or intl.</param>
    /// <param name="lowercase">Whether to ignore case.</param>
    /// <exception cref="ArgumentException">
    /// The number of references is not the number of hypotheses.
    /// </exception>
    /// <exception cref="InputException">The tokenizer is unknown.</exception>
    public static BleuScore Of(
        IReadOnlyList<string> hypotheses, IReadOnlyList<string> references, string tokenize = "13a",
        bool lowercase = false) =>
        Of(hypotheses, [references], new BleuOptions { Tokenize = tokenize, Lowercase = lowercase });

    /// <summary>
    /// BLEU of hypotheses with several references each: an n-gram counts if one of the references contains it.
    /// </summary>
    /// <param name="hypotheses">The translations to score, one sentence an item.</param>
    /// <param name="references">Sets of references; each set has one reference for each hypothesis.</param>
    /// <param name="options">How to compute BLEU.</param>
    /// <param name="progress">Receives the number of sentences read.</param>
    /// <exception cref="ArgumentException">
    /// A set's number of references is not the number of hypotheses, or there is no set.
    /// </exception>
    /// <exception cref="InputException">The tokenizer is unknown.</exception>
    public static BleuScore Of(
        IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> references, BleuOptions options,
        IProgress<WorkProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(references);
        var counter = new BleuCounter(options, references.Count);
        counter.Add(hypotheses, references, progress);
        return counter.Score();
    }
}
