using System.Numerics;

namespace Engine;

/// <summary>The moments of a batch; no gradient flows through them.</summary>
/// <param name="Mean">The mean of each channel, [channels].</param>
/// <param name="Variance">The variance of each channel, divided by <paramref name="Count"/>, [channels].</param>
/// <param name="Count">m, the number of elements of a channel in the batch, without padding.</param>
public readonly record struct BatchMoments<T>(Tensor<T> Mean, Tensor<T> Variance, int Count)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

public static partial class Op
{
    internal static readonly CatalogueEntry BatchNormEntry = new(
        "BatchNorm",
        "y = gamma xHat + beta, xHat = (x - mean) / sqrt(var + epsilon) of each channel over the batch;  with " +
        "g = gamma dY: dX = (g - mean(g) - xHat mean(g xHat)) / sqrt(var + epsilon), or g / sqrt(var + epsilon) " +
        "where mean and var are given, dGamma = sum dY xHat, dBeta = sum dY",
        random => BatchNormCases(random));

    /// <summary>
    /// Batch normalization (Ioffe and Szegedy 2015) as in training: each channel is brought to mean 0 and variance 1
    /// over the whole batch (the variance divides by m, and epsilon is inside the root), then scaled and shifted. A
    /// row's result depends on all rows of its batch, and so on the other sentences and their lengths. This is one
    /// reason why language models use other normalizations (Shen et al. 2020). Its twin is
    /// <see cref="SliceNormalizationTwin"/>.
    /// </summary>
    /// <remarks>
    /// BatchNorm, <see cref="InstanceNorm{T}(Tensor{T}, Tensor{T}, Tensor{T}, double)"/> and
    /// <see cref="GroupNorm{T}(Tensor{T}, int, Tensor{T}, Tensor{T}, double)"/> share four files:
    /// <see cref="SliceNormalization{T}"/> has both passes, <see cref="Kernels.ColumnNormKernel"/> the loops,
    /// <see cref="Channels"/> the shapes, <see cref="SliceNormalizationTwin"/> the formula in loops.
    /// </remarks>
    /// <param name="x">[rows, channels], or [batch, channels, length].</param>
    /// <param name="gamma">[channels].</param>
    /// <param name="beta">[channels].</param>
    /// <param name="epsilon">Keeps the root away from 0.</param>
    /// <param name="layout">Where x is of rows: padding rows do not count, and become 0.</param>
    /// <returns>The shape of x, and the moments of the batch. Saves x, mean and rstd.</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Epsilon is negative.</exception>
    [KeepsCallerFrame]
    public static (Tensor<T> Output, BatchMoments<T> Moments) BatchNorm<T>(
        Tensor<T> x, Tensor<T> gamma, Tensor<T> beta, double epsilon = NormEpsilon, SequenceLayout? layout = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Channels.Check("BatchNorm", x.Shape, gamma, beta, epsilon);
        if (x.Shape.Rank == 3 && layout is null)
        {
            var (rows, _) = Channels.ToRows(x);
            var (normalized, moments) = BatchNorm(rows, gamma, beta, epsilon);
            return (Channels.FromRows(normalized, x.Shape), moments);
        }
        var slices = Batch(x, gamma, beta, layout, isFixed: false);
        slices.Measure(x);
        Shape channels = [x.Shape[1]];
        return (
            Normalize(BatchNormEntry, slices, x, gamma, beta, epsilon),
            new BatchMoments<T>(Flat(slices.Mean), Flat(slices.Variance), slices.BatchRows));

        Tensor<T> Flat(Tensor<T> table) => table.View(channels, channels.ContiguousStrides(), 0);
    }

    /// <summary>
    /// Batch normalization as at inference, by given means and variances: an affine map of each channel.
    /// </summary>
    /// <param name="x">[rows, channels], or [batch, channels, length].</param>
    /// <param name="gamma">[channels].</param>
    /// <param name="beta">[channels].</param>
    /// <param name="mean">A number for each channel; a constant.</param>
    /// <param name="variance">A number for each channel; a constant.</param>
    /// <param name="epsilon">Keeps the root away from 0.</param>
    /// <param name="layout">Where x is of rows: padding rows become 0.</param>
    /// <returns>The shape of x. Saves x.</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Epsilon is negative.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> BatchNorm<T>(
        Tensor<T> x, Tensor<T> gamma, Tensor<T> beta, ReadOnlySpan<T> mean, ReadOnlySpan<T> variance,
        double epsilon = NormEpsilon, SequenceLayout? layout = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Channels.Check("BatchNorm", x.Shape, gamma, beta, epsilon);
        if (mean.Length != x.Shape[1] || variance.Length != x.Shape[1])
            throw new ShapeException($"BatchNorm: x {x.Shape} has {x.Shape[1]} channels; {mean.Length} means and " +
                $"{variance.Length} variances were given.");
        if (x.Shape.Rank == 3 && layout is null)
        {
            var (rows, _) = Channels.ToRows(x);
            return Channels.FromRows(BatchNorm(rows, gamma, beta, mean, variance, epsilon), x.Shape);
        }
        var slices = Batch(x, gamma, beta, layout, isFixed: true);
        mean.CopyTo(slices.Mean.Span);
        variance.CopyTo(slices.Variance.Span);
        return Normalize(BatchNormEntry, slices, x, gamma, beta, epsilon);
    }

    private static SliceNormalization<T> Batch<T>(
        Tensor<T> x, Tensor<T> gamma, Tensor<T> beta, SequenceLayout? layout, bool isFixed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        layout ??= SequenceLayout.Full(1, x.Shape[0]);
        Channels.Check("BatchNorm", x.Shape, layout);
        return new SliceNormalization<T>(
            Tape<T>.Of(BatchNormEntry, x, gamma, beta), layout, wholeBatch: true, x.Shape[1], width: 1)
        { IsFixed = isFixed };
    }

    /// <summary>Normalizes and records, once the moments of the slices are known.</summary>
    private static Tensor<T> Normalize<T>(
        CatalogueEntry entry, SliceNormalization<T> slices, Tensor<T> x, Tensor<T> gamma, Tensor<T> beta,
        double epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var y = slices.Normalize(x, gamma, beta, epsilon);
        return Tape<T>.Of(entry, x, gamma, beta).Record(
            entry, y, [x, gamma, beta], adjoints => slices.Backward(adjoints, x, gamma, beta, y));
    }

    private static IEnumerable<GradientCase> BatchNormCases(RandomStream random)
    {
        foreach (var shape in (Shape[])[[4, 3], [3, 9], [5, 17], [2, 3, 4]])
        {
            Shape n = [shape[1]];
            yield return GradientCase.Of(
                Samples.Normal(random, shape), Samples.Normal(random, n), Samples.Normal(random, n),
                (x, gamma, beta) => BatchNorm(x, gamma, beta, 0.1).Output);
            var (mean, variance) = (Samples.Normal(random, n).ToArray(), Samples.Positive(random, n).ToArray());
            var given = GradientCase.Of(
                Samples.Normal(random, shape), Samples.Normal(random, n), Samples.Normal(random, n),
                (x, gamma, beta) => BatchNorm(x, gamma, beta, mean, variance, 0.1));
            yield return given with { Description = given.Description + ", given moments" };
        }
        var layout = SequenceLayout.Padded(3, [2, 3, 0, 1]);
        var padded = GradientCase.Of(
            Samples.Normal(random, [12, 5]), Samples.Normal(random, [5]), Samples.Normal(random, [5]),
            (x, gamma, beta) => BatchNorm(x, gamma, beta, 0.1, layout).Output);
        yield return padded with { Description = padded.Description + ", padded" };
    }
}
