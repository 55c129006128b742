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
    : WarmupSchedule(peak, warmup), ISchedule
{
    private const string Best = "plateauBest", Waited = "plateauWaited", Reductions = "plateauReductions";

    private double best = double.PositiveInfinity;
    private int waited, reductions; // losses since the best, or since the last reduction; reductions so far

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The counts that are set are no whole numbers from 0 up.</exception>
    public IReadOnlyDictionary<string, double> State
    {
        get => new Dictionary<string, double> { [Best] = best, [Waited] = waited, [Reductions] = reductions };
        set
        {
            (waited, reductions) = (Count(value, Waited), Count(value, Reductions));
            best = value.GetValueOrDefault(Best, double.PositiveInfinity);
        }
    }

    private static int Count(IReadOnlyDictionary<string, double> state, string name)
    {
        var count = state.GetValueOrDefault(name);
        return count >= 0 && count == Math.Floor(count) && count <= int.MaxValue
            ? (int)count
            : throw new ArgumentException(FormattableString.Invariant(
                $"The schedule's {name} is {count}; it must be a whole number from 0 to {int.MaxValue}."));
    }

    /// <inheritdoc/>
    public override void Observe(double validationLoss)
    {
        if (validationLoss < best) (best, waited) = (validationLoss, 0);
        else if (waited < patience) waited++;
        else (waited, reductions) = (0, reductions + 1);
    }

    /// <inheritdoc/>
    protected override double Factor(int update) => Math.Pow(factor, reductions);
}
