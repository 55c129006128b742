namespace Engine.Training;

/// <summary>The loss of target tokens which a model was not trained on, summed or as a mean.</summary>
/// <param name="Plain">The negative log-likelihood, whose power of e is the perplexity.</param>
/// <param name="Smoothed">The same with the label smoothing of training: what training makes smaller. It can still fall
/// where a model that grows surer of itself pays for its mistakes in likelihood.</param>
public readonly record struct ValidationLoss(double Plain, double Smoothed)
{
    /// <summary>Worse than any model's.</summary>
    public static ValidationLoss None { get; } = new(double.PositiveInfinity, double.PositiveInfinity);

    /// <summary>Asks for the loss with and, if there is label smoothing, without it.</summary>
    /// <param name="labelSmoothing">How much of each target's probability training spreads over all.</param>
    /// <param name="loss">The loss with a given label smoothing.</param>
    internal static ValidationLoss Of(double labelSmoothing, Func<double, Tensor<float>> loss)
    {
        double plain = loss(0).Item();
        return new(plain, labelSmoothing > 0 ? loss(labelSmoothing).Item() : plain);
    }
}
