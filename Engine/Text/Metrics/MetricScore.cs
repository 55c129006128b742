namespace Engine.Text;

/// <summary>A score of a text.</summary>
/// <param name="Score">The score.</param>
/// <param name="Name">The name that sacreBLEU gives the metric.</param>
/// <param name="Signature">The options with which the score was computed, in sacreBLEU's form.</param>
public abstract record MetricScore(double Score, string Name, string Signature)
{
    /// <summary>The interval of the score, if it was resampled.</summary>
    public ConfidenceInterval? Interval { get; init; }

    /// <summary>The score as sacreBLEU prints it: <c>41.02</c>, or with an interval <c>41.02 (μ = 41.05 ± 0.93)</c>.
    /// </summary>
    public string Number => PythonText.Fixed(Score, 2) + (Interval is { } interval
        ? $" (μ = {PythonText.Fixed(interval.Mean, 2)} ± {PythonText.Fixed(interval.Margin, 2)})"
        : "");

    /// <summary>As sacreBLEU prints it: name and score.</summary>
    public override string ToString() => $"{Name} = {Number}";
}
