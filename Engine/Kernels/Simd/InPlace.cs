using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>
/// Sums and products that change a span in place, by <see cref="TensorPrimitives"/>: with one IEEE operation for each
/// number, the bits are the same in every other implementation.
/// </summary>
/// <remarks>
/// TensorPrimitives writes results of more than 256 KB past the cache, which costs time where the old values come from
/// it. So a long span is changed 16,384 numbers at a time.
/// </remarks>
internal static class InPlace
{
    private const int ChunkLength = 1 << 14;

    /// <summary>y += x.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<T>(Span<T> y, ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (y.Length <= ChunkLength) TensorPrimitives.Add(y, x, y);
        else ByChunks(y, x, default, static (y, x, _) => TensorPrimitives.Add(y, x, y));
    }

    /// <summary>y += c.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<T>(Span<T> y, T c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (y.Length <= ChunkLength) TensorPrimitives.Add(y, c, y);
        else ByChunks(y, y, c, static (y, _, c) => TensorPrimitives.Add(y, c, y));
    }

    /// <summary>y += c x, the product rounded before the sum.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddScaled<T>(Span<T> y, ReadOnlySpan<T> x, T c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (y.Length <= ChunkLength) TensorPrimitives.MultiplyAdd(x, c, y, y);
        else ByChunks(y, x, c, static (y, x, c) => TensorPrimitives.MultiplyAdd(x, c, y, y));
    }

    /// <summary>y *= c.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply<T>(Span<T> y, T c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (y.Length <= ChunkLength) TensorPrimitives.Multiply(y, c, y);
        else ByChunks(y, y, c, static (y, _, c) => TensorPrimitives.Multiply(y, c, y));
    }

    private delegate void Change<T>(Span<T> y, ReadOnlySpan<T> x, T c);

    private static void ByChunks<T>(Span<T> y, ReadOnlySpan<T> x, T c, Change<T> change)
    {
        LaneTail.RequireEqual(x.Length, y.Length);
        for (var start = 0; start < y.Length; start += ChunkLength)
        {
            var length = Math.Min(ChunkLength, y.Length - start);
            change(y.Slice(start, length), x.Slice(start, length), c);
        }
    }
}
