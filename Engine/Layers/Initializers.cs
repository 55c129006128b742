using System.Numerics;
using Engine.Kernels;

namespace Engine.Layers;

/// <summary>
/// Initial values of parameters. A weight has the shape [outputs, inputs, ...]. Its fan in is the number of inputs that
/// an output sums, its fan out the number of outputs that an input feeds; further dimensions, such as a convolution's
/// window, multiply both.
/// </summary>
public static class Initializers
{
    /// <summary>The same number in every place: 0 for a bias, 1 for gamma.</summary>
    public static Tensor<T> Constant<T>(Shape shape, double value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Fill<T>(shape, () => value);

    /// <summary>Uniform between two bounds: variance (high - low)² / 12.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The upper bound is below the lower.</exception>
    public static Tensor<T> Uniform<T>(Shape shape, double low, double high, RandomStream random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!(high >= low))
            throw new ArgumentOutOfRangeException(
                nameof(high), high, FormattableString.Invariant($"Uniform: high must be at least low, {low}."));
        return Fill<T>(shape, () => low + ((high - low) * random.NextUniform()));
    }

    /// <summary>Normal with mean 0 and the given standard deviation.</summary>
    public static Tensor<T> Normal<T>(Shape shape, double deviation, RandomStream random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Fill<T>(shape, () => deviation * random.NextNormal());

    /// <summary>
    /// Normal with mean 0 and without tails: a number beyond ±<paramref name="cut"/> deviations is drawn again. The
    /// variance becomes deviation² (1 - 2 cut φ(cut) / (2 Φ(cut) - 1)), which is 0.77 deviation² for a cut of 2.
    /// </summary>
    /// <param name="shape">Any shape.</param>
    /// <param name="deviation">The standard deviation before the cut.</param>
    /// <param name="random">Draws the numbers.</param>
    /// <param name="cut">The largest distance from 0, in deviations.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The cut is below 0.01: nearly every number would have to be drawn again.
    /// </exception>
    public static Tensor<T> TruncatedNormal<T>(Shape shape, double deviation, RandomStream random, double cut = 2)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!(cut >= 0.01))
            throw new ArgumentOutOfRangeException(
                nameof(cut), cut, "TruncatedNormal: the cut must be at least 0.01 deviations.");
        return Fill<T>(shape, () =>
        {
            while (true)
            {
                var draw = random.NextNormal();
                if (Math.Abs(draw) <= cut) return deviation * draw;
            }
        });
    }

    /// <summary>
    /// Uniform in ±gain √(6 / (fan in + fan out)), variance 2 gain² / (fan in + fan out). This is a compromise between
    /// 1 / fan in, which keeps the variance of activations from layer to layer, and 1 / fan out, which keeps the
    /// variance of gradients (Glorot and Bengio 2010, equation 16).
    /// </summary>
    /// <param name="shape">[outputs, inputs, ...].</param>
    /// <param name="random">Draws the numbers.</param>
    /// <param name="gain">The factor of the deviation; see <see cref="Gain"/>.</param>
    /// <exception cref="ShapeException">The shape has fewer than two dimensions.</exception>
    public static Tensor<T> XavierUniform<T>(Shape shape, RandomStream random, double gain = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UniformOf<T>(shape, XavierDeviation(shape, gain), random);

    /// <summary>Normal with the variance of <see cref="XavierUniform"/> (Glorot and Bengio 2010).</summary>
    /// <inheritdoc cref="XavierUniform"/>
    public static Tensor<T> XavierNormal<T>(Shape shape, RandomStream random, double gain = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Normal<T>(shape, XavierDeviation(shape, gain), random);

    /// <summary>
    /// Uniform in ±gain √(3 / fan), variance gain² / fan. ReLU halves the mean square of its input, and gain² = 2 makes
    /// up for it: activations (fan in) or gradients (fan out) neither fade nor grow from layer to layer (He et al.
    /// 2015, equations 10 and 14).
    /// </summary>
    /// <param name="shape">[outputs, inputs, ...].</param>
    /// <param name="random">Draws the numbers.</param>
    /// <param name="fan">Whether to keep the variance of activations or of gradients.</param>
    /// <param name="nonlinearity">The function after the weight; it determines the <see cref="Gain"/>.</param>
    /// <exception cref="ShapeException">The shape has fewer than two dimensions.</exception>
    public static Tensor<T> KaimingUniform<T>(
        Shape shape, RandomStream random, Fan fan = Fan.In, Nonlinearity nonlinearity = Nonlinearity.Relu)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UniformOf<T>(shape, KaimingDeviation(shape, fan, nonlinearity), random);

    /// <summary>Normal with the variance of <see cref="KaimingUniform"/> (He et al. 2015).</summary>
    /// <inheritdoc cref="KaimingUniform"/>
    public static Tensor<T> KaimingNormal<T>(
        Shape shape, RandomStream random, Fan fan = Fan.In, Nonlinearity nonlinearity = Nonlinearity.Relu)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Normal<T>(shape, KaimingDeviation(shape, fan, nonlinearity), random);

    /// <summary>
    /// Gain times a random matrix with orthonormal rows or, if there are fewer columns than rows, orthonormal columns
    /// (Saxe et al. 2014). Such a matrix keeps the lengths of vectors. Rows or columns of normal numbers are made
    /// orthogonal one after another (Gram and Schmidt), which makes every orthonormal matrix equally likely.
    /// </summary>
    /// <param name="shape">[outputs, inputs, ...]; all after the first count as one dimension.</param>
    /// <param name="random">The source of the numbers.</param>
    /// <param name="gain">The factor of the matrix; see <see cref="Gain"/>.</param>
    /// <exception cref="ShapeException">The shape has fewer than two dimensions.</exception>
    public static Tensor<T> Orthogonal<T>(Shape shape, RandomStream random, double gain = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Fans(shape);
        var rows = shape[0];
        var columns = rows == 0 ? 0 : shape.Elements / rows;
        var (vectors, length) = (Math.Min(rows, columns), Math.Max(rows, columns));
        var basis = new double[vectors][];
        for (var i = 0; i < vectors; i++)
        {
            basis[i] = new double[length];
            for (var j = 0; j < length; j++) basis[i][j] = random.NextNormal();
            // The second pass removes the rounding errors of the first, which are large if vectors are nearly parallel.
            for (var pass = 0; pass < 2; pass++)
            {
                for (var k = 0; k < i; k++)
                    InPlace.AddScaled(basis[i], basis[k], -Reductions.Dot<double>(basis[i], basis[k]));
                var norm = Math.Sqrt(Reductions.SumOfSquares<double>(basis[i]));
                InPlace.Multiply(basis[i], 1 / norm);
            }
        }
        var element = 0;
        return Fill<T>(shape, () =>
        {
            var (row, column) = (element / columns, element++ % columns);
            return gain * (rows <= columns ? basis[row][column] : basis[column][row]);
        });
    }

    /// <summary>
    /// The factor of weights before a nonlinearity, which makes up for the variance that the nonlinearity removes: √2
    /// for ReLU, √(2 / (1 + slope²)) for LeakyReLU (He et al. 2015), 5/3 for tanh, 1 for sigmoid and for the identity.
    /// </summary>
    /// <param name="nonlinearity">The function after the weights.</param>
    /// <param name="slope">The slope of LeakyReLU below 0.</param>
    public static double Gain(Nonlinearity nonlinearity, double slope = Op.LeakyReluSlope) => nonlinearity switch
    {
        Nonlinearity.Relu => Math.Sqrt(2),
        Nonlinearity.LeakyRelu => Math.Sqrt(2 / (1 + (slope * slope))),
        Nonlinearity.Tanh => 5.0 / 3,
        _ => 1,
    };

    private static double XavierDeviation(Shape shape, double gain)
    {
        var (fanIn, fanOut) = Fans(shape);
        return gain * Math.Sqrt(2.0 / (fanIn + fanOut));
    }

    private static double KaimingDeviation(Shape shape, Fan fan, Nonlinearity nonlinearity)
    {
        var (fanIn, fanOut) = Fans(shape);
        return Gain(nonlinearity) / Math.Sqrt(fan == Fan.In ? fanIn : fanOut);
    }

    private static (int In, int Out) Fans(Shape shape)
    {
        if (shape.Rank < 2)
            throw new ShapeException("Initializers: a weight [outputs, inputs, ...] has a fan in and a fan out, " +
                $"{shape} has none; use Uniform or Normal.");
        var field = 1;
        for (var d = 2; d < shape.Rank; d++) field *= shape[d];
        return (shape[1] * field, shape[0] * field);
    }

    private static Tensor<T> UniformOf<T>(Shape shape, double deviation, RandomStream random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var bound = deviation * Math.Sqrt(3);
        return Fill<T>(shape, () => bound * ((2 * random.NextUniform()) - 1));
    }

    private static Tensor<T> Fill<T>(Shape shape, Func<double> next)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = new T[shape.Elements];
        for (var i = 0; i < values.Length; i++) values[i] = T.CreateChecked(next());
        return Tensor<T>.From(shape, values);
    }
}
