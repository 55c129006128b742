using Engine.Storage;
using Engine.Text;

namespace Engine.Training;

/// <summary>
/// The pairs to learn from, without those beyond the configuration's limits: numbered once and held, or, with a
/// window, read and numbered anew in each epoch so that no more than a window of them is held.
/// </summary>
public sealed class TrainingPairs
{
    private readonly int[] dropped = new int[Enum.GetValues<PairLimit>().Length];
    private readonly ITrainable model;
    private readonly IParallelText text;
    private readonly PairLimits limits;
    private readonly List<SentencePair> held = [];
    private readonly int window, batchTokens;
    private readonly bool cutsAnew;

    /// <summary>Numbers all pairs, to count them and to see that each is one to learn from.</summary>
    /// <param name="model">What learns from them.</param>
    /// <param name="text">The pairs.</param>
    /// <param name="progress">Is told how many were numbered.</param>
    /// <exception cref="InputException">A line is not one to learn from, or the limits leave no pair.</exception>
    public TrainingPairs(ITrainable model, IParallelText text, IProgress<StepProgress>? progress = null)
    {
        var c = model.Configuration;
        (this.model, this.text, window, batchTokens) = (model, text, c.Window, c.BatchTokens);
        limits = new PairLimits(c.MaxSourceLength, c.MaxTargetLength, c.MaxRatio);
        cutsAnew = c.BpeDropout > 0;
        using var hash = new TextHash();
        foreach (var (source, target) in text.Pairs.Telling(progress, "numbering pairs", text.Count))
        {
            hash.Add(source, target);
            var pair = model.Number(source, target);
            var exceeded = limits.Exceeded(pair);
            dropped[(int)exceeded]++;
            if (exceeded != PairLimit.None) continue;
            model.RequireLearnable(pair, source, target);
            if (window == 0 && !cutsAnew) held.Add(pair);
        }
        Hash = hash.Finish();
        if (Count == 0)
        {
            throw new InputException(
                $"no pair is left to train on: of {text.Count}, --max-source-length drops {Dropped(PairLimit.Source)}, "
                + $"--max-target-length {Dropped(PairLimit.Target)} and --max-ratio {Dropped(PairLimit.Ratio)}; "
                + "raise them, or set them to 0 for no limit.");
        }
    }

    /// <summary>What the lines hash to: whether they are those of before.</summary>
    internal string Hash { get; }

    /// <summary>The number of pairs of an epoch.</summary>
    public int Count => dropped[(int)PairLimit.None];

    /// <summary>How many pairs a limit dropped; one that exceeds several counts for the first.</summary>
    public int Dropped(PairLimit limit) => dropped[(int)limit];

    /// <summary>
    /// One pass over the pairs, as <see cref="Batching.Epoch(IReadOnlyList{SentencePair}, int, RandomStream)"/> or in
    /// windows of them.
    /// </summary>
    /// <param name="random">In what order.</param>
    /// <param name="cuts">Which merges BPE-dropout passes over.</param>
    /// <param name="progress">Is told how far numbering them anew is, where all are held.</param>
    public IEnumerable<Batch> Epoch(
        RandomStream random, RandomStream cuts, IProgress<StepProgress>? progress = null) =>
        window > 0 ? Batching.Epoch(Numbered(cuts), window, batchTokens, random)
        : Batching.Epoch(
            cutsAnew ? [.. Numbered(cuts).Telling(progress, "numbering pairs", Count)] : held, batchTokens, random);

    // A pair is within the limits, or not, as it is cut without dropout: each epoch has the same pairs.
    private IEnumerable<SentencePair> Numbered(RandomStream cuts)
    {
        var i = 0;
        foreach (var (source, target) in text.Pairs)
        {
            var stream = cuts.Fork(i++);
            var pair = model.Number(source, target);
            if (limits.Exceeded(pair) != PairLimit.None) continue;
            yield return cutsAnew ? model.Number(source, target, stream) : pair;
        }
    }
}
