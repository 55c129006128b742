using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Kernels;

namespace Engine.Tests.Kernels;

/// <summary>Runs kernels at chosen vector widths: each width that this processor has, and plain scalar code.</summary>
internal static class Widths
{
    /// <summary>
    /// The collection of the tests that choose the width. They run while no other test does: the choice holds for the
    /// whole process.
    /// </summary>
    public const string Alone = "Tests that choose the vector width";

    public static readonly VectorWidth[] All =
        [.. Enum.GetValues<VectorWidth>().Where(width => width <= KernelWidth.Widest)];

    /// <summary>What <paramref name="compute"/> returns at each width, scalar code first.</summary>
    public static TResult[] AtEach<TResult>(Func<TResult> compute) => [.. All.Select(width =>
    {
        using (KernelWidth.Choose(width)) return compute();
    })];

    /// <summary>One map at one width, which other tests may run beside.</summary>
    public static T[] Map<T, TFunction>(VectorWidth width, TFunction function, params ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IUnaryFunction<T>
    {
        var y = new T[x.Length];
        switch (width)
        {
            case VectorWidth.Scalar:
                Elementwise.Map<T, TFunction, Pair<T>, LanesScalar<T>>(function, x, y, accumulate: false);
                break;
            case VectorWidth.Bits128:
                Elementwise.Map<T, TFunction, Vector128<T>, Lanes128<T>>(function, x, y, accumulate: false);
                break;
            case VectorWidth.Bits256:
                Elementwise.Map<T, TFunction, Vector256<T>, Lanes256<T>>(function, x, y, accumulate: false);
                break;
            default:
                Elementwise.Map<T, TFunction, Vector512<T>, Lanes512<T>>(function, x, y, accumulate: false);
                break;
        }

        return y;
    }

    // Before the first kernel runs: the engine reads the switch once.
    [ModuleInitializer]
    internal static void LetTestsChoose() => AppContext.SetSwitch(KernelWidth.Switch, true);
}

[CollectionDefinition(Widths.Alone, DisableParallelization = true)]
public sealed class WidthTestsRunAlone;

internal readonly struct Erfc<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V x)
        where V : unmanaged
        where L : ILanes<T, V> => VectorMath<T, V, L>.Erfc(x);
}
