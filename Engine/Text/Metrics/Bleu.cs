using System.Runtime.InteropServices;
using Engine.Storage;

namespace Engine.Text;

/// <summary>
/// BLEU (Papineni et al. 2002) as sacreBLEU computes it (Post 2018, arXiv 1804.08771): the geometric mean of the
/// clipped precisions of 1- to 4-grams over a corpus, times a penalty for brevity,
/// <c>BLEU = min(1, exp(1 - r / c)) (p1 p2 p3 p4)^(1/4)</c>.
/// </summary>
/// <remarks>
/// Where no n-gram of an order is right, its precision is <c>1 / (2^k total)</c> for the k-th such order (smoothing
/// "exp", the default of sacreBLEU and of NIST's mteval).
/// </remarks>
public static class Bleu
{
    private const int Order = 4;

    // Python's stand-in for the logarithm of 0, whose exponential is 0.
    private const double LogOfZero = -9999999999;

    /// <summary>The names of the ways to cut lines into tokens.</summary>
    public static IReadOnlyList<string> Tokenizers => BleuTokenizer.Names;

    /// <summary>BLEU of hypotheses with one reference each.</summary>
    /// <param name="hypotheses">What is scored, a sentence an item.</param>
    /// <param name="references">The translation of each by a person.</param>
    /// <param name="tokenize">How lines are cut: 13a, none (tokenised already), zh, char or intl.</param>
    /// <param name="lowercase">Whether case is ignored.</param>
    /// <exception cref="ArgumentException">There are not as many references as hypotheses.</exception>
    /// <exception cref="InputException">There is no such tokenizer.</exception>
    public static BleuScore Of(
        IReadOnlyList<string> hypotheses, IReadOnlyList<string> references, string tokenize = "13a",
        bool lowercase = false) =>
        Of(hypotheses, [references], new BleuOptions { Tokenize = tokenize, Lowercase = lowercase });

    /// <summary>BLEU of hypotheses with several references each: an n-gram is right if one of them has it.</summary>
    /// <param name="hypotheses">What is scored, a sentence an item.</param>
    /// <param name="references">Sets of references, each with one for every hypothesis.</param>
    /// <param name="options">How it is computed.</param>
    /// <param name="progress">Is told how many sentences were read.</param>
    /// <exception cref="ArgumentException">A set has not as many references as there are hypotheses, or there is no
    /// set.</exception>
    /// <exception cref="InputException">There is no such tokenizer.</exception>
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
            var found = table.Count(hypothesis);
            int[] allowed = [];
            var nearest = -1;
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

    /// <summary>Refuses lists that do not belong together.</summary>
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

    /// <summary>The larger of two counts of each n-gram; the second knows at least those of the first.</summary>
    private static int[] Largest(int[] first, int[] second)
    {
        for (var i = 0; i < first.Length; i++) second[i] = Math.Max(first[i], second[i]);
        return second;
    }

    /// <summary>The length that is nearer to that of the hypothesis, of two as near the shorter.</summary>
    private static int Nearest(int hypothesis, int first, int second)
    {
        if (first < 0) return second;
        var (far, near) = (Math.Abs(hypothesis - first), Math.Abs(hypothesis - second));
        return near < far || (near == far && second < first) ? second : first;
    }

    /// <summary>Lines as the numbers of their tokens.</summary>
    private sealed class BleuReader(BleuOptions options)
    {
        private readonly BleuTokenizer tokenizer = new(options.Tokenize);
        private readonly TokenIds numbers = new();

        public int[] Read(string line) =>
            numbers.Of(CollectionsMarshal.AsSpan(tokenizer.Spaced(options.Lowercase ? PythonText.Lower(line) : line)));
    }
}
