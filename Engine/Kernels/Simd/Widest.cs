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

    /// <summary>
    /// Runs a kernel that sums along rows. It has the partial sums of a vector of 512 bits at every width: narrower
    /// vectors are taken two or four at a time, so that the bits are the same.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RunAs512<TKernel>(scoped in TKernel kernel)
        where TKernel : IKernel<T>, allows ref struct
    {
        if (KernelWidth.IsChosenByTests) RunAs512At(KernelWidth.Current, kernel);
        else if (Vector512.IsHardwareAccelerated) Unsafe.AsRef(in kernel).Run<Vector512<T>, Lanes512<T>>();
        else if (Vector256.IsHardwareAccelerated) RunByTwo<TKernel, Vector256<T>, Lanes256<T>>(in kernel);
        else if (Vector128.IsHardwareAccelerated) RunByFour<TKernel, Vector128<T>, Lanes128<T>>(in kernel);
        else RunAs512At(VectorWidth.Scalar, kernel);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunByTwo<TKernel, V, L>(scoped in TKernel kernel)
        where TKernel : IKernel<T>, allows ref struct
        where V : unmanaged
        where L : ILanes<T, V> => Unsafe.AsRef(in kernel).Run<Twice<V>, LanesTwice<T, V, L>>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunByFour<TKernel, V, L>(scoped in TKernel kernel)
        where TKernel : IKernel<T>, allows ref struct
        where V : unmanaged
        where L : ILanes<T, V> => RunByTwo<TKernel, Twice<V>, LanesTwice<T, V, L>>(in kernel);

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

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunAs512At<TKernel>(VectorWidth width, TKernel kernel)
        where TKernel : IKernel<T>, allows ref struct
    {
        switch (width)
        {
            case VectorWidth.Bits512: kernel.Run<Vector512<T>, Lanes512<T>>(); break;
            case VectorWidth.Bits256: RunByTwo<TKernel, Vector256<T>, Lanes256<T>>(in kernel); break;
            case VectorWidth.Bits128: RunByFour<TKernel, Vector128<T>, Lanes128<T>>(in kernel); break;
            case var _ when typeof(T) == typeof(double): // 8 numbers of 64 bits
                RunByFour<TKernel, Pair<T>, LanesScalar<T>>(in kernel); break;
            default: // 16 numbers of 32 bits
                RunByFour<TKernel, Twice<Pair<T>>, LanesTwice<T, Pair<T>, LanesScalar<T>>>(in kernel); break;
        }
    }
}
