using Engine.Storage;
using Engine.Text;

namespace Engine.Training;

/// <summary>
/// The pairs to learn from, without the pairs beyond the configuration's limits. They are encoded once and held; with a
/// window they are read and encoded in each epoch, so that no more than a window of them is held; with BPE-dropout they
/// are encoded in each epoch, since each epoch tokenizes them in another way.
/// </summary>
public sealed class TrainingPairs
{
    private readonly int[] dropped = new int[Enum.GetValues<PairLimit>().Length];
    private readonly TextModel model;
    private readonly IParallelText text;
    private readonly PairLimits limits;
    private readonly List<SentencePair> held = [];
    private readonly int window, batchTokens;
    private readonly bool hasBpeDropout;
    private readonly long sourceTokens, targetTokens, longerTokens, characters;

    /// <summary>Encodes all pairs, to count them and to see that the model can learn from each.</summary>
    /// <param name="model">The model that learns from them.</param>
    /// <param name="text">The pairs as lines.</param>
    /// <param name="progress">Is told how many pairs are encoded.</param>
    /// <exception cref="InputException">The model cannot learn from a line, or the limits leave no pair, or the ids
    /// would take more than a third of the memory that the process may use.</exception>
    public TrainingPairs(TextModel model, IParallelText text, IProgress<WorkProgress>? progress = null)
        : this(model, text, progress, HeldPairs.Most)
    {
    }

    /// <summary>Encodes all pairs, whose ids may take a number of bytes in memory.</summary>
    internal TrainingPairs(TextModel model, IParallelText text, IProgress<WorkProgress>? progress, long most)
    {
        var c = model.Configuration;
        (this.model, this.text, window, batchTokens) = (model, text, c.Window, c.BatchTokens);
        limits = new PairLimits(c.MaxSourceLength, c.MaxTargetLength, c.MaxRatio);
        hasBpeDropout = c.BpeDropout > 0;
        UnknownSource = new UnknownWords(model.Source);
        UnknownTarget = model is TranslationModel translator ? new UnknownWords(translator.Target) : null;
        var memory = new HeldPairs(most, text.Count);
        using var counter = new ProgressCounter(progress, "encoding pairs", text.Count);
        foreach (var (i, (source, target)) in text.Pairs.Index())
        {
            counter.Add(1);
            var pair = model.Encode(text, i, source, target);
            var exceeded = limits.Exceeded(pair);
            dropped[(int)exceeded]++;
            if (exceeded != PairLimit.None) continue;
            UnknownSource.Add(source, pair.Source);
            UnknownTarget?.Add(target, pair.Target);
            model.RequireLearnable(pair, text, i, source, target);
            model.LongestLearned = Math.Max(model.LongestLearned ?? 0, pair.Source.Length);
            sourceTokens += pair.Source.Length + 1;
            targetTokens += pair.Target.Length + 1;
            longerTokens += pair.Length;
            characters += (long)source.Length + target.Length;
            if (window == 0) memory.Add(pair);
            if (window == 0 && !hasBpeDropout) held.Add(pair);
        }
        if (Count == 0)
        {
            throw new InputException(
                $"no pair is left to train on: of {text.Count}, "
                + $"{OptionTable.InMessages(nameof(c.MaxSourceLength))} drops {Dropped(PairLimit.Source)}, "
                + $"{OptionTable.InMessages(nameof(c.MaxTargetLength))} {Dropped(PairLimit.Target)} and "
                + $"{OptionTable.InMessages(nameof(c.MaxRatio))} {Dropped(PairLimit.Ratio)}; "
                + "raise them, or set them to 0 for no limit.");
        }
    }

    /// <summary>The hash of the text.</summary>
    internal string Hash => text.Hash;

    /// <summary>The number of pairs of an epoch.</summary>
    public int Count => dropped[(int)PairLimit.None];

    /// <summary>The pairs of an epoch and their tokens; the vocabularies hold the different tokens.</summary>
    public TextSize Size =>
        new(Count, sourceTokens, targetTokens, longerTokens, model.SourceTokens, model.TargetTokens)
        {
            Characters = characters,
        };

    /// <summary>The tokens of the source lines, and the tokens that the model does not know.</summary>
    public UnknownWords UnknownSource { get; }

    /// <summary>The tokens of the target lines; null for labels.</summary>
    public UnknownWords? UnknownTarget { get; }

    /// <summary>How many pairs a limit dropped. A pair that exceeds several limits counts for the first.</summary>
    public int Dropped(PairLimit limit) => dropped[(int)limit];

    /// <summary>
    /// The batches of one pass over the pairs, as
    /// <see cref="Batching.Epoch(IReadOnlyList{SentencePair}, int, RandomStream)"/> or window by window.
    /// </summary>
    /// <param name="random">The stream that shuffles.</param>
    /// <param name="bpeDropout">The stream of BPE-dropout.</param>
    /// <param name="progress">Is told how many pairs are encoded, if all are encoded before the first batch.</param>
    public IEnumerable<Batch> Epoch(
        RandomStream random, RandomStream bpeDropout, IProgress<WorkProgress>? progress = null)
    {
        if (window > 0) return Batching.Epoch(Encoded(bpeDropout), window, batchTokens, random);
        if (!hasBpeDropout) return Batching.Epoch(held, batchTokens, random);
        SentencePair[] encoded = [.. Encoded(bpeDropout).Counting(progress, "encoding pairs", Count)];
        return Batching.Epoch(encoded, batchTokens, random);
    }

    // The limits see a pair as it is without BPE-dropout, so that each epoch has the same pairs.
    private IEnumerable<SentencePair> Encoded(RandomStream bpeDropout)
    {
        var i = 0;
        foreach (var (source, target) in text.Pairs)
        {
            var stream = bpeDropout.Fork(i++);
            var pair = model.Encode(source, target);
            if (limits.Exceeded(pair) != PairLimit.None) continue;
            yield return hasBpeDropout ? model.Encode(source, target, stream) : pair;
        }
    }
}
