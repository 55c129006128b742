using Engine.Decoding;

namespace Engine.Training;

/// <summary>How lines are translated.</summary>
public sealed record TranslationOptions
{
    /// <summary>
    /// <see cref="GreedyOptions"/>, <see cref="BeamOptions"/> or <see cref="SamplingOptions"/>. Greedy decoding
    /// computes no probabilities: its translations have a score of NaN.
    /// </summary>
    public DecodingOptions Decoder { get; init; } = new GreedyOptions();

    /// <summary>
    /// The most tokens of a translation; null for twice those of the source and 10 (twelve times, if words become
    /// characters).
    /// </summary>
    public int? MaximumLength { get; init; }

    /// <summary>
    /// Whether an unknown word of a translation is replaced by the word of the source that the decoder looked at
    /// (Luong et al. 2015, "Addressing the Rare Word Problem"); see <see cref="Hypothesis.SourcePositions"/>.
    /// </summary>
    public bool ReplaceUnknown { get; init; }
}
