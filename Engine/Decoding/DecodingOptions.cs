namespace Engine.Decoding;

/// <summary>What every way of decoding can be told: <see cref="LogitsProcessor"/> does it.</summary>
public abstract record DecodingOptions
{
    /// <summary>The fewest tokens of a translation.</summary>
    public int MinimumLength { get; init; }

    /// <summary>
    /// theta of Keskar et al. 2019 (CTRL, section 4.1): the logits of tokens that the translation has already are
    /// divided by it if they are positive, and multiplied if they are negative. Above 1 it repeats itself less; 1
    /// changes nothing.
    /// </summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>
    /// No sequence of so many tokens comes twice in a translation (Paulus et al. 2017, section 2.5); 0 allows all.
    /// </summary>
    public int NoRepeatNgram { get; init; }

    /// <summary>Whether <see cref="Hypothesis.SourcePositions"/> are wanted.</summary>
    public bool Aligns { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">An option is outside of its range.</exception>
    internal virtual void Validate()
    {
        if (MinimumLength < 0)
            throw Outside(nameof(MinimumLength), MinimumLength, "the minimum length must be at least 0.");
        if (!(RepetitionPenalty > 0 && double.IsFinite(RepetitionPenalty)))
            throw Outside(
                nameof(RepetitionPenalty), RepetitionPenalty, "the repetition penalty must be a number above 0.");
        if (NoRepeatNgram < 0)
            throw Outside(nameof(NoRepeatNgram), NoRepeatNgram, "n-grams that do not repeat have at least 1 token; " +
                "0 allows all.");
    }

    /// <summary>What is wrong with an option, said in the name of the decoder.</summary>
    private protected ArgumentOutOfRangeException Outside(string option, object value, string rule) =>
        new(option, value, $"{GetType().Name[..^"Options".Length]}: {rule}");
}
