using System.Numerics;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry GroupNormEntry = new(
        "GroupNorm",
        "y = gamma xHat + beta, xHat = (x - mean) / sqrt(var + epsilon) over the positions of a sequence and a group " +
        "of its channels;  with g = gamma dY: dX = (g - mean(g) - xHat mean(g xHat)) / sqrt(var + epsilon), " +
        "dGamma = sum dY xHat, dBeta = sum dY",
        random => GroupNormCases(random));

    /// <summary>
    /// Group normalization (Wu and He 2018): the channels form groups of neighbours. In each element of the batch, each
    /// group is brought to mean 0 and variance 1 over its channels and its length; then each channel is scaled and
    /// shifted. One group gives layer normalization over [channels, length]. One group for each channel gives
    /// <see cref="InstanceNorm{T}(Tensor{T}, Tensor{T}, Tensor{T}, double)"/>. Its twin is
    /// <see cref="SliceNormalizationTwin"/>; for its other files see
    /// <see cref="BatchNorm{T}(Tensor{T}, Tensor{T}, Tensor{T}, double, SequenceLayout?)"/>.
    /// </summary>
    /// <param name="x">[batch, channels, length], or [batch, channels].</param>
    /// <param name="groups">A divisor of the number of channels.</param>
    /// <param name="gamma">[channels].</param>
    /// <param name="beta">[channels].</param>
    /// <param name="epsilon">Keeps the root away from 0; it is inside the root.</param>
    /// <returns>The shape of x.</returns>
    /// <exception cref="ShapeException">The shapes do not fit, or the groups do not divide the channels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Epsilon is negative.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> GroupNorm<T>(
        Tensor<T> x, int groups, Tensor<T> gamma, Tensor<T> beta, double epsilon = NormEpsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Channels.Check("GroupNorm", x.Shape, gamma, beta, epsilon);
        if (x.Shape.Rank == 2)
            return GroupNorm(x, groups, gamma, beta, SequenceLayout.Full(x.Shape[0], 1), epsilon);
        var (rows, layout) = Channels.ToRows(x);
        return Channels.FromRows(GroupNorm(rows, groups, gamma, beta, layout, epsilon), x.Shape);
    }

    /// <summary>Group normalization of rows: groups of channels over the positions of each sequence.</summary>
    /// <param name="x">[rows, channels].</param>
    /// <param name="groups">A divisor of the number of channels.</param>
    /// <param name="gamma">[channels].</param>
    /// <param name="beta">[channels].</param>
    /// <param name="layout">Which rows form which sequence; padding rows do not count, and become 0.</param>
    /// <param name="epsilon">Keeps the root away from 0; it is inside the root.</param>
    /// <returns>[rows, channels]. Saves x, and the mean and rstd of each group of each sequence.</returns>
    /// <inheritdoc cref="GroupNorm{T}(Tensor{T}, int, Tensor{T}, Tensor{T}, double)"/>
    [KeepsCallerFrame]
    public static Tensor<T> GroupNorm<T>(
        Tensor<T> x, int groups, Tensor<T> gamma, Tensor<T> beta, SequenceLayout layout, double epsilon = NormEpsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Channels.Check("GroupNorm", x.Shape, gamma, beta, epsilon);
        Channels.Check("GroupNorm", x.Shape, layout);
        var channels = x.Shape[1];
        Channels.CheckGroups(channels, groups);
        var tape = Tape<T>.Of(GroupNormEntry, x, gamma, beta);
        var slices = new SliceNormalization<T>(tape, layout, wholeBatch: false, channels, channels / groups);
        slices.Measure(x);
        return Normalize(GroupNormEntry, slices, x, gamma, beta, epsilon);
    }

    private static IEnumerable<GradientCase> GroupNormCases(RandomStream random)
    {
        foreach (var (shape, groups) in ((Shape, int)[])[([2, 6, 4], 2), ([2, 4, 3], 4), ([1, 18, 2], 1), ([3, 9], 3)])
        {
            var check = GradientCase.Of(
                Samples.Normal(random, shape), Samples.Normal(random, [shape[1]]), Samples.Normal(random, [shape[1]]),
                (x, gamma, beta) => GroupNorm(x, groups, gamma, beta, 0.1));
            yield return check with { Description = $"{check.Description}, {groups} groups" };
        }
        var layout = SequenceLayout.Padded(3, [2, 0, 3]);
        var padded = GradientCase.Of(
            Samples.Normal(random, [9, 6]), Samples.Normal(random, [6]), Samples.Normal(random, [6]),
            (x, gamma, beta) => GroupNorm(x, 3, gamma, beta, layout, 0.1));
        yield return padded with { Description = padded.Description + ", padded" };
    }
}
