using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry ScaleEntry = new(
        "Scale",
        "y = c x;  dX = c dY",
        random => UnaryCases(random, x => Scale(x, -1.75)));

    /// <summary>y = c · x with a number c.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="factor">The number c.</param>
    /// <returns>The shape of x. Saves nothing.</returns>
    [KeepsCallerFrame]
    public static Tensor<T> Scale<T>(Tensor<T> x, double factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var tape = Tape<T>.Of(ScaleEntry, x);
        var y = tape.Allocate(x.Shape);
        var c = T.CreateChecked(factor);
        Elementwise.Map(default(Multiply<T>), x.Ordered(tape), c, y.Span);
        return tape.Record(ScaleEntry, y, [x], adjoints =>
        {
            var dX = adjoints.Into(x);
            Elementwise.Map(default(Multiply<T>), adjoints.Of(y), c, dX.Span, dX.Accumulate);
        });
    }
}
