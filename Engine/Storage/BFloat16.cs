using System.Numerics;

namespace Engine.Storage;

/// <summary>
/// Brain floating point: the upper half of an IEEE 754 single, with its exponent and 8 bits of precision. .NET has no
/// type for it, so that its bits are kept as integers.
/// </summary>
internal static class BFloat16
{
    private const ushort QuietNaN = 0x7FC0;

    /// <summary>The numbers that the bits stand for; each is exact.</summary>
    public static void ToNumbers<T>(ReadOnlySpan<ushort> bits, Span<T> values)
        where T : unmanaged, INumberBase<T>
    {
        for (var i = 0; i < bits.Length; i++)
            values[i] = T.CreateTruncating(BitConverter.UInt32BitsToSingle((uint)bits[i] << 16));
    }

    /// <summary>The bits of the nearest numbers; ties go to even, numbers beyond the largest to infinity.</summary>
    public static void FromNumbers<T>(ReadOnlySpan<T> values, Span<ushort> bits)
        where T : unmanaged, INumberBase<T>
    {
        for (var i = 0; i < values.Length; i++) bits[i] = Round(double.CreateTruncating(values[i]));
    }

    private static ushort Round(double value)
    {
        if (double.IsNaN(value)) return QuietNaN;
        var single = BitConverter.SingleToUInt32Bits(OddSingle(value));
        // Rounds to nearest, ties to even: 0x7FFF is just below half of the last bit that stays, and 1 more makes a tie
        // carry where that bit is odd. The carry of the largest number makes infinity.
        var half = 0x7FFFu + ((single >> 16) & 1);
        return (ushort)((single + half) >> 16);
    }

    /// <summary>
    /// A double as a single, rounded to odd: towards zero, and the last bit set if anything was lost. Rounding to
    /// nearest twice would take a number just off a tie to the tie, and from there to the wrong side.
    /// </summary>
    private static float OddSingle(double value)
    {
        var single = (float)value;
        if (single == value) return single;
        var bits = BitConverter.SingleToUInt32Bits(single);
        if (Math.Abs((double)single) > Math.Abs(value)) bits--;
        return BitConverter.UInt32BitsToSingle(bits | 1);
    }
}
