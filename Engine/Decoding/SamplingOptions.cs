namespace Engine.Decoding;

/// <summary>How <see cref="Sampling"/> draws tokens.</summary>
public sealed record SamplingOptions : DecodingOptions
{
    /// <summary>
    /// What logits are divided by before the softmax: below 1 likely tokens become likelier still, above 1 all become
    /// more alike.
    /// </summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Only so many of the likeliest tokens are drawn from (Fan et al. 2018); 0 for all.</summary>
    public int TopK { get; init; }

    /// <summary>
    /// Only the nucleus is drawn from (Holtzman et al. 2020): the fewest of the likeliest tokens whose probabilities,
    /// after the temperature and among the <see cref="TopK"/>, reach this sum; of equal ones the lower token comes
    /// first. 1 for all.
    /// </summary>
    public double TopP { get; init; } = 1;

    /// <summary>The same seed draws the same translations.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>How many translations of a sentence are drawn.</summary>
    public int NBest { get; init; } = 1;

    /// <inheritdoc/>
    internal override void Validate()
    {
        // Below, logits divided by it overflow; there is nothing left to chance long before.
        if (!(Temperature >= 1e-6 && double.IsFinite(Temperature)))
            throw Outside(nameof(Temperature), Temperature,
                "the temperature must be a number of at least 0.000001; decode greedily in place of 0.");
        if (TopK < 0) throw Outside(nameof(TopK), TopK, "top-k must be at least 1 token; 0 draws from all.");
        if (!(TopP is > 0 and <= 1)) throw Outside(nameof(TopP), TopP, "top-p must be above 0 and at most 1.");
        if (NBest < 1) throw Outside(nameof(NBest), NBest, "at least 1 translation must be drawn.");
        base.Validate();
    }
}
