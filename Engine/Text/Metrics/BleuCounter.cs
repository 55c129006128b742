using System.Runtime.InteropServices;
using Engine.Storage;

namespace Engine.Text;

/// <summary>
/// Computes <see cref="Bleu"/> sentence by sentence, in memory that does not grow with their number: BLEU of a corpus
/// needs only sums over its sentences.
/// </summary>
public sealed class BleuCounter
{
    private const int Order = 4;

    // sacreBLEU uses this number as the logarithm of 0; its exponential is 0.
    private const double LogOfZero = -9999999999;

    private readonly BleuOptions options;
    private readonly int sets;
    private readonly BleuReader reader;
    private readonly NGramTable table = new(Order);
    private readonly long[] correct = new long[Order], total = new long[Order];
    private long hypothesisLength, referenceLength;

    /// <summary>A counter without sentences.</summary>
    /// <param name="options">How to compute BLEU.</param>
    /// <param name="references">The number of references of each sentence.</param>
    /// <exception cref="InputException">The tokenizer is unknown.</exception>
    public BleuCounter(BleuOptions options, int references)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(references);
        (this.options, sets, reader) = (options, references, new BleuReader(options));
    }

    /// <summary>Adds a sentence.</summary>
    /// <param name="hypothesis">The translation to score.</param>
    /// <param name="references">[references]: the translations of the same sentence by persons.</param>
    /// <exception cref="ArgumentException">The number of references is another one.</exception>
    public void Add(string hypothesis, IReadOnlyList<string> references)
    {
        ArgumentNullException.ThrowIfNull(references);
        if (references.Count != sets)
            throw new ArgumentException($"a sentence has {references.Count} references instead of {sets}");
        table.Clear();
        reader.Begin();
        var tokens = reader.Read(hypothesis);
        var found = table.Count(tokens); // [n-grams]
        int[] allowed = []; // [n-grams]: the clip, the most that one reference contains
        var nearest = -1; // the length of the reference that is nearest in length
        foreach (var line in references)
        {
            var reference = reader.Read(line);
            allowed = Largest(allowed, table.Count(reference));
            nearest = Nearest(tokens.Length, nearest, reference.Length);
        }
        table.AddMatches(found, allowed, correct);
        for (var n = 1; n <= Order; n++) total[n - 1] += NGramTable.Total(tokens.Length, n);
        hypothesisLength += tokens.Length;
        referenceLength += nearest;
    }

    /// <summary>BLEU of the sentences that were added.</summary>
    public BleuScore Score()
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
            var mean = Math.Exp(precisions.Take(order).Sum(p => p > 0 ? Math.Log(p) : LogOfZero) / order);
            score = penalty * Math.Min(mean, 100); // exp(log(100)) is a little more than 100
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

        /// <summary>Begins a sentence; equal tokens have equal ids within it.</summary>
        public void Begin() => ids.ForgetIfMany();

        public int[] Read(string line) =>
            ids.Of(CollectionsMarshal.AsSpan(tokenizer.Tokenize(options.Lowercase ? PythonText.Lower(line) : line)));
    }
}
