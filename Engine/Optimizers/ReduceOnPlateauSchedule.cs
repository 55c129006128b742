namespace Engine.Optimizers;

/// <summary>
/// The peak, multiplied by a factor whenever the loss on held-out data has not improved for a while, as people do by
/// hand. It moves only when <see cref="Observe"/> tells it of a loss.
/// </summary>
/// <param name="peak">The highest learning rate.</param>
/// <param name="warmup">The updates of the rise.</param>
/// <param name="factor">What the rate is multiplied by.</param>
/// <param name="patience">How many losses in a row may be no better than the best; the next one reduces.</param>
public sealed class ReduceOnPlateauSchedule(double peak, int warmup, double factor, int patience)
    : WarmupSchedule(peak, warmup)
{
    /// <summary>The lowest loss so far, the losses since that were no lower, and how often the rate was reduced: all
    /// that it knows, to be saved and set again.</summary>
    public (double Best, int Waited, int Reductions) State { get; set; } = (double.PositiveInfinity, 0, 0);

    /// <inheritdoc/>
    public override void Observe(double validationLoss)
    {
        var (best, waited, reductions) = State;
        State = validationLoss < best ? (validationLoss, 0, reductions)
            : waited >= patience ? (best, 0, reductions + 1)
            : (best, waited + 1, reductions);
    }

    /// <inheritdoc/>
    protected override double Factor(int update) => Math.Pow(factor, State.Reductions);
}
