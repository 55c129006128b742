using System.Runtime.InteropServices;
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
    private const int Order = 4;

    // sacreBLEU uses this number as the logarithm of 0; its exponential is 0.
    private const double LogOfZero = -9999999999;

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
        RequireReferences(nameof(Bleu), hypotheses, references);
        var reader = new BleuReader(options);
        var table = new NGramTable(Order);
        long[] correct = new long[Order], total = new long[Order];
        long hypothesisLength = 0, referenceLength = 0;
        using var counter = new ProgressCounter(progress, "computing BLEU", hypotheses.Count);
        for (var i = 0; i < hypotheses.Count; i++)
        {
            counter.At(i);
            table.Clear();
            var hypothesis = reader.Read(hypotheses[i]);
            var found = table.Count(hypothesis); // [n-grams]
            int[] allowed = []; // [n-grams]: the clip, the most that one reference contains
            var nearest = -1; // the length of the reference that is nearest in length
            foreach (var set in references)
            {
                var reference = reader.Read(set[i]);
                allowed = Largest(allowed, table.Count(reference));
                nearest = Nearest(hypothesis.Length, nearest, reference.Length);
            }
            table.AddMatches(found, allowed, correct);
            for (var n = 1; n <= Order; n++) total[n - 1] += NGramTable.Total(hypothesis.Length, n);
            hypothesisLength += hypothesis.Length;
            referenceLength += nearest;
        }
        return Of(correct, total, hypothesisLength, referenceLength, options, references.Count);
    }

    /// <summary>Refuses references whose number is not the number of hypotheses.</summary>
    internal static void RequireReferences(
        string name, IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> references)
    {
        ArgumentNullException.ThrowIfNull(hypotheses);
        ArgumentNullException.ThrowIfNull(references);
        if (references.Count == 0)
            throw new ArgumentException($"{name}: there are no references; give at least one set of them");
        if (references.FirstOrDefault(set => set.Count != hypotheses.Count) is { } other)
        {
            throw new ArgumentException(
                $"{name}: {hypotheses.Count} hypotheses but {other.Count} references; give one reference for each "
                + "hypothesis, in the same order");
        }
    }

    private static BleuScore Of(
        long[] correct, long[] total, long hypothesisLength, long referenceLength, BleuOptions options, int sets)
    {
        var penalty = hypothesisLength >= referenceLength ? 1
            : hypothesisLength > 0 ? Math.Exp(1 - ((double)referenceLength / hypothesisLength))
            : 0;
        var precisions = new double[Order];
        var score = 0.0;
        if (correct.Any(count => count > 0))
        {
            var (smoothing, order) = (1.0, Order);
            for (var n = 1; n <= Order && total[n - 1] > 0; n++)
            {
                if (options.EffectiveOrder) order = n;
                precisions[n - 1] = correct[n - 1] > 0
                    ? 100.0 * correct[n - 1] / total[n - 1]
                    : 100.0 / ((smoothing *= 2) * total[n - 1]);
            }
            score = penalty * Math.Exp(precisions.Take(order).Sum(p => p > 0 ? Math.Log(p) : LogOfZero) / order);
        }
        var signature = $"nrefs:{sets}|case:{(options.Lowercase ? "lc" : "mixed")}|"
            + $"eff:{(options.EffectiveOrder ? "yes" : "no")}|tok:{options.Tokenize}|smooth:exp|"
            + $"version:{BleuOptions.Version}";
        return new BleuScore(score, precisions, penalty, hypothesisLength, referenceLength, signature);
    }

    /// <summary>
    /// The larger of two counts of each n-gram. The second array has at least the n-grams of the first, with the same
    /// indices.
    /// </summary>
    private static int[] Largest(int[] first, int[] second)
    {
        for (var i = 0; i < first.Length; i++) second[i] = Math.Max(first[i], second[i]);
        return second;
    }

    /// <summary>
    /// The reference length that is nearer to the hypothesis's length; the shorter if both are equally near.
    /// </summary>
    private static int Nearest(int hypothesis, int first, int second)
    {
        if (first < 0) return second;
        var (ofFirst, ofSecond) = (Math.Abs(hypothesis - first), Math.Abs(hypothesis - second));
        return ofSecond < ofFirst || (ofSecond == ofFirst && second < first) ? second : first;
    }

    /// <summary>Reads lines as token ids.</summary>
    private sealed class BleuReader(BleuOptions options)
    {
        private readonly BleuTokenizer tokenizer = new(options.Tokenize);
        private readonly TokenIds ids = new();

        public int[] Read(string line) =>
            ids.Of(CollectionsMarshal.AsSpan(tokenizer.Tokenize(options.Lowercase ? PythonText.Lower(line) : line)));
    }
}
