using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

/// <summary>
/// Copies a strip of a matrix into a panel: step after step of k, and within a step the strip's elements side by
/// side, as the micro-kernel reads them.
/// </summary>
internal static unsafe class Packing
{
    /// <summary>How many steps ahead the source is prefetched: the processor does not foresee rows far apart.</summary>
    private const int Lead = 24;

    /// <summary>How many panels are packed together: a kilobyte of each row of floats.</summary>
    private const int PanelsAtOnce = 8;

    /// <summary>How many steps are transposed together: a cache line of floats from each row, read once.</summary>
    private const int StepsOfLine = 16;

    /// <summary>
    /// panel[p · panelWidth + i] = source[i · elementStride + p · stepStride] for i below <paramref name="width"/>,
    /// and zero from there to <paramref name="panelWidth"/>.
    /// </summary>
    public static void Pack<T>(
        T* source, nint elementStride, nint stepStride, int width, int steps, T* panel, int panelWidth)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // bounds: the caller's panel has steps rows of panelWidth numbers
        if (elementStride == 1)
            Copy(source, stepStride, width, steps, panel, panelWidth);
        else if (stepStride == 1)
            for (var p = 0; p < steps; p += StepsOfLine)
                Transpose(
                    source + p, elementStride, width, Math.Min(StepsOfLine, steps - p), panel + (nint)p * panelWidth,
                    panelWidth);
        else
            Gather(source, elementStride, stepStride, width, steps, panel, panelWidth);

        if (width < panelWidth)
            for (var p = 0; p < steps; p++)
                new Span<T>(panel + (nint)p * panelWidth + width, panelWidth - width).Clear();
    }

    /// <summary>
    /// The same for strips side by side, into one panel behind the other. Where the elements of a step are neighbours,
    /// each row of the source is read once for all strips: for one strip after another, its page would leave the TLB in
    /// between.
    /// </summary>
    public static void PackStrips<T>(
        T* source, nint elementStride, nint stepStride, int strips, int width, int steps, T* panels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var panelLength = (nint)steps * width;
        if (elementStride == 1 && strips > 1)
            for (var p = 0; p < steps; p++, source += stepStride, panels += width)
            {
                Fetch(source + Lead * stepStride, strips * width);
                for (var strip = 0; strip < strips; strip++)
                    CopyStep(source + strip * width, width, panels + strip * panelLength);
            }
        else
            for (var strip = 0; strip < strips; strip++)
                Pack(
                    source + strip * width * elementStride, elementStride, stepStride, width, steps,
                    panels + strip * panelLength, width);
    }

    /// <summary>The same for any number of strips, some at a time.</summary>
    public static void PackPanels<T>(
        T* source, nint elementStride, nint stepStride, int strips, int width, int steps, T* panels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var strip = 0; strip < strips; strip += PanelsAtOnce)
            PackStrips(
                source + strip * width * elementStride, elementStride, stepStride,
                Math.Min(PanelsAtOnce, strips - strip), width, steps, panels + (nint)strip * width * steps);
    }

    private static void Copy<T>(T* source, nint stepStride, int width, int steps, T* panel, int panelWidth)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (; steps > 0; steps--, source += stepStride, panel += panelWidth)
        {
            Fetch(source + Lead * stepStride, width);
            CopyStep(source, width, panel);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyStep<T>(T* source, int width, T* panel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // bounds: source and panel have "width" numbers; each loop ends a whole vector before it
        var i = 0;
        for (; i <= width - Vector256<T>.Count; i += Vector256<T>.Count)
            Vector256.Store(Vector256.Load(source + i), panel + i);
        for (; i <= width - Vector128<T>.Count; i += Vector128<T>.Count)
            Vector128.Store(Vector128.Load(source + i), panel + i);
        for (; i < width; i++)
            panel[i] = source[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch<T>(T* source, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Sse.IsSupported)
            for (var ahead = 0; ahead < width; ahead += 64 / sizeof(T))
                Sse.Prefetch0(source + ahead);
    }

    private static void Gather<T>(
        T* source, nint elementStride, nint stepStride, int width, int steps, T* panel, int panelWidth)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // bounds: the caller gives "steps" steps of "width" elements that lie within the matrix, and a panel for them
        for (; steps > 0; steps--, source += stepStride, panel += panelWidth)
            for (var i = 0; i < width; i++)
                panel[i] = source[i * elementStride];
    }

    /// <summary>Transposes the largest squares that fit in registers, and the edges number by number.</summary>
    private static void Transpose<T>(T* source, nint elementStride, int width, int steps, T* panel, int panelWidth)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < width;)
        {
            var side =
                typeof(T) == typeof(double) ? 2
                : Avx.IsSupported && width - i >= 8 ? 8
                : 4;
            var rows = Math.Min(side, width - i);
            var from = source + i * elementStride;
            var to = panel + i;
            var p = 0;
            if (rows == side)
                for (; p <= steps - side; p += side, from += side, to += side * (nint)panelWidth)
                    if (typeof(T) == typeof(double))
                        Transpose2((double*)from, elementStride, (double*)to, panelWidth);
                    else if (side == 8)
                        Transpose8((float*)from, elementStride, (float*)to, panelWidth);
                    else
                        Transpose4((float*)from, elementStride, (float*)to, panelWidth);
            Gather(from, elementStride, 1, rows, steps - p, to, panelWidth);
            i += rows;
        }
    }

    /// <summary>Rows r and r + 4 share a register: no element crosses to the other half of a register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose8(float* source, nint stride, float* panel, nint panelWidth)
    {
        Transpose8x4(source, stride, panel, panelWidth);
        Transpose8x4(source + 4, stride, panel + 4 * panelWidth, panelWidth);
    }

    /// <summary>Four steps of eight rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose8x4(float* source, nint stride, float* panel, nint panelWidth)
    {
        // bounds: Transpose leaves eight rows and eight steps; this takes eight rows and four of the steps
        var row0 = Vector256.Create(Vector128.Load(source), Vector128.Load(source + 4 * stride));
        var row1 = Vector256.Create(Vector128.Load(source + stride), Vector128.Load(source + 5 * stride));
        var row2 = Vector256.Create(Vector128.Load(source + 2 * stride), Vector128.Load(source + 6 * stride));
        var row3 = Vector256.Create(Vector128.Load(source + 3 * stride), Vector128.Load(source + 7 * stride));
        var low01 = Avx.UnpackLow(row0, row1).AsDouble();
        var low23 = Avx.UnpackLow(row2, row3).AsDouble();
        var high01 = Avx.UnpackHigh(row0, row1).AsDouble();
        var high23 = Avx.UnpackHigh(row2, row3).AsDouble();
        Avx.UnpackLow(low01, low23).AsSingle().Store(panel);
        Avx.UnpackHigh(low01, low23).AsSingle().Store(panel + panelWidth);
        Avx.UnpackLow(high01, high23).AsSingle().Store(panel + 2 * panelWidth);
        Avx.UnpackHigh(high01, high23).AsSingle().Store(panel + 3 * panelWidth);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose4(float* source, nint stride, float* panel, nint panelWidth)
    {
        // bounds: Transpose leaves four rows and four steps, and panelWidth is at least four
        var row0 = Vector128.Load(source);
        var row1 = Vector128.Load(source + stride);
        var row2 = Vector128.Load(source + 2 * stride);
        var row3 = Vector128.Load(source + 3 * stride);
        var low01 = ZipLow(row0, row1).AsDouble();
        var low23 = ZipLow(row2, row3).AsDouble();
        var high01 = ZipHigh(row0, row1).AsDouble();
        var high23 = ZipHigh(row2, row3).AsDouble();
        ZipLow(low01, low23).AsSingle().Store(panel);
        ZipHigh(low01, low23).AsSingle().Store(panel + panelWidth);
        ZipLow(high01, high23).AsSingle().Store(panel + 2 * panelWidth);
        ZipHigh(high01, high23).AsSingle().Store(panel + 3 * panelWidth);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose2(double* source, nint stride, double* panel, nint panelWidth)
    {
        // bounds: Transpose leaves two rows and two steps, and panelWidth is at least two
        var row0 = Vector128.Load(source);
        var row1 = Vector128.Load(source + stride);
        ZipLow(row0, row1).Store(panel);
        ZipHigh(row0, row1).Store(panel + panelWidth);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipLow(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackLow(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b)
        : Vector128.Create(a.GetElement(0), b.GetElement(0), a.GetElement(1), b.GetElement(1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipHigh(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackHigh(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b)
        : Vector128.Create(a.GetElement(2), b.GetElement(2), a.GetElement(3), b.GetElement(3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> ZipLow(Vector128<double> a, Vector128<double> b) =>
        Sse2.IsSupported ? Sse2.UnpackLow(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b)
        : Vector128.Create(a.GetElement(0), b.GetElement(0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> ZipHigh(Vector128<double> a, Vector128<double> b) =>
        Sse2.IsSupported ? Sse2.UnpackHigh(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b)
        : Vector128.Create(a.GetElement(1), b.GetElement(1));
}
