using System.Numerics;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry InstanceNormEntry = new(
        "InstanceNorm",
        "y = gamma xHat + beta, xHat = (x - mean) / sqrt(var + epsilon) of each channel over the positions of each " +
        "sequence;  with g = gamma dY: dX = (g - mean(g) - xHat mean(g xHat)) / sqrt(var + epsilon), " +
        "dGamma = sum dY xHat, dBeta = sum dY",
        random => InstanceNormCases(random));

    /// <summary>
    /// Instance normalization (Ulyanov, Vedaldi and Lempitsky 2016): in each element of the batch, each channel is
    /// brought to mean 0 and variance 1 over its length, then scaled and shifted. Its twin is
    /// <see cref="SliceNormalizationTwin"/>; for its other files see
    /// <see cref="BatchNorm{T}(Tensor{T}, Tensor{T}, Tensor{T}, double, SequenceLayout?)"/>.
    /// </summary>
    /// <param name="x">[batch, channels, length].</param>
    /// <param name="gamma">[channels].</param>
    /// <param name="beta">[channels].</param>
    /// <param name="epsilon">Keeps the root away from 0; it is inside the root.</param>
    /// <returns>The shape of x.</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Epsilon is negative.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> InstanceNorm<T>(Tensor<T> x, Tensor<T> gamma, Tensor<T> beta, double epsilon = NormEpsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Shape.Rank != 3)
            throw new ShapeException($"InstanceNorm: x {x.Shape} must be [batch, channels, length]; " +
                "rows need a SequenceLayout that says which of them are one instance.");
        var (rows, layout) = Channels.ToRows(x);
        return Channels.FromRows(InstanceNorm(rows, gamma, beta, layout, epsilon), x.Shape);
    }

    /// <summary>Instance normalization of rows: each channel over the positions of each sequence.</summary>
    /// <param name="x">[rows, channels].</param>
    /// <param name="gamma">[channels].</param>
    /// <param name="beta">[channels].</param>
    /// <param name="layout">Which rows form which sequence; padding rows do not count, and become 0.</param>
    /// <param name="epsilon">Keeps the root away from 0; it is inside the root.</param>
    /// <returns>[rows, channels]. Saves x, and the mean and rstd of each channel of each sequence.</returns>
    /// <inheritdoc cref="InstanceNorm{T}(Tensor{T}, Tensor{T}, Tensor{T}, double)"/>
    [KeepsCallerFrame]
    public static Tensor<T> InstanceNorm<T>(
        Tensor<T> x, Tensor<T> gamma, Tensor<T> beta, SequenceLayout layout, double epsilon = NormEpsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Channels.Check("InstanceNorm", x.Shape, gamma, beta, epsilon);
        Channels.Check("InstanceNorm", x.Shape, layout);
        var tape = Tape<T>.Of(InstanceNormEntry, x, gamma, beta);
        var slices = new SliceNormalization<T>(tape, layout, wholeBatch: false, x.Shape[1], width: 1);
        slices.Measure(x);
        return Normalize(InstanceNormEntry, slices, x, gamma, beta, epsilon);
    }

    private static IEnumerable<GradientCase> InstanceNormCases(RandomStream random)
    {
        foreach (var shape in (Shape[])[[2, 3, 4], [1, 9, 5], [2, 17, 3]])
        {
            yield return GradientCase.Of(
                Samples.Normal(random, shape), Samples.Normal(random, [shape[1]]), Samples.Normal(random, [shape[1]]),
                (x, gamma, beta) => InstanceNorm(x, gamma, beta, 0.1));
        }
        var layout = SequenceLayout.Padded(4, [3, 0, 4]);
        var padded = GradientCase.Of(
            Samples.Normal(random, [12, 5]), Samples.Normal(random, [5]), Samples.Normal(random, [5]),
            (x, gamma, beta) => InstanceNorm(x, gamma, beta, layout, 0.1));
        yield return padded with { Description = padded.Description + ", padded" };
    }
}
