using System.Numerics;
using System.Runtime.InteropServices;
using Engine.Storage;

namespace Engine.Text;

/// <summary>Computes <see cref="Bleu"/> sentence by sentence.</summary>
/// <remarks>
/// The statistics of a sentence are the lengths of the hypothesis and of the nearest reference, the numbers of 1- to
/// 4-grams that are right, and the numbers of all 1- to 4-grams of the hypothesis.
/// </remarks>
public sealed class BleuCounter : MetricCounter
{
    private const int Order = 4;
    private const int HypothesisLength = 0, ReferenceLength = 1, Correct = 2, Total = Correct + Order;

    // sacreBLEU uses this number as the logarithm of 0; its exponential is 0.
    private const double LogOfZero = -9999999999;

    private readonly BleuOptions options;
    private readonly BleuReader reader;
    private readonly NGramTable table = new(Order);

    /// <summary>A counter without sentences.</summary>
    /// <param name="options">How to compute BLEU.</param>
    /// <param name="references">The number of references of each sentence.</param>
    /// <param name="keepsSentences">Whether to keep the statistics of each sentence, for a bootstrap.</param>
    /// <exception cref="InputException">The tokenizer is unknown.</exception>
    public BleuCounter(BleuOptions options, int references, bool keepsSentences = false)
        : base(references, Total + Order, keepsSentences)
    {
        ArgumentNullException.ThrowIfNull(options);
        (this.options, reader) = (options, new BleuReader(options));
    }

    /// <inheritdoc/>
    public override string Name => "BLEU";

    /// <inheritdoc/>
    private protected override string Options => $"case:{(options.Lowercase ? "lc" : "mixed")}|"
        + $"eff:{(options.EffectiveOrder ? "yes" : "no")}|tok:{options.Tokenize}|smooth:exp";

    /// <summary>BLEU of the sentences that were added.</summary>
    public override BleuScore Score()
    {
        var precisions = new double[Order];
        var score = Compute(Sums, precisions);
        return new BleuScore(
            score, precisions, BrevityPenalty(Sums), (long)Sums[HypothesisLength], (long)Sums[ReferenceLength],
            Signature());
    }

    /// <inheritdoc/>
    internal override double ScoreOf<T>(ReadOnlySpan<T> statistics) => Compute(statistics, new T[Order]);

    /// <inheritdoc/>
    private protected override void Measure(
        string hypothesis, IReadOnlyList<string> references, Span<double> statistics)
    {
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
        table.AddMatches(found, allowed, statistics.Slice(Correct, Order));
        for (var n = 1; n <= Order; n++) statistics[Total + n - 1] = NGramTable.Total(tokens.Length, n);
        statistics[HypothesisLength] = tokens.Length;
        statistics[ReferenceLength] = nearest;
    }

    private static double BrevityPenalty<T>(ReadOnlySpan<T> sums)
        where T : IBinaryFloatingPointIeee754<T>
    {
        // Lengths are whole numbers, which sacreBLEU does not round to single precision.
        var hypothesis = double.CreateChecked(sums[HypothesisLength]);
        var reference = double.CreateChecked(sums[ReferenceLength]);
        return hypothesis >= reference ? 1 : hypothesis > 0 ? Math.Exp(1 - (reference / hypothesis)) : 0;
    }

    /// <summary>BLEU of sums of statistics, and the precisions [Order] of its n-grams.</summary>
    private double Compute<T>(ReadOnlySpan<T> sums, Span<T> precisions)
        where T : IBinaryFloatingPointIeee754<T>
    {
        precisions.Clear();
        var correct = sums.Slice(Correct, Order);
        var total = sums.Slice(Total, Order);
        if (!correct.ContainsAnyExcept(T.Zero)) return 0;
        var (smoothing, order) = (T.One, Order);
        var percent = T.CreateChecked(100);
        for (var n = 1; n <= Order && total[n - 1] > T.Zero; n++)
        {
            if (options.EffectiveOrder) order = n;
            precisions[n - 1] = correct[n - 1] > T.Zero
                ? percent * correct[n - 1] / total[n - 1]
                : percent / ((smoothing += smoothing) * total[n - 1]);
        }
        var logarithms = 0.0;
        foreach (var precision in precisions[..order])
            logarithms += precision > T.Zero ? Math.Log(double.CreateChecked(precision)) : LogOfZero;
        var mean = Math.Exp(logarithms / order);
        return BrevityPenalty(sums) * Math.Min(mean, 100); // exp(log(100)) is a little more than 100
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
