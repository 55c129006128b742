using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>A kernel with its arguments, written once for every vector width.</summary>
internal interface IKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    void Run<V, L>()
        where V : unmanaged
        where L : ILanes<T, V>;
}

/// <summary>
/// Runs a kernel with the widest vectors of this processor. Every kernel goes through here, and no other code chooses
/// a width.
/// </summary>
internal static class Widest<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Runs <paramref name="kernel"/>; the JIT compiles one of the calls and drops the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TKernel>(scoped in TKernel kernel)
        where TKernel : IKernel<T>, allows ref struct
    {
        if (KernelWidth.IsChosenByTests) RunAt(KernelWidth.Current, kernel);
        else if (Vector512.IsHardwareAccelerated) Unsafe.AsRef(in kernel).Run<Vector512<T>, Lanes512<T>>();
        else if (Vector256.IsHardwareAccelerated) Unsafe.AsRef(in kernel).Run<Vector256<T>, Lanes256<T>>();
        else if (Vector128.IsHardwareAccelerated) Unsafe.AsRef(in kernel).Run<Vector128<T>, Lanes128<T>>();
        else Unsafe.AsRef(in kernel).Run<Pair<T>, LanesScalar<T>>();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunAt<TKernel>(VectorWidth width, TKernel kernel)
        where TKernel : IKernel<T>, allows ref struct
    {
        switch (width)
        {
            case VectorWidth.Bits512: kernel.Run<Vector512<T>, Lanes512<T>>(); break;
            case VectorWidth.Bits256: kernel.Run<Vector256<T>, Lanes256<T>>(); break;
            case VectorWidth.Bits128: kernel.Run<Vector128<T>, Lanes128<T>>(); break;
            default: kernel.Run<Pair<T>, LanesScalar<T>>(); break;
        }
    }
}
