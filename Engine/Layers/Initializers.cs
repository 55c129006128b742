using System.Numerics;
using Engine.Kernels;

namespace Engine.Layers;

/// <summary>First values of parameters.</summary>
public static class Initializers
{
    /// <summary>
    /// Uniform in ±√(6 / (fan in + fan out)), so that the variances of activations and of gradients stay near 1 from
    /// layer to layer (Glorot and Bengio 2010).
    /// </summary>
    /// <param name="shape">[outputs, inputs].</param>
    /// <param name="random">The source of the numbers.</param>
    public static Tensor<T> XavierUniform<T>(Shape shape, RandomStream random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var bound = Math.Sqrt(6.0 / (shape[^1] + shape[^2]));
        return Fill<T>(shape, () => bound * ((2 * random.NextUniform()) - 1));
    }

    /// <summary>Normal with mean 0 and the given standard deviation.</summary>
    public static Tensor<T> Normal<T>(Shape shape, double deviation, RandomStream random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Fill<T>(shape, () => deviation * random.NextNormal());

    /// <summary>The same number everywhere.</summary>
    public static Tensor<T> Constant<T>(Shape shape, double value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Fill<T>(shape, () => value);

    private static Tensor<T> Fill<T>(Shape shape, Func<double> next)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = new T[shape.Elements];
        for (var i = 0; i < values.Length; i++) values[i] = T.CreateChecked(next());
        return Tensor<T>.From(shape, values);
    }
}
