using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

/// <summary>How many bits of numbers one instruction of a kernel works on.</summary>
internal enum VectorWidth
{
    /// <summary>Plain scalar code, one number an instruction: <see cref="LanesScalar{T}"/>.</summary>
    Scalar = 0,

    /// <summary><see cref="Lanes128{T}"/>.</summary>
    Bits128 = 128,

    /// <summary><see cref="Lanes256{T}"/>.</summary>
    Bits256 = 256,

    /// <summary><see cref="Lanes512{T}"/>.</summary>
    Bits512 = 512,
}

/// <summary>Which width kernels run at: the widest that this processor has, unless a test chooses another.</summary>
internal static class KernelWidth
{
    /// <summary>The <see cref="AppContext"/> switch that a test program sets before it calls a kernel.</summary>
    public const string Switch = "Engine.Kernels.TestsChooseWidth";

    /// <summary>Whether tests choose the width. False in every other program.</summary>
    /// <remarks>
    /// The field is static and read-only, so the JIT takes its value for a constant: where the value is false,
    /// <see cref="Widest{T}"/> is compiled as if the hook did not exist.
    /// </remarks>
    public static readonly bool IsChosenByTests = AppContext.TryGetSwitch(Switch, out var isOn) && isOn;

    private static VectorWidth chosen = Widest;

    /// <summary>The widest vectors that this processor has instructions for.</summary>
    public static VectorWidth Widest =>
        Vector512.IsHardwareAccelerated ? VectorWidth.Bits512
        : Vector256.IsHardwareAccelerated ? VectorWidth.Bits256
        : Vector128.IsHardwareAccelerated ? VectorWidth.Bits128
        : VectorWidth.Scalar;

    /// <summary>
    /// Whether the processor rounds a · b + c once. All processors do that Arm64 runs on, and the processors of Intel
    /// and AMD since 2013, in vectors of every width. On an older processor sums have other bits.
    /// </summary>
    public static bool IsFused => Fma.IsSupported || !Sse.IsSupported;

    /// <summary>The width that kernels run at now.</summary>
    public static VectorWidth Current => chosen;

    /// <summary>
    /// Runs every kernel of the process, on every thread, at <paramref name="width"/> until the result is disposed. No
    /// other thread may compute meanwhile; a <see cref="PackedMatrix{T}"/> must be multiplied at the width at which it
    /// was packed.
    /// </summary>
    /// <exception cref="InvalidOperationException">The program has not set <see cref="Switch"/>.</exception>
    public static IDisposable Choose(VectorWidth width)
    {
        if (!IsChosenByTests)
            throw new InvalidOperationException($"{Switch} is not set; only tests choose the vector width.");
        var before = chosen;
        chosen = width;
        return new Choice(before);
    }

    private sealed class Choice(VectorWidth before) : IDisposable
    {
        public void Dispose() => chosen = before;
    }
}
