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
    /// <summary>
    /// panel[p · panelWidth + i] = source[i · elementStride + p · stepStride] for i below <paramref name="width"/>,
    /// and zero from there to <paramref name="panelWidth"/>.
    /// </summary>
    public static void Pack<T>(
        T* source, nint elementStride, nint stepStride, int width, int steps, T* panel, int panelWidth)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (elementStride == 1)
            Copy(source, stepStride, width, steps, panel, panelWidth);
        else if (stepStride == 1)
            Transpose(source, elementStride, width, steps, panel, panelWidth);
        else
            Gather(source, elementStride, stepStride, width, steps, panel, panelWidth);

        if (width < panelWidth)
            for (var p = 0; p < steps; p++)
                new Span<T>(panel + (nint)p * panelWidth + width, panelWidth - width).Clear();
    }

    private static void Copy<T>(T* source, nint stepStride, int width, int steps, T* panel, int panelWidth)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (; steps > 0; steps--, source += stepStride, panel += panelWidth)
        {
            var i = 0;
            for (; i <= width - Vector256<T>.Count; i += Vector256<T>.Count)
                Vector256.Store(Vector256.Load(source + i), panel + i);
            for (; i <= width - Vector128<T>.Count; i += Vector128<T>.Count)
                Vector128.Store(Vector128.Load(source + i), panel + i);
            for (; i < width; i++)
                panel[i] = source[i];
        }
    }

    private static void Gather<T>(
        T* source, nint elementStride, nint stepStride, int width, int steps, T* panel, int panelWidth)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (; steps > 0; steps--, source += stepStride, panel += panelWidth)
            for (var i = 0; i < width; i++)
                panel[i] = source[i * elementStride];
    }

    /// <summary>Squares of 4 x 4 floats or 2 x 2 doubles are turned over in registers; the edges one by one.</summary>
    private static void Transpose<T>(T* source, nint elementStride, int width, int steps, T* panel, int panelWidth)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var side = Vector128<T>.Count;
        var wholeSteps = steps - (steps % side);
        var i = 0;
        for (; i <= width - side; i += side)
        {
            var from = source + i * elementStride;
            var to = panel + i;
            for (var p = 0; p < wholeSteps; p += side, from += side, to += side * (nint)panelWidth)
                if (typeof(T) == typeof(float))
                    Transpose4((float*)from, elementStride, (float*)to, panelWidth);
                else
                    Transpose2((double*)from, elementStride, (double*)to, panelWidth);
        }

        if (wholeSteps < steps)
            Gather(
                source + wholeSteps, elementStride, 1, i, steps - wholeSteps, panel + wholeSteps * (nint)panelWidth,
                panelWidth);
        if (i < width)
            Gather(source + i * elementStride, elementStride, 1, width - i, steps, panel + i, panelWidth);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose4(float* source, nint stride, float* panel, nint panelWidth)
    {
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
        var row0 = Vector128.Load(source);
        var row1 = Vector128.Load(source + stride);
        ZipLow(row0, row1).Store(panel);
        ZipHigh(row0, row1).Store(panel + panelWidth);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipLow(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackLow(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b)
        : Vector128.Create(a[0], b[0], a[1], b[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipHigh(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackHigh(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b)
        : Vector128.Create(a[2], b[2], a[3], b[3]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> ZipLow(Vector128<double> a, Vector128<double> b) =>
        Vector128.Create(a.GetLower(), b.GetLower());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> ZipHigh(Vector128<double> a, Vector128<double> b) =>
        Vector128.Create(a.GetUpper(), b.GetUpper());
}
