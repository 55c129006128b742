using System.Collections.ObjectModel;

namespace Engine.Optimizers;

/// <summary>The learning rate of each update; the first update has number 1.</summary>
public interface ISchedule
{
    /// <summary>The learning rate of an update.</summary>
    double At(int update);

    /// <summary>Gives the schedule a new validation loss; most schedules ignore it.</summary>
    void Observe(double validationLoss)
    {
    }

    /// <summary>
    /// What the schedule remembers of validation losses, as named numbers. A run saves them, and sets them again when
    /// it is resumed. A schedule that depends on the update alone remembers nothing.
    /// </summary>
    IReadOnlyDictionary<string, double> State
    {
        get => ReadOnlyDictionary<string, double>.Empty;
        set
        {
        }
    }
}

/// <summary>
/// A schedule that rises linearly to its peak first, lr = peak · update / warmup. So the first steps are small, while
/// the optimizer's means of gradients are still poor.
/// </summary>
/// <param name="peak">The highest learning rate.</param>
/// <param name="warmup">The updates of the rise; 0 for none.</param>
public abstract class WarmupSchedule(double peak, int warmup) : ISchedule
{
    /// <summary>The updates of the rise.</summary>
    protected int Warmup => warmup;

    /// <summary>The update that has the peak: the last of the warm-up, or the first without a warm-up.</summary>
    private protected int Peak => Math.Max(warmup, 1);

    /// <inheritdoc/>
    public double At(int update) => peak * (update < warmup ? (double)update / warmup : Factor(update));

    /// <inheritdoc/>
    public virtual void Observe(double validationLoss)
    {
    }

    /// <summary>The factor of the peak after the warm-up.</summary>
    protected abstract double Factor(int update);

    /// <summary>
    /// How far an update is from the peak, 0, to the update that would follow the last, 1. So the last update has a
    /// rate above 0, and the rate reaches 0 when nothing is left to update.
    /// </summary>
    private protected double Progress(int update, int updates) =>
        Math.Clamp((double)(update - Peak) / Math.Max(1.0 + updates - Peak, 1), 0, 1);
}

/// <summary>Rises to the peak and stays there.</summary>
public sealed class ConstantSchedule(double peak, int warmup = 0) : WarmupSchedule(peak, warmup)
{
    /// <inheritdoc/>
    protected override double Factor(int update) => 1;
}

/// <summary>
/// Rises linearly to the peak over the warm-up, then falls with the inverse square root of the update's number (Vaswani
/// et al. 2017, section 5.3, where the peak is 1 / √(dModel · warmup)).
/// </summary>
public sealed class InverseSquareRootSchedule(double peak, int warmup) : WarmupSchedule(peak, warmup)
{
    /// <inheritdoc/>
    protected override double Factor(int update) => Math.Sqrt(Peak / (double)update);
}

/// <summary>
/// The schedule of "Attention Is All You Need" as it is written, lr = dModel^-½ min(update^-½, update · warmup^-1½)
/// (Vaswani et al. 2017, equation 3; named after its author, Noam Shazeer): dModel and the warm-up set the rate.
/// </summary>
/// <param name="dModel">Features of the model.</param>
/// <param name="warmup">The updates of the rise, at least 1.</param>
/// <param name="factor">A factor of the paper's rate.</param>
public sealed class NoamSchedule(int dModel, int warmup, double factor = 1) : ISchedule
{
    /// <inheritdoc/>
    public double At(int update) =>
        factor / Math.Sqrt(dModel) * Math.Min(1 / Math.Sqrt(update), update * Math.Pow(warmup, -1.5));
}

/// <summary>
/// Rises to the peak, then falls by the same amount each update. It would be 0 after the last update.
/// </summary>
/// <param name="peak">The highest learning rate.</param>
/// <param name="warmup">The updates of the rise.</param>
/// <param name="updates">The number of updates; a later update has the rate 0.</param>
public sealed class LinearSchedule(double peak, int warmup, int updates) : WarmupSchedule(peak, warmup)
{
    /// <inheritdoc/>
    protected override double Factor(int update) => 1 - Progress(update, updates);
}

/// <summary>
/// Rises to the peak, then falls along half a cosine, slowly at both ends. It would be 0 after the last update
/// (Loshchilov and Hutter 2017, without restarts).
/// </summary>
/// <param name="peak">The highest learning rate.</param>
/// <param name="warmup">The updates of the rise.</param>
/// <param name="updates">The number of updates; a later update has the rate 0.</param>
/// <example>
/// <code><![CDATA[
/// using Engine.Optimizers;
///
/// var schedule = new CosineSchedule(peak: 0.01, warmup: 10, updates: 110);
/// foreach (var update in (int[])[5, 10, 60])
///     Console.WriteLine(Math.Round(schedule.At(update), 3));           // optimizer.LearningRate = schedule.At(update)
/// // prints: 0.005
/// // prints: 0.01
/// // prints: 0.005
/// ]]></code>
/// </example>
public sealed class CosineSchedule(double peak, int warmup, int updates) : WarmupSchedule(peak, warmup)
{
    /// <inheritdoc/>
    protected override double Factor(int update) => (1 + Math.Cos(Math.PI * Progress(update, updates))) / 2;
}

/// <summary>The peak, multiplied by a factor at a fixed number of updates, again and again after the warm-up.</summary>
/// <param name="peak">The highest learning rate.</param>
/// <param name="warmup">The updates of the rise.</param>
/// <param name="every">Updates between two reductions, at least 1.</param>
/// <param name="factor">The factor of each reduction.</param>
public sealed class StepSchedule(double peak, int warmup, int every, double factor) : WarmupSchedule(peak, warmup)
{
    /// <inheritdoc/>
    protected override double Factor(int update) => Math.Pow(factor, (update - Peak) / every);
}
