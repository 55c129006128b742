namespace Engine.Charts;

/// <summary>What a chart says by itself, in the language of its reader.</summary>
/// <param name="Nothing">Instead of marks, where there are no values.</param>
/// <param name="LeftOut">After the number of values that a chart cannot show: 0 or less on a logarithmic axis.</param>
public sealed record ChartWords(string Nothing, string LeftOut)
{
    /// <summary>English.</summary>
    public static ChartWords English { get; } =
        new("no values to show", "values left out: 0 or less has no place on a logarithmic axis");
}
