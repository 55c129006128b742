using System.Numerics;

namespace Engine.Kernels;

/// <summary>
/// A function of one number, written once for every vector width. It is passed by value as a struct, so that the JIT
/// compiles a loop for each function with the function inlined; constants it needs are its fields.
/// </summary>
internal interface IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    V Apply<V, L>(V x)
        where V : unmanaged
        where L : ILanes<T, V>;
}

/// <summary>A function of two numbers.</summary>
internal interface IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    V Apply<V, L>(V x, V z)
        where V : unmanaged
        where L : ILanes<T, V>;
}

/// <summary>A function of three numbers.</summary>
internal interface ITernaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    V Apply<V, L>(V x, V z, V w)
        where V : unmanaged
        where L : ILanes<T, V>;
}
