using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry DivideEntry = new(
        "Divide",
        "y = x / z;  dX = dY / z, dZ = -dY x / z^2, summed to their shapes",
        random => BinaryCases(random, Divide, Samples.Positive));

    /// <summary>y = x / z, element by element, with broadcasting.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="z">A shape that broadcasts with the shape of x.</param>
    /// <returns>The shape that both broadcast to. Saves x, y and z.</returns>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> Divide<T>(Tensor<T> x, Tensor<T> z)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var y = Broadcast(DivideEntry, x, z, default(Divide<T>));
        return Tape<T>.Of(DivideEntry, y).Record(DivideEntry, y, [x, z], adjoints =>
        {
            if (adjoints.Wants(x)) AddBroadcastGradient(adjoints, y, z, default(Divide<T>), x);
            if (!adjoints.Wants(z)) return;
            // -dY x / z² = -(dY y) / z, by y, which is saved.
            var scratch = adjoints.Borrow(y.Count);
            var quotient = scratch.Span[..y.Count];
            Elementwise.Map(default(Multiply<T>), adjoints.Of(y), y.Data, quotient);
            Broadcasting.Map(
                default(NegativeQuotient<T>), quotient, y.Shape.ContiguousStrides(), z.Memory[z.Offset..],
                Broadcasting.Expand(z, y.Shape), y.Shape, quotient);
            var dZ = adjoints.Into(z);
            Broadcasting.SumTo<T>(quotient, y.Shape, dZ.Span, z.Shape, dZ.Accumulate);
            adjoints.Release(scratch);
        });
    }
}
