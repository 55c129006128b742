namespace Engine.Decoding;

/// <summary>How <see cref="Sampling"/> draws tokens.</summary>
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
/// var options = new SamplingOptions { NBest = 3, Temperature = 0.8, TopP = 0.9, Seed = 7 };
/// var drawn = Sampling.Decode(network, [source], length => length + 5, options)[0];
/// Console.WriteLine(drawn.Length);                                     // prints: 3
/// ]]></code>
/// </example>
public sealed record SamplingOptions : DecodingOptions
{
    /// <summary>
    /// The number by which logits are divided before the softmax. Below 1, likely tokens become likelier; above 1, the
    /// probabilities become more equal.
    /// </summary>
    public double Temperature { get; init; } = 1;

    /// <summary>
    /// The k of top-k sampling (Fan et al. 2018): a token is drawn from the k likeliest. 0 draws from all tokens.
    /// </summary>
    public int TopK { get; init; }

    /// <summary>
    /// The p of top-p sampling (Holtzman et al. 2020): a token is drawn from the nucleus, the smallest set of likeliest
    /// tokens whose probabilities sum to at least p. The probabilities come after the temperature, normalized over
    /// the <see cref="TopK"/>. Of equally likely tokens the lower id counts as the likelier. 1 draws from all tokens.
    /// </summary>
    public double TopP { get; init; } = 1;

    /// <summary>The seed of the random numbers: the same seed draws the same translations.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>The number of translations to draw for a sentence.</summary>
    public int NBest { get; init; } = 1;

    /// <inheritdoc/>
    internal override void Validate()
    {
        // A lower temperature makes quotients of logits overflow. At 0.000001 the likeliest token is already certain.
        if (!(Temperature >= 1e-6 && double.IsFinite(Temperature)))
            throw Outside(nameof(Temperature), Temperature,
                "the temperature must be a number of at least 0.000001; decode greedily in place of 0.");
        if (TopK < 0) throw Outside(nameof(TopK), TopK, "top-k must be at least 1 token; 0 draws from all.");
        if (!(TopP is > 0 and <= 1)) throw Outside(nameof(TopP), TopP, "top-p must be above 0 and at most 1.");
        if (NBest < 1) throw Outside(nameof(NBest), NBest, "at least 1 translation must be drawn.");
        base.Validate();
    }
}
