using Engine.Text;

namespace Engine.Decoding;

/// <summary>The options that all decoders have.</summary>
public abstract record DecodingOptions
{
    /// <summary>The fewest tokens of a translation, the end token not counted.</summary>
    public int MinimumLength { get; init; }

    /// <summary>
    /// theta of Keskar et al. 2019 (CTRL, section 4.1). A token that the translation already contains gets another
    /// logit: a positive logit is divided by theta, a negative logit is multiplied by theta. Above 1 a translation
    /// repeats its words less often; 1 changes nothing.
    /// </summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>
    /// The n of n-gram blocking (Paulus et al. 2017, section 2.5): no sequence of n tokens occurs twice in a
    /// translation. 0 allows every repetition.
    /// </summary>
    public int NoRepeatNgram { get; init; }

    /// <summary>
    /// For each sentence, the token ids that its translations begin with, without begin and end; none forces nothing.
    /// Null forces nothing in any sentence. A forced token has the probability that the network gives it.
    /// </summary>
    public IReadOnlyList<int[]>? Prefixes { get; init; }

    /// <summary>Whether the decoder records <see cref="Hypothesis.SourcePositions"/>.</summary>
    public bool Aligns { get; init; }

    /// <summary>Whether the decoder records <see cref="Hypothesis.LogProbabilities"/>.</summary>
    public bool RecordsLogProbabilities { get; init; }

    /// <summary>Sees what the decoder considers in each step; null, as usual, for nobody.</summary>
    public DecodingObserver? Observer { get; init; }

    /// <summary>Ends decoding before its next step, for instance when nobody waits for it any more.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    internal virtual void Validate()
    {
        if (MinimumLength < 0)
            throw Outside(nameof(MinimumLength), MinimumLength, "the minimum length must be at least 0.");
        if (!(RepetitionPenalty > 0 && double.IsFinite(RepetitionPenalty)))
            throw Outside(
                nameof(RepetitionPenalty), RepetitionPenalty, "the repetition penalty must be a number above 0.");
        if (Prefixes?.SelectMany(ids => ids).Any(id => id is Vocabulary.Pad or Vocabulary.Begin or Vocabulary.End)
            == true)
            throw Outside(
                nameof(Prefixes), Prefixes, "prefixes have the ids of text, without padding, begin and end.");
        if (NoRepeatNgram < 0)
            throw Outside(nameof(NoRepeatNgram), NoRepeatNgram, "n-grams that do not repeat have at least 1 token; " +
                "0 allows all.");
    }

    /// <summary>An error that names the decoder, the option, its value and the rule.</summary>
    private protected ArgumentOutOfRangeException Outside(string option, object value, string rule) =>
        new(option, value, $"{GetType().Name[..^"Options".Length]}: {rule}");
}
