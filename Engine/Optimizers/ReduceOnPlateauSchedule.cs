namespace Engine.Optimizers;

/// <summary>
/// The peak, multiplied by a factor each time the validation loss has not improved for some validations. The rate
/// changes only in <see cref="Observe"/>.
/// </summary>
/// <param name="peak">The highest learning rate.</param>
/// <param name="warmup">The updates of the rise.</param>
/// <param name="factor">The factor of each reduction.</param>
/// <param name="patience">The number of validation losses in a row that may be no better than the best; the next one
/// reduces the rate.</param>
public sealed class ReduceOnPlateauSchedule(double peak, int warmup, double factor, int patience)
    : WarmupSchedule(peak, warmup)
{
    /// <summary>
    /// The state of the schedule, to be saved and restored: the lowest loss so far, the number of losses since then,
    /// and the number of reductions.
    /// </summary>
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
