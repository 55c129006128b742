using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry AddEntry = new(
        "Add",
        "y = x + z;  dX = dY, dZ = dY, summed to their shapes",
        random => BinaryCases(random, Add));

    /// <summary>y = x + z, element by element, with broadcasting.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="z">A shape that broadcasts with the shape of x.</param>
    /// <returns>The shape that both broadcast to. Saves nothing.</returns>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> Add<T>(Tensor<T> x, Tensor<T> z)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var y = Broadcast(AddEntry, x, z, default(Add<T>));
        return Tape<T>.Of(AddEntry, y).Record(AddEntry, y, [x, z], adjoints =>
        {
            if (adjoints.Wants(z))
            {
                var dZ = adjoints.Into(z);
                Broadcasting.SumTo(adjoints.Of(y), y.Shape, dZ.Span, z.Shape, dZ.Accumulate);
            }
            if (!adjoints.Wants(x)) return;
            if (x.Shape == y.Shape)
            {
                adjoints.Pass(y, x);
                return;
            }
            var dX = adjoints.Into(x);
            Broadcasting.SumTo(adjoints.Of(y), y.Shape, dX.Span, x.Shape, dX.Accumulate);
        });
    }
}
