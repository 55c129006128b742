using System.Numerics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>Two vectors that are computed with as one vector of twice the length.</summary>
internal struct Twice<V>(V lower, V upper)
    where V : unmanaged
{
    public V Lower = lower, Upper = upper;
}

/// <summary>
/// Vectors of twice the length, each operation done on both halves. With them a processor that has narrow vectors sums
/// a row in the partial sums of a wide one, and so gets the bits of the wide one.
/// </summary>
internal readonly struct LanesTwice<T, V, L> : ILanes<T, Twice<V>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged
    where L : ILanes<T, V>
{
    public static int Count => 2 * L.Count;

    public static Twice<V> Indices =>
        new(L.Indices, L.Add(L.Indices, L.Broadcast(T.CreateTruncating(L.Count))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> Broadcast(T value) => new(L.Broadcast(value), L.Broadcast(value));

    // bounds: the caller states that Count numbers follow: twice the numbers of a half
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> Load(ref readonly T source) =>
        new(L.Load(in source), L.Load(in LaneTail.At(in source, L.Count)));

    // bounds: the caller states that Count numbers follow: twice the numbers of a half
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Twice<V> value, ref T destination)
    {
        L.Store(value.Lower, ref destination);
        L.Store(value.Upper, ref Unsafe.Add(ref destination, L.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> Add(Twice<V> a, Twice<V> b) => new(L.Add(a.Lower, b.Lower), L.Add(a.Upper, b.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> Subtract(Twice<V> a, Twice<V> b) =>
        new(L.Subtract(a.Lower, b.Lower), L.Subtract(a.Upper, b.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> Negate(Twice<V> a) => new(L.Negate(a.Lower), L.Negate(a.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> Multiply(Twice<V> a, Twice<V> b) =>
        new(L.Multiply(a.Lower, b.Lower), L.Multiply(a.Upper, b.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> Divide(Twice<V> a, Twice<V> b) =>
        new(L.Divide(a.Lower, b.Lower), L.Divide(a.Upper, b.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> FusedMultiplyAdd(Twice<V> a, Twice<V> b, Twice<V> c) =>
        new(L.FusedMultiplyAdd(a.Lower, b.Lower, c.Lower), L.FusedMultiplyAdd(a.Upper, b.Upper, c.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> MultiplyAdd(Twice<V> a, Twice<V> b, Twice<V> c) =>
        new(L.MultiplyAdd(a.Lower, b.Lower, c.Lower), L.MultiplyAdd(a.Upper, b.Upper, c.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> Sqrt(Twice<V> a) => new(L.Sqrt(a.Lower), L.Sqrt(a.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> Abs(Twice<V> a) => new(L.Abs(a.Lower), L.Abs(a.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> CopySign(Twice<V> a, Twice<V> sign) =>
        new(L.CopySign(a.Lower, sign.Lower), L.CopySign(a.Upper, sign.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> Max(Twice<V> a, Twice<V> b) => new(L.Max(a.Lower, b.Lower), L.Max(a.Upper, b.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> AtMost(Twice<V> x, Twice<V> limit) =>
        new(L.AtMost(x.Lower, limit.Lower), L.AtMost(x.Upper, limit.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> AtLeast(Twice<V> x, Twice<V> limit) =>
        new(L.AtLeast(x.Lower, limit.Lower), L.AtLeast(x.Upper, limit.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> LargerNumber(Twice<V> a, Twice<V> b) =>
        new(L.LargerNumber(a.Lower, b.Lower), L.LargerNumber(a.Upper, b.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> Round(Twice<V> a) => new(L.Round(a.Lower), L.Round(a.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> GreaterThan(Twice<V> a, Twice<V> b) =>
        new(L.GreaterThan(a.Lower, b.Lower), L.GreaterThan(a.Upper, b.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> LessThan(Twice<V> a, Twice<V> b) =>
        new(L.LessThan(a.Lower, b.Lower), L.LessThan(a.Upper, b.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> Select(Twice<V> mask, Twice<V> a, Twice<V> b) =>
        new(L.Select(mask.Lower, a.Lower, b.Lower), L.Select(mask.Upper, a.Upper, b.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> SwapPairs(Twice<V> a) => new(L.SwapPairs(a.Lower), L.SwapPairs(a.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> PowerOfTwo(Twice<V> n) => new(L.PowerOfTwo(n.Lower), L.PowerOfTwo(n.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> Scale(Twice<V> a, Twice<V> n) => new(L.Scale(a.Lower, n.Lower), L.Scale(a.Upper, n.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> Exponent(Twice<V> x) => new(L.Exponent(x.Lower), L.Exponent(x.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> Significand(Twice<V> x) => new(L.Significand(x.Lower), L.Significand(x.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(Twice<V> a) => L.Sum(a.Lower) + L.Sum(a.Upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SumByHalves(Twice<V> a) =>
        Count * Unsafe.SizeOf<T>() > 16 ? L.SumByHalves(L.Add(a.Lower, a.Upper)) : Sum(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MaxOfNumbers(Twice<V> a) => L.MaxOfNumbers(L.LargerNumber(a.Lower, a.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Twice<V> First, Twice<V> Second) Keep(uint counter, uint keyLow, uint keyHigh, uint threshold)
    {
        var (first, second) = L.Keep(counter, keyLow, keyHigh, threshold);
        var (nextFirst, nextSecond) = L.Keep(counter + (uint)L.Count, keyLow, keyHigh, threshold);
        return (new(first, nextFirst), new(second, nextSecond));
    }
}
