using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using Engine.Storage;

namespace Engine.Tests.Storage;

/// <summary>F16 and BF16: all numbers, and all places where rounding changes from one number to the next.</summary>
public sealed class HalfPrecisionTests
{
    private static readonly ushort[] AllBits = [.. Enumerable.Range(0, 1 << 16).Select(bits => (ushort)bits)];

    public static TheoryData<SafeTensorsType> Types => [SafeTensorsType.F16, SafeTensorsType.BF16];

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_bit_pattern_reads_as_its_number(SafeTensorsType type)
    {
        using var file = SafeTensorsBytes.Vector(
            type.ToString(), AllBits.Length, MemoryMarshal.AsBytes<ushort>(AllBits));
        var (doubles, floats) = (file.ReadNumbers<double>("x"), file.ReadNumbers<float>("x"));
        foreach (var bits in AllBits)
        {
            var expected = ValueOf(bits, type);
            Assert.True(AreSame(expected, doubles[bits]), $"{type} {bits:X4} reads as {doubles[bits]}, not {expected}");
            Assert.True(AreSame(expected, floats[bits]), $"{type} {bits:X4} reads as {floats[bits]}, not {expected}");
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_number_is_written_as_its_bits(SafeTensorsType type)
    {
        var values = Array.ConvertAll(AllBits, bits => ValueOf(bits, type));
        var (fromDouble, fromFloat) = (Write(values, type), Write(Array.ConvertAll(values, v => (float)v), type));
        foreach (var bits in AllBits)
        {
            // Any NaN will do.
            if (double.IsNaN(values[bits]))
            {
                Assert.True(double.IsNaN(ValueOf(fromDouble[bits], type)), $"{type} {bits:X4} of double");
                Assert.True(double.IsNaN(ValueOf(fromFloat[bits], type)), $"{type} {bits:X4} of float");
                continue;
            }
            Assert.True(fromDouble[bits] == bits, $"{type} {bits:X4} is written as {fromDouble[bits]:X4} of double");
            Assert.True(fromFloat[bits] == bits, $"{type} {bits:X4} is written as {fromFloat[bits]:X4} of float");
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Between_neighbours_a_double_goes_to_the_nearer_and_a_tie_to_the_even(SafeTensorsType type) =>
        Rounds(type, value => value, Math.BitDecrement, Math.BitIncrement);

    [Theory]
    [MemberData(nameof(Types))]
    public void Between_neighbours_a_float_goes_to_the_nearer_and_a_tie_to_the_even(SafeTensorsType type) =>
        Rounds(type, value => (float)value, MathF.BitDecrement, MathF.BitIncrement);

    [Theory]
    [InlineData(SafeTensorsType.F16, 65519.99, 0x7BFF)]
    [InlineData(SafeTensorsType.F16, 65520, 0x7C00)]
    [InlineData(SafeTensorsType.F16, -1e300, 0xFC00)]
    [InlineData(SafeTensorsType.F16, 1e-300, 0x0000)]
    [InlineData(SafeTensorsType.F16, -1e-300, 0x8000)]
    [InlineData(SafeTensorsType.F16, 1.0 / 3, 0x3555)]
    [InlineData(SafeTensorsType.BF16, 3.39e38, 0x7F7F)]
    [InlineData(SafeTensorsType.BF16, 3.4e38, 0x7F80)]
    [InlineData(SafeTensorsType.BF16, 1e300, 0x7F80)]
    [InlineData(SafeTensorsType.BF16, -1e300, 0xFF80)]
    [InlineData(SafeTensorsType.BF16, 1e-300, 0x0000)]
    [InlineData(SafeTensorsType.BF16, -1e-300, 0x8000)]
    [InlineData(SafeTensorsType.BF16, 1.0 / 3, 0x3EAB)]
    public void A_number_that_is_too_large_becomes_infinity_and_one_that_is_too_small_zero(
        SafeTensorsType type, double value, int bits) => Assert.Equal(bits, Assert.Single(Write([value], type)));

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_NaN_stays_a_NaN(SafeTensorsType type)
    {
        // Cut to their upper bits, the last two would be infinity.
        double[] doubles =
        [
            double.NaN, -double.NaN, BitConverter.UInt64BitsToDouble(0x7FF0_0000_0000_0001),
            BitConverter.UInt64BitsToDouble(0xFFF0_0000_2000_0000),
        ];
        float[] floats =
        [
            float.NaN, -float.NaN, BitConverter.UInt32BitsToSingle(0x7F80_0001),
            BitConverter.UInt32BitsToSingle(0xFFBF_FFFF),
        ];
        Assert.All(Write(doubles, type), bits => Assert.Equal(double.NaN, ValueOf(bits, type)));
        Assert.All(Write(floats, type), bits => Assert.Equal(double.NaN, ValueOf(bits, type)));
    }

    [Fact]
    public void The_bytes_are_those_of_the_format()
    {
        using var stream = new MemoryStream();
        SafeTensorsWriter.Write(
            stream,
            [
                TensorRecord.Of<float>("h", [2], new[] { 1f, -2.5f }, SafeTensorsType.F16),
                TensorRecord.Of<double>("b", [1, 1], new[] { 1 / 3.0 }, SafeTensorsType.BF16),
                TensorRecord.Of<double>("f", [], new[] { 0.1 }, SafeTensorsType.F32),
                TensorRecord.Of<float>("d", [1], new[] { 0.5f }, SafeTensorsType.F64),
            ]);
        var header = """{"d":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"""
            + "\"f\":" + """{"dtype":"F32","shape":[],"data_offsets":[8,12]},"""
            + "\"b\":" + """{"dtype":"BF16","shape":[1,1],"data_offsets":[12,14]},"""
            + "\"h\":" + """{"dtype":"F16","shape":[2],"data_offsets":[14,18]}}""";
        var padded = header.PadRight((header.Length + 7) / 8 * 8);
        Assert.Equal(
            [
                .. BitConverter.GetBytes((long)padded.Length), .. Encoding.UTF8.GetBytes(padded),
                0, 0, 0, 0, 0, 0, 0xE0, 0x3F,
                0xCD, 0xCC, 0xCC, 0x3D,
                0xAB, 0x3E,
                0x00, 0x3C, 0x00, 0xC1,
            ],
            stream.ToArray());
    }

    [Fact]
    public void Values_are_written_only_as_types_that_can_hold_them()
    {
        Assert.Equal(
            "Tensor w: values of Single cannot be written as I64; use F64, F32, F16 or BF16.",
            Assert.Throws<NotSupportedException>(
                () => TensorRecord.Of<float>("w", [1], new float[1], SafeTensorsType.I64)).Message);
        Assert.Equal(
            "Tensor w: values of Int64 cannot be written as F16; use I64.",
            Assert.Throws<NotSupportedException>(
                () => TensorRecord.Of<long>("w", [1], new long[1], SafeTensorsType.F16)).Message);
        Assert.StartsWith(
            "Tensor w: 2 values do not fill the shape [3].",
            Assert.Throws<ArgumentException>(
                () => TensorRecord.Of<float>("w", [3], new float[2], SafeTensorsType.F16)).Message);
        Assert.Equal(
            SafeTensorsType.I64, TensorRecord.Of<long>("w", [1], new long[1], SafeTensorsType.I64).Type);
    }

    /// <summary>In the middle between any two neighbours, just below and just above, on either side of zero.</summary>
    private static void Rounds<T>(SafeTensorsType type, Func<double, T> convert, Func<T, T> below, Func<T, T> above)
        where T : unmanaged, INumberBase<T>
    {
        var largest = type == SafeTensorsType.F16 ? 0x7BFF : 0x7F7F;
        var values = new List<T>();
        var expected = new List<int>();
        for (var low = 0; low <= largest; low++)
        {
            // The number after the largest would be twice its power of two; numbers nearer to it become infinity.
            var value = ValueOf((ushort)low, type);
            var high = low < largest
                ? ValueOf((ushort)(low + 1), type)
                : value + (value - ValueOf((ushort)(low - 1), type));
            var middle = convert((value + high) / 2);
            values.AddRange([below(middle), middle, above(middle), above(-middle), -middle, below(-middle)]);
            var even = low + (low & 1);
            expected.AddRange([low, even, low + 1, low | 0x8000, even | 0x8000, (low + 1) | 0x8000]);
        }
        var bits = Write<T>([.. values], type);
        for (var i = 0; i < bits.Length; i++)
        {
            Assert.True(
                bits[i] == expected[i], $"{values[i]:R} is written as {type} {bits[i]:X4}, not {expected[i]:X4}");
        }
    }

    /// <summary>The number of a bit pattern by IEEE 754: sign, exponent, and a mantissa of 10 bits or 7.</summary>
    private static double ValueOf(ushort bits, SafeTensorsType type)
    {
        var mantissaBits = type == SafeTensorsType.F16 ? 10 : 7;
        var largestExponent = (1 << (15 - mantissaBits)) - 1;
        var (one, exponent) = (1 << mantissaBits, (bits >> mantissaBits) & largestExponent);
        var mantissa = bits & (one - 1);
        var size = exponent == largestExponent ? mantissa == 0 ? double.PositiveInfinity : double.NaN
            : exponent == 0 ? Math.ScaleB(mantissa, 1 - (largestExponent / 2) - mantissaBits)
            : Math.ScaleB(one + mantissa, exponent - (largestExponent / 2) - mantissaBits);
        return bits >> 15 == 0 ? size : -size;
    }

    /// <summary>Whether numbers are equal, the sign of zero included.</summary>
    private static bool AreSame(double a, double b) =>
        double.IsNaN(a) ? double.IsNaN(b) : a == b && double.IsNegative(a) == double.IsNegative(b);

    private static ushort[] Write<T>(T[] values, SafeTensorsType type)
        where T : unmanaged, INumberBase<T>
    {
        using var stream = new MemoryStream();
        SafeTensorsWriter.Write(stream, [TensorRecord.Of<T>("x", [values.Length], values, type)]);
        return [.. MemoryMarshal.Cast<byte, ushort>(stream.ToArray().AsSpan(^(2 * values.Length)..))];
    }
}
