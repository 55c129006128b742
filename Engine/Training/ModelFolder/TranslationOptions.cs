using Engine.Decoding;

namespace Engine.Training;

/// <summary>How lines are translated.</summary>
/// <example>
/// <code><![CDATA[
/// using Engine.Decoding;
/// using Engine.Text;
/// using Engine.Training;
///
/// var corpus = ParallelCorpus.Of([("ein Hund", "a dog"), ("eine Katze", "a cat")]);
/// var configuration = new TrainingConfiguration { DModel = 16, DFf = 16, Heads = 2, Layers = 1 };
/// var model = TranslationModel.Create(configuration, corpus);
/// var options = new TranslationOptions
/// {
///     Decoder = new BeamOptions { Width = 4, NBest = 2 }, MaximumLength = 5, LogProbabilities = true,
/// };
/// var found = model.Translate(["ein Hund"], options)[0];
/// Console.WriteLine(found.Count);                                      // prints: 2
/// Console.WriteLine(found[0].Tokens.All(token => token.LogProbability <= 0));     // prints: True
/// ]]></code>
/// </example>
public sealed record TranslationOptions
{
    /// <summary>
    /// <see cref="GreedyOptions"/>, <see cref="BeamOptions"/> or <see cref="SamplingOptions"/>. Greedy decoding
    /// computes no probabilities unless <see cref="LogProbabilities"/> is set: its translations have a score of NaN.
    /// </summary>
    public DecodingOptions Decoder { get; init; } = new GreedyOptions();

    /// <summary>
    /// The most tokens of a translation; null for twice the source's tokens and 10 more (twelve times the source's
    /// tokens, if words become characters).
    /// </summary>
    public int? MaximumLength { get; init; }

    /// <summary>
    /// Whether an unknown word of a translation is replaced by the source word that the decoder attended to most (Luong
    /// et al. 2015, "Addressing the Rare Word Problem"); see <see cref="Hypothesis.SourcePositions"/>.
    /// </summary>
    public bool ReplaceUnknown { get; init; }

    /// <summary>
    /// The beginning that is forced on the translations of each line, tokenized as the target is; an empty text forces
    /// nothing. Null forces nothing on any line. A word that the target vocabulary lacks is written as it is given.
    /// </summary>
    public IReadOnlyList<string>? Prefixes { get; init; }

    /// <summary>
    /// Whether <see cref="Translation.Tokens"/> have their log-probabilities, and translations of greedy decoding a
    /// score: the logarithm of the translation's probability.
    /// </summary>
    public bool LogProbabilities { get; init; }

    /// <summary>
    /// Whether <see cref="Translation.Tokens"/> have their source positions, and translations a
    /// <see cref="Translation.Alignment"/>.
    /// </summary>
    public bool Alignment { get; init; }
}
