namespace Engine.Training;

/// <summary>The loss of the target tokens of a validation text: a sum or a mean.</summary>
/// <param name="Plain">The negative log-likelihood. The perplexity is exp of its mean.</param>
/// <param name="Smoothed">The loss with the label smoothing of training, which training minimizes. It can still fall
/// while <paramref name="Plain"/> rises because the model becomes more confident in its mistakes.</param>
public readonly record struct ValidationLoss(double Plain, double Smoothed)
{
    /// <summary>A loss worse than any model's.</summary>
    public static ValidationLoss None { get; } = new(double.PositiveInfinity, double.PositiveInfinity);

    /// <summary>Whether both losses are finite numbers.</summary>
    internal bool IsFinite => double.IsFinite(Plain) && double.IsFinite(Smoothed);

    /// <summary>Computes both losses.</summary>
    /// <param name="labelSmoothing">The label smoothing of training; if it is 0, both losses are the same.</param>
    /// <param name="loss">Computes the loss with a given label smoothing.</param>
    internal static ValidationLoss Of(double labelSmoothing, Func<double, Tensor<float>> loss)
    {
        double plain = loss(0).Item();
        return new(plain, labelSmoothing > 0 ? loss(labelSmoothing).Item() : plain);
    }
}
