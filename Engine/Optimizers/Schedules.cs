namespace Engine.Optimizers;

/// <summary>How the learning rate changes over the updates, the first of which has number 1.</summary>
public interface ISchedule
{
    /// <summary>The learning rate of an update.</summary>
    double At(int update);
}

/// <summary>
/// Rises linearly to <paramref name="peak"/> over <paramref name="warmup"/> updates, then falls with the inverse square
/// root of the update's number (Vaswani et al. 2017, section 5.3, where the peak is 1 / √(dModel · warmup)).
/// </summary>
public sealed class InverseSquareRootSchedule(double peak, int warmup) : ISchedule
{
    /// <inheritdoc/>
    public double At(int update) =>
        update < warmup ? peak * update / warmup : peak * Math.Sqrt(Math.Max(warmup, 1) / (double)update);
}
