using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>
/// Thirty-two random bits for each key and counter: two rounds of multiply and xor-shift, with the second half of the
/// key mixed in between. A counter has the same bits at every vector width.
/// </summary>
/// <remarks>
/// The shifts and the multipliers come from <c>lowbias32</c> (Wellons 2018, "Prospecting for Hash Functions"), which
/// a search found to have little bias: each bit of the input flips each bit of the output about half of the time.
/// </remarks>
internal static class CounterHash
{
    private const uint First = 0x7FEB352D, Second = 0x846CA68B;

    /// <summary>The bits of one counter.</summary>
    public static uint Of(uint counter, uint keyLow, uint keyHigh)
    {
        var x = counter + keyLow;
        x = (x ^ (x >>> 16)) * First;
        x = (x ^ (x >>> 15) ^ keyHigh) * Second;
        return x ^ (x >>> 16);
    }

    /// <summary>The bits of several counters, one in each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Of(Vector512<uint> counter, uint keyLow, uint keyHigh)
    {
        var x = counter + Vector512.Create(keyLow);
        x = (x ^ (x >>> 16)) * Vector512.Create(First);
        x = (x ^ (x >>> 15) ^ Vector512.Create(keyHigh)) * Vector512.Create(Second);
        return x ^ (x >>> 16);
    }

    /// <inheritdoc cref="Of(Vector512{uint}, uint, uint)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Of(Vector256<uint> counter, uint keyLow, uint keyHigh)
    {
        var x = counter + Vector256.Create(keyLow);
        x = (x ^ (x >>> 16)) * Vector256.Create(First);
        x = (x ^ (x >>> 15) ^ Vector256.Create(keyHigh)) * Vector256.Create(Second);
        return x ^ (x >>> 16);
    }

    /// <inheritdoc cref="Of(Vector512{uint}, uint, uint)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Of(Vector128<uint> counter, uint keyLow, uint keyHigh)
    {
        var x = counter + Vector128.Create(keyLow);
        x = (x ^ (x >>> 16)) * Vector128.Create(First);
        x = (x ^ (x >>> 15) ^ Vector128.Create(keyHigh)) * Vector128.Create(Second);
        return x ^ (x >>> 16);
    }
}
