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

/// <summary>Runs a kernel with the widest vectors of this CPU; the choice is a constant to the JIT.</summary>
internal static class Widest<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TKernel>(TKernel kernel)
        where TKernel : IKernel<T>, allows ref struct
    {
        if (Vector512.IsHardwareAccelerated) kernel.Run<Vector512<T>, Lanes512<T>>();
        else if (Vector256.IsHardwareAccelerated) kernel.Run<Vector256<T>, Lanes256<T>>();
        else kernel.Run<Vector128<T>, Lanes128<T>>();
    }
}
