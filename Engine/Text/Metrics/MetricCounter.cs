using System.Globalization;
using System.Numerics;
using Engine.Storage;

namespace Engine.Text;

/// <summary>
/// Computes a metric of translations sentence by sentence. Each sentence gives a few numbers, its statistics; the score
/// of a corpus needs only their sums over its sentences. So the memory does not grow with the number of sentences,
/// unless the statistics of each sentence are kept for a <see cref="Bootstrap"/>.
/// </summary>
public abstract class MetricCounter
{
    private readonly double[] sentence, sums;
    private readonly SentenceStatistics? kept;
    private int fewest = int.MaxValue, most; // references of a sentence

    /// <param name="references">The number of references of each sentence.</param>
    /// <param name="statistics">The number of statistics of a sentence.</param>
    /// <param name="keepsSentences">Whether to keep the statistics of each sentence.</param>
    private protected MetricCounter(int references, int statistics, bool keepsSentences)
    {
        if (references <= 0)
            throw new ArgumentException($"{GetType().Name}: there are no references; give at least one set of them");
        References = references;
        (sentence, sums) = (new double[statistics], new double[statistics]);
        kept = keepsSentences ? new SentenceStatistics(statistics) : null;
    }

    /// <summary>The name that sacreBLEU gives the metric.</summary>
    public abstract string Name { get; }

    /// <summary>The number of references of each sentence.</summary>
    public int References { get; }

    /// <summary>The number of references of the sentences, in a signature.</summary>
    private string Given => fewest < most ? "var"
        : (most > 0 ? most : References).ToString(CultureInfo.InvariantCulture);

    /// <summary>The options of the score in sacreBLEU's form, by which others can compute the score again.</summary>
    /// <param name="bootstrap">The resamples of which the score says its interval; null for none.</param>
    public string Signature(BootstrapOptions? bootstrap = null) => $"nrefs:{Given}|"
        + (bootstrap is null ? "" : FormattableString.Invariant($"bs:{bootstrap.Resamples}|seed:{bootstrap.Seed}|"))
        + $"{Options}|version:{BleuOptions.Version}";

    /// <summary>The metric's own part of the signature.</summary>
    private protected abstract string Options { get; }

    /// <summary>The sums of the statistics of the sentences that were added.</summary>
    private protected ReadOnlySpan<double> Sums => sums;

    /// <summary>The statistics of each sentence that was added.</summary>
    /// <exception cref="InvalidOperationException">The counter does not keep them.</exception>
    internal SentenceStatistics Sentences => kept ?? throw new InvalidOperationException(
        $"{GetType().Name} keeps no statistics of sentences; set keepsSentences");

    /// <summary>Adds a sentence.</summary>
    /// <param name="hypothesis">The translation to score.</param>
    /// <param name="references">
    /// [references]: the translations of the same sentence by persons. Where there are several, an empty line stands
    /// for a translation that is missing.
    /// </param>
    /// <exception cref="ArgumentException">The number of references is another one.</exception>
    /// <exception cref="InputException">The statistics of the sentences take too much memory.</exception>
    public void Add(string hypothesis, IReadOnlyList<string> references)
    {
        var given = ReadSentence(hypothesis, references);
        (fewest, most) = (Math.Min(fewest, given), Math.Max(most, given));
        for (var i = 0; i < sums.Length; i++) sums[i] += sentence[i];
        kept?.Add(sentence);
    }

    /// <summary>The score of a sentence alone, which is not added.</summary>
    /// <param name="hypothesis">The translation to score.</param>
    /// <param name="references">[references]: the translations of the same sentence by persons.</param>
    /// <exception cref="ArgumentException">The number of references is another one.</exception>
    public double SentenceScore(string hypothesis, IReadOnlyList<string> references)
    {
        ReadSentence(hypothesis, references);
        return ScoreOf<double>(sentence);
    }

    /// <summary>Adds the sentences of a text.</summary>
    /// <param name="hypotheses">The translations to score, one sentence an item.</param>
    /// <param name="references">Sets of references; each set has one reference for each hypothesis.</param>
    /// <param name="progress">Receives the number of sentences added.</param>
    /// <exception cref="ArgumentException">
    /// The number of sets is another one, or a set's number of references is not the number of hypotheses.
    /// </exception>
    /// <exception cref="InputException">The statistics of the sentences take too much memory.</exception>
    public void Add(
        IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> references,
        IProgress<WorkProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(hypotheses);
        ArgumentNullException.ThrowIfNull(references);
        if (references.FirstOrDefault(set => set.Count != hypotheses.Count) is { } other)
        {
            throw new ArgumentException(
                $"{Name}: {hypotheses.Count} hypotheses but {other.Count} references; give one reference for each "
                + "hypothesis, in the same order");
        }
        var ofSentence = new string[references.Count];
        using var work = new ProgressCounter(progress, $"computing {Name}", hypotheses.Count);
        for (var i = 0; i < hypotheses.Count; i++)
        {
            work.At(i);
            for (var set = 0; set < references.Count; set++) ofSentence[set] = references[set][i];
            Add(hypotheses[i], ofSentence);
        }
    }

    /// <summary>Computes the statistics of a sentence, and returns the number of its references.</summary>
    private int ReadSentence(string hypothesis, IReadOnlyList<string> references)
    {
        ArgumentNullException.ThrowIfNull(references);
        if (references.Count != References)
            throw new ArgumentException($"a sentence has {references.Count} references instead of {References}");
        Array.Clear(sentence);
        // As in sacreBLEU, an empty line is no reference where the sentence has another one.
        if (references.Count > 1 && references.Contains("") && references.Any(line => line.Length > 0))
            references = [.. references.Where(line => line.Length > 0)];
        Measure(hypothesis, references, sentence);
        return references.Count;
    }

    /// <summary>The score of the sentences that were added.</summary>
    public abstract MetricScore Score();

    /// <summary>Computes the statistics of a sentence.</summary>
    /// <param name="hypothesis">The translation to score.</param>
    /// <param name="references">[references]: the translations of the same sentence by persons.</param>
    /// <param name="statistics">[statistics]: receives them; all are 0.</param>
    private protected abstract void Measure(
        string hypothesis, IReadOnlyList<string> references, Span<double> statistics);

    /// <summary>The score of sums of statistics, in the precision of <typeparamref name="T"/>.</summary>
    /// <remarks>
    /// sacreBLEU computes the score of a text in double precision, and the scores of resamples in single precision.
    /// </remarks>
    /// <param name="statistics">[statistics]: sums over sentences.</param>
    internal abstract double ScoreOf<T>(ReadOnlySpan<T> statistics)
        where T : IBinaryFloatingPointIeee754<T>;
}
