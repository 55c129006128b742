using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry LogEntry = new(
        "Log",
        "y = ln(x);  dX = dY / x",
        random => UnaryCases(random, Log, Samples.Positive));

    /// <summary>
    /// y = ln x, element by element; -infinity at 0, NaN below.
    /// </summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The shape of x. Saves x.</returns>
    [KeepsCallerFrame]
    public static Tensor<T> Log<T>(Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Map(LogEntry, x, default(Log<T>), default(Divide<T>), ofInput: true);
}
