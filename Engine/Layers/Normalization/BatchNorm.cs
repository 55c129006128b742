using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// Batch normalization (Ioffe and Szegedy 2015) with parameters <c>weight</c> (gamma, initially 1) and <c>bias</c>
/// (beta, initially 0). In <see cref="Mode.Training"/> it normalizes with the mean and variance of the batch. In the
/// other modes it normalizes with its buffers <c>running_mean</c> and <c>running_var</c>, and is then an affine map.
/// </summary>
/// <remarks>
/// The running statistics change when an optimizer applies the gradients of a training step (see
/// <see cref="Tape{T}.Defer"/>): running = (1 - momentum) running + momentum batch. The variance of the batch divides
/// by m, the number of values of a channel, and is on average too small by the factor (m - 1) / m. The running variance
/// therefore takes the unbiased variance, which divides by m - 1. With m = 1 there is no unbiased variance, and the
/// running variance stays as it is.
/// </remarks>
public sealed class BatchNorm<T> : Norm<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "layer BatchNorm",
        "y = gamma (x - mean) / sqrt(var + epsilon) + beta of each channel, by the batch's mean and var in training, " +
        "by running_mean and running_var otherwise",
        LayerSamples.BatchNorm);

    private readonly Parameter<T> gamma, beta;
    private readonly Buffer<T> runningMean, runningVariance, batches;
    private readonly double epsilon;
    private readonly double? momentum;

    /// <summary>A normalization of <paramref name="channels"/> channels.</summary>
    /// <param name="channels">The number of channels, or of features of a row.</param>
    /// <param name="epsilon">Added under the root, which keeps the divisor above 0.</param>
    /// <param name="momentum">
    /// The weight of a new batch in the running statistics, in [0, 1]; null gives all batches the same weight.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The momentum is not in [0, 1].</exception>
    public BatchNorm(int channels, double epsilon = Op.NormEpsilon, double? momentum = 0.1)
    {
        if (momentum is not (null or >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(
                nameof(momentum), momentum, "BatchNorm: the momentum must be in [0, 1], or null for a plain mean.");
        (this.epsilon, this.momentum) = (epsilon, momentum);
        gamma = Add("weight", Initializers.Constant<T>([channels], 1));
        beta = Add("bias", Tensor<T>.Zeros([channels]));
        runningMean = Add(new Buffer<T>("running_mean", Tensor<T>.Zeros([channels])));
        runningVariance = Add(new Buffer<T>("running_var", Initializers.Constant<T>([channels], 1)));
        batches = Add(new Buffer<T>("num_batches_tracked", Tensor<T>.Zeros([]), isCount: true));
    }

    /// <inheritdoc/>
    /// <param name="x">[rows, channels], or [batch, channels, length].</param>
    /// <returns>The shape of x.</returns>
    public override Tensor<T> Forward(Tensor<T> x) => Apply(x, null);

    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x, SequenceLayout layout, bool causal = false) => Apply(x, layout);

    private Tensor<T> Apply(Tensor<T> x, SequenceLayout? layout)
    {
        var tape = x.Tape;
        if (tape.Mode != Mode.Training)
        {
            return Op.BatchNorm(
                x, tape.Use(gamma), tape.Use(beta), runningMean.Value.Data, runningVariance.Value.Data, epsilon,
                layout);
        }
        var (y, moments) = Op.BatchNorm(x, tape.Use(gamma), tape.Use(beta), epsilon, layout);
        // Copies, because the deferred update runs after the tape has released the step's memory.
        var (mean, variance, count) = (moments.Mean.ToArray(), moments.Variance.ToArray(), moments.Count);
        tape.Defer(() => Track(mean, variance, count));
        return y;
    }

    private void Track(T[] mean, T[] variance, int count)
    {
        ref var tracked = ref batches.Update()[0];
        tracked += T.One;
        var weight = momentum is { } fixedWeight ? T.CreateChecked(fixedWeight) : T.One / tracked;
        Move(runningMean.Update(), mean, weight, T.One);
        if (count > 1) // m / (m - 1)
            Move(runningVariance.Update(), variance, weight, T.CreateChecked(count / (count - 1.0)));
    }

    private static void Move(Span<T> running, T[] batch, T weight, T correction)
    {
        for (var i = 0; i < batch.Length; i++)
            running[i] = ((T.One - weight) * running[i]) + (weight * correction * batch[i]);
    }
}
