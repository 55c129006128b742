using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry SubtractEntry = new(
        "Subtract",
        "y = x - z;  dX = dY, dZ = -dY, summed to their shapes",
        random => BinaryCases(random, Subtract));

    /// <summary>y = x - z, element by element, with broadcasting.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="z">A shape that broadcasts with the shape of x.</param>
    /// <returns>The shape that both broadcast to. Saves nothing.</returns>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> Subtract<T>(Tensor<T> x, Tensor<T> z)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var y = Broadcast(SubtractEntry, x, z, default(Subtract<T>));
        return Tape<T>.Of(SubtractEntry, y).Record(SubtractEntry, y, [x, z], adjoints =>
        {
            if (adjoints.Wants(z)) AddBroadcastGradient(adjoints, y, z, default(NegateFirst<T>), z);
            if (!adjoints.Wants(x)) return;
            var dX = adjoints.Into(x);
            Broadcasting.SumTo(adjoints.Of(y), y.Shape, dX.Span, x.Shape, dX.Accumulate);
        });
    }
}
