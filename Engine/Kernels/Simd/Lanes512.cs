using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

/// <summary>512-bit vectors. AVX-512: 32 registers, the widest.</summary>
internal readonly struct Lanes512<T> : ILanes<T, Vector512<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Count => Vector512<T>.Count;

    public static Vector512<T> Indices => Vector512<T>.Indices;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Broadcast(T value) => Vector512.Create(value);

    // bounds: the caller states that Count numbers follow
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Load(ref readonly T source) => Vector512.LoadUnsafe(in source);

    // bounds: the caller states that Count numbers follow
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<T> value, ref T destination) => value.StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Add(Vector512<T> a, Vector512<T> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Subtract(Vector512<T> a, Vector512<T> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Negate(Vector512<T> a) => -a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Multiply(Vector512<T> a, Vector512<T> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Divide(Vector512<T> a, Vector512<T> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> FusedMultiplyAdd(Vector512<T> a, Vector512<T> b, Vector512<T> c) =>
        typeof(T) == typeof(float)
            ? Vector512.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
            : Vector512.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplyAdd(Vector512<T> a, Vector512<T> b, Vector512<T> c) =>
        typeof(T) == typeof(float)
            ? Vector512.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
            : Vector512.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Sqrt(Vector512<T> a) => Vector512.Sqrt(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Abs(Vector512<T> a) => Vector512.Abs(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> CopySign(Vector512<T> a, Vector512<T> sign) => Vector512.CopySign(a, sign);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Max(Vector512<T> a, Vector512<T> b) => Vector512.Max(a, b);

    // The second operand is x because MINPS and MAXPS give their second operand when either is NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> AtMost(Vector512<T> x, Vector512<T> limit) => Vector512.MinNative(limit, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> AtLeast(Vector512<T> x, Vector512<T> limit) => Vector512.MaxNative(limit, x);

    // On Arm, MaxNative is NaN if either operand is.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> LargerNumber(Vector512<T> a, Vector512<T> b) =>
        Sse.IsSupported ? Vector512.MaxNative(b, a) : Select(GreaterThan(b, a), b, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Round(Vector512<T> a) =>
        typeof(T) == typeof(float)
            ? Vector512.Round(a.AsSingle()).As<float, T>()
            : Vector512.Round(a.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> GreaterThan(Vector512<T> a, Vector512<T> b) => Vector512.GreaterThan(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> LessThan(Vector512<T> a, Vector512<T> b) => Vector512.LessThan(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Select(Vector512<T> mask, Vector512<T> a, Vector512<T> b) =>
        Vector512.ConditionalSelect(mask, a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> SwapPairs(Vector512<T> a) =>
        typeof(T) == typeof(float)
            ? Vector512.Shuffle(a.AsSingle(), Vector512.Create(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14))
                .As<float, T>()
            : Vector512.Shuffle(a.AsDouble(), Vector512.Create(1L, 0, 3, 2, 5, 4, 7, 6)).As<double, T>();

    // Added to 1.5 · 2^23 (2^52), an integer stands in the low bits of the sum: cheaper than a conversion, which
    // AVX2 lacks for 64 bits. The exponent's bias comes along.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> PowerOfTwo(Vector512<T> n) =>
        typeof(T) == typeof(float)
            ? Vector512.ShiftLeft((n.AsSingle() + Vector512.Create(12582912f + 127f)).AsInt32(), 23).As<int, T>()
            : Vector512.ShiftLeft((n.AsDouble() + Vector512.Create(6755399441055744d + 1023d)).AsInt64(), 52)
                .As<long, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Scale(Vector512<T> a, Vector512<T> n)
    {
        if (Avx512F.IsSupported)
        {
            return typeof(T) == typeof(float)
                ? Avx512F.Scale(a.AsSingle(), n.AsSingle()).As<float, T>()
                : Avx512F.Scale(a.AsDouble(), n.AsDouble()).As<double, T>();
        }

        // In two steps, each within the range of normal powers; only the second can round.
        var half = Round(n * Broadcast(T.CreateTruncating(0.5)));
        return a * PowerOfTwo(half) * PowerOfTwo(n - half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Exponent(Vector512<T> x) =>
        typeof(T) == typeof(float)
            ? Vector512.ConvertToSingle(Vector512.ShiftRightLogical(x.AsInt32(), 23) - Vector512.Create(127))
                .As<float, T>()
            : Vector512.ConvertToDouble(Vector512.ShiftRightLogical(x.AsInt64(), 52) - Vector512.Create(1023L))
                .As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Significand(Vector512<T> x) =>
        typeof(T) == typeof(float)
            ? ((x.AsInt32() & Vector512.Create(0x007FFFFF)) | Vector512.Create(0x3F800000)).As<int, T>()
            : ((x.AsInt64() & Vector512.Create(0x000FFFFFFFFFFFFFL)) | Vector512.Create(0x3FF0000000000000L))
                .As<long, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(Vector512<T> a) => Vector512.Sum(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SumByHalves(Vector512<T> a) => Lanes256<T>.SumByHalves(a.GetLower() + a.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MaxOfNumbers(Vector512<T> a)
    {
        var halves = Vector256.MaxNative(a.GetLower(), a.GetUpper());
        return Lanes256<T>.MaxOfNumbers(halves);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<T> First, Vector512<T> Second) Keep(
        uint counter, uint keyLow, uint keyHigh, uint threshold)
    {
        if (typeof(T) == typeof(float))
        {
            var hash = CounterHash.Of(Vector512.Create(counter) + Vector512<uint>.Indices, keyLow, keyHigh);
            var limit = Vector512.Create(threshold);
            return (
                Vector512.GreaterThanOrEqual(hash & Vector512.Create(0xFFFFu), limit).As<uint, T>(),
                Vector512.GreaterThanOrEqual(hash >>> 16, limit).As<uint, T>());
        }
        var narrow = CounterHash.Of(Vector256.Create(counter) + Vector256<uint>.Indices, keyLow, keyHigh);
        var narrowLimit = Vector256.Create(threshold);
        return (
            Widen(Vector256.GreaterThanOrEqual(narrow & Vector256.Create(0xFFFFu), narrowLimit).AsInt32()),
            Widen(Vector256.GreaterThanOrEqual(narrow >>> 16, narrowLimit).AsInt32()));

        static Vector512<T> Widen(Vector256<int> mask)
        {
            var (lower, upper) = Vector256.Widen(mask);
            return Vector512.Create(lower, upper).As<long, T>();
        }
    }
}
