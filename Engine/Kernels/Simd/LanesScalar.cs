using System.Numerics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>Two numbers side by side: the vector of <see cref="LanesScalar{T}"/>.</summary>
internal readonly struct Pair<T>(T first, T second)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public readonly T First = first, Second = second;
}

/// <summary>
/// Plain scalar code: for processors without vector instructions, and the reference implementation of
/// <see cref="ILanes{T, V}"/> for tests. A vector holds two numbers, the fewest that <see cref="SwapPairs"/> allows.
/// </summary>
internal readonly struct LanesScalar<T> : ILanes<T, Pair<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Count => 2;

    public static Pair<T> Indices => new(T.Zero, T.One);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Broadcast(T value) => new(value, value);

    // bounds: the caller states that two numbers follow
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Load(ref readonly T source) => new(source, Unsafe.Add(ref Unsafe.AsRef(in source), 1));

    // bounds: the caller states that two numbers follow
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Pair<T> value, ref T destination) =>
        (destination, Unsafe.Add(ref destination, 1)) = (value.First, value.Second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Add(Pair<T> a, Pair<T> b) => new(a.First + b.First, a.Second + b.Second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Subtract(Pair<T> a, Pair<T> b) => new(a.First - b.First, a.Second - b.Second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Negate(Pair<T> a) => new(-a.First, -a.Second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Multiply(Pair<T> a, Pair<T> b) => new(a.First * b.First, a.Second * b.Second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Divide(Pair<T> a, Pair<T> b) => new(a.First / b.First, a.Second / b.Second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> FusedMultiplyAdd(Pair<T> a, Pair<T> b, Pair<T> c) =>
        new(T.FusedMultiplyAdd(a.First, b.First, c.First), T.FusedMultiplyAdd(a.Second, b.Second, c.Second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> MultiplyAdd(Pair<T> a, Pair<T> b, Pair<T> c) =>
        new(LaneTail.MultiplyAdd(a.First, b.First, c.First), LaneTail.MultiplyAdd(a.Second, b.Second, c.Second));

    public static Pair<T> Sqrt(Pair<T> a) => new(T.Sqrt(a.First), T.Sqrt(a.Second));

    public static Pair<T> Abs(Pair<T> a) => new(T.Abs(a.First), T.Abs(a.Second));

    public static Pair<T> CopySign(Pair<T> a, Pair<T> sign) =>
        new(T.CopySign(a.First, sign.First), T.CopySign(a.Second, sign.Second));

    public static Pair<T> Max(Pair<T> a, Pair<T> b) => new(T.Max(a.First, b.First), T.Max(a.Second, b.Second));

    public static Pair<T> AtMost(Pair<T> x, Pair<T> limit) =>
        new(limit.First < x.First ? limit.First : x.First, limit.Second < x.Second ? limit.Second : x.Second);

    public static Pair<T> AtLeast(Pair<T> x, Pair<T> limit) =>
        new(limit.First > x.First ? limit.First : x.First, limit.Second > x.Second ? limit.Second : x.Second);

    public static Pair<T> LargerNumber(Pair<T> a, Pair<T> b) =>
        new(b.First > a.First ? b.First : a.First, b.Second > a.Second ? b.Second : a.Second);

    public static Pair<T> Round(Pair<T> a) => new(T.Round(a.First), T.Round(a.Second));

    public static Pair<T> GreaterThan(Pair<T> a, Pair<T> b) =>
        new(BitsIf(a.First > b.First), BitsIf(a.Second > b.Second));

    public static Pair<T> LessThan(Pair<T> a, Pair<T> b) =>
        new(BitsIf(a.First < b.First), BitsIf(a.Second < b.Second));

    public static Pair<T> Select(Pair<T> mask, Pair<T> a, Pair<T> b) =>
        new(Bits(mask.First) != 0 ? a.First : b.First, Bits(mask.Second) != 0 ? a.Second : b.Second);

    public static Pair<T> SwapPairs(Pair<T> a) => new(a.Second, a.First);

    public static Pair<T> PowerOfTwo(Pair<T> n) => new(PowerOfTwo(n.First), PowerOfTwo(n.Second));

    // In two steps, each within the range of normal powers; only the second can round.
    public static Pair<T> Scale(Pair<T> a, Pair<T> n)
    {
        var half = Round(Multiply(n, Broadcast(T.CreateTruncating(0.5))));
        return Multiply(Multiply(a, PowerOfTwo(half)), PowerOfTwo(Subtract(n, half)));
    }

    public static Pair<T> Exponent(Pair<T> x) => new(Exponent(x.First), Exponent(x.Second));

    public static Pair<T> Significand(Pair<T> x) => new(Significand(x.First), Significand(x.Second));

    public static T Sum(Pair<T> a) => a.First + a.Second;

    public static T SumByHalves(Pair<T> a) => a.First + a.Second;

    public static T MaxOfNumbers(Pair<T> a) => a.First > a.Second ? a.First : a.Second;

    public static (Pair<T> First, Pair<T> Second) Keep(uint counter, uint keyLow, uint keyHigh, uint threshold)
    {
        var first = CounterHash.Of(counter, keyLow, keyHigh);
        var second = CounterHash.Of(counter + 1, keyLow, keyHigh);
        return (
            new(BitsIf((first & 0xFFFF) >= threshold), BitsIf((second & 0xFFFF) >= threshold)),
            new(BitsIf(first >>> 16 >= threshold), BitsIf(second >>> 16 >= threshold)));
    }

    private static T PowerOfTwo(T n) => typeof(T) == typeof(float)
        ? Number((127 + long.CreateTruncating(n)) << 23)
        : Number((1023 + long.CreateTruncating(n)) << 52);

    private static T Exponent(T x) => typeof(T) == typeof(float)
        ? T.CreateTruncating((Bits(x) >>> 23) - 127)
        : T.CreateTruncating((Bits(x) >>> 52) - 1023);

    private static T Significand(T x) => typeof(T) == typeof(float)
        ? Number((Bits(x) & 0x007FFFFF) | 0x3F800000)
        : Number((Bits(x) & 0x000FFFFFFFFFFFFF) | 0x3FF0000000000000);

    private static T BitsIf(bool isSet) => Number(isSet ? -1 : 0);

    /// <summary>The bits of a number; the bits of a float stand in the lower half.</summary>
    private static long Bits(T x) => typeof(T) == typeof(float)
        ? Unsafe.BitCast<T, uint>(x)
        : Unsafe.BitCast<T, long>(x);

    private static T Number(long bits) => typeof(T) == typeof(float)
        ? Unsafe.BitCast<int, T>((int)bits)
        : Unsafe.BitCast<long, T>(bits);
}
