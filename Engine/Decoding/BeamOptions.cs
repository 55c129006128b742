namespace Engine.Decoding;

/// <summary>How <see cref="Beam"/> searches.</summary>
/// <example>
/// <code><![CDATA[
/// using Engine;
/// using Engine.Decoding;
/// using Engine.Models;
///
/// var network = new Transformer<float>(
///     new TransformerConfiguration
///     {
///         SourceVocabulary = 20, TargetVocabulary = 30, DModel = 16, DFf = 32, Heads = 2, EncoderLayers = 1,
///         DecoderLayers = 1,
///     },
///     new RandomStream(1));
/// int[] source = [5, 6, 3];
/// var options = new BeamOptions { Width = 4, NBest = 2, LengthPenalty = 1 };
/// var found = Beam.Decode(network, [source], length => length + 5, options)[0];
/// Console.WriteLine(found[0].Score >= found[1].Score);                 // prints: True
/// ]]></code>
/// </example>
public sealed record BeamOptions : DecodingOptions
{
    /// <summary>The number of hypotheses of a sentence that each step extends.</summary>
    public int Width { get; init; } = 4;

    /// <summary>
    /// alpha of the length penalty of Wu et al. 2016 (GNMT, section 7): a hypothesis of n tokens, the end token
    /// included, is ranked by its log-probability / ((5 + n) / 6)^alpha. 0 ranks by the log-probability alone; 1 is
    /// close to the mean log-probability of a token. A larger alpha favours longer translations.
    /// </summary>
    public double LengthPenalty { get; init; } = 0.6;

    /// <summary>The number of translations to return for a sentence, at most <see cref="Width"/>.</summary>
    public int NBest { get; init; } = 1;

    /// <summary>When the search of a sentence ends.</summary>
    public EarlyStopping EarlyStopping { get; init; } = EarlyStopping.Width;

    /// <summary>((5 + n) / 6)^alpha.</summary>
    internal double PenaltyOf(int length) => Math.Pow((5.0 + length) / 6, LengthPenalty);

    /// <inheritdoc/>
    internal override void Validate()
    {
        if (Width < 1) throw Outside(nameof(Width), Width, "the width must be at least 1.");
        if (!(LengthPenalty >= 0 && double.IsFinite(LengthPenalty)))
            throw Outside(nameof(LengthPenalty), LengthPenalty, "the length penalty must be a number of at least 0.");
        if (NBest < 1 || NBest > Width)
            throw Outside(nameof(NBest), NBest, $"1 to {Width} translations can be asked for; widen the beam?");
        base.Validate();
    }
}
