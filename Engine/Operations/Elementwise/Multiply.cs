using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry MultiplyEntry = new(
        "Multiply",
        "y = x z;  dX = dY z, dZ = dY x, summed to their shapes",
        random => BinaryCases(random, Multiply));

    /// <summary>y = x · z, element by element, with broadcasting (the Hadamard product).</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="z">A shape that broadcasts with the shape of x.</param>
    /// <returns>The shape that both broadcast to. Saves x and z.</returns>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> Multiply<T>(Tensor<T> x, Tensor<T> z)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var y = Broadcast(MultiplyEntry, x, z, default(Multiply<T>));
        return Tape<T>.Of(MultiplyEntry, y).Record(MultiplyEntry, y, [x, z], adjoints =>
        {
            if (adjoints.Wants(x)) AddBroadcastGradient(adjoints, y, z, default(Multiply<T>), x);
            if (adjoints.Wants(z)) AddBroadcastGradient(adjoints, y, x, default(Multiply<T>), z);
        });
    }
}
