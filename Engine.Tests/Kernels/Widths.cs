using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Kernels;

namespace Engine.Tests.Kernels;

/// <summary>Runs a map at a given vector width, in software where the processor has none so wide.</summary>
internal static class Widths
{
    public static readonly int[] All = [128, 256, 512];

    public static T[] Map<T, TFunction>(int width, TFunction function, params ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IUnaryFunction<T>
    {
        var y = new T[x.Length];
        switch (width)
        {
            case 128:
                Elementwise.Map<T, TFunction, Vector128<T>, Lanes128<T>>(function, x, y, accumulate: false);
                break;
            case 256:
                Elementwise.Map<T, TFunction, Vector256<T>, Lanes256<T>>(function, x, y, accumulate: false);
                break;
            default:
                Elementwise.Map<T, TFunction, Vector512<T>, Lanes512<T>>(function, x, y, accumulate: false);
                break;
        }

        return y;
    }
}

internal readonly struct Erfc<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V x)
        where V : unmanaged
        where L : ILanes<T, V> => VectorMath<T, V, L>.Erfc(x);
}
