using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

/// <summary>256-bit vectors. AVX2 with FMA: 16 registers.</summary>
internal readonly struct Lanes256<T> : ILanes<T, Vector256<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Count => Vector256<T>.Count;

    public static Vector256<T> Indices => Vector256<T>.Indices;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Broadcast(T value) => Vector256.Create(value);

    // bounds: the caller states that Count numbers follow
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Load(ref readonly T source) => Vector256.LoadUnsafe(in source);

    // bounds: the caller states that Count numbers follow
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<T> value, ref T destination) => value.StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Add(Vector256<T> a, Vector256<T> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Subtract(Vector256<T> a, Vector256<T> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Negate(Vector256<T> a) => -a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Multiply(Vector256<T> a, Vector256<T> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Divide(Vector256<T> a, Vector256<T> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> FusedMultiplyAdd(Vector256<T> a, Vector256<T> b, Vector256<T> c) =>
        typeof(T) == typeof(float)
            ? Vector256.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
            : Vector256.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> MultiplyAdd(Vector256<T> a, Vector256<T> b, Vector256<T> c) =>
        typeof(T) == typeof(float)
            ? Vector256.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
            : Vector256.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Sqrt(Vector256<T> a) => Vector256.Sqrt(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Abs(Vector256<T> a) => Vector256.Abs(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> CopySign(Vector256<T> a, Vector256<T> sign) => Vector256.CopySign(a, sign);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Max(Vector256<T> a, Vector256<T> b) => Vector256.Max(a, b);

    // The second operand is x because MINPS and MAXPS give their second operand when either is NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> AtMost(Vector256<T> x, Vector256<T> limit) => Vector256.MinNative(limit, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> AtLeast(Vector256<T> x, Vector256<T> limit) => Vector256.MaxNative(limit, x);

    // On Arm, MaxNative is NaN if either operand is.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> LargerNumber(Vector256<T> a, Vector256<T> b) =>
        Sse.IsSupported ? Vector256.MaxNative(b, a) : Select(GreaterThan(b, a), b, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Round(Vector256<T> a) =>
        typeof(T) == typeof(float)
            ? Vector256.Round(a.AsSingle()).As<float, T>()
            : Vector256.Round(a.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> GreaterThan(Vector256<T> a, Vector256<T> b) => Vector256.GreaterThan(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> LessThan(Vector256<T> a, Vector256<T> b) => Vector256.LessThan(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Select(Vector256<T> mask, Vector256<T> a, Vector256<T> b) =>
        Vector256.ConditionalSelect(mask, a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> SwapPairs(Vector256<T> a) =>
        typeof(T) == typeof(float)
            ? Vector256.Shuffle(a.AsSingle(), Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6))
                .As<float, T>()
            : Vector256.Shuffle(a.AsDouble(), Vector256.Create(1L, 0, 3, 2)).As<double, T>();

    // Added to 1.5 · 2^23 (2^52), an integer stands in the low bits of the sum: cheaper than a conversion, which
    // AVX2 lacks for 64 bits. The exponent's bias comes along.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> PowerOfTwo(Vector256<T> n) =>
        typeof(T) == typeof(float)
            ? Vector256.ShiftLeft((n.AsSingle() + Vector256.Create(12582912f + 127f)).AsInt32(), 23).As<int, T>()
            : Vector256.ShiftLeft((n.AsDouble() + Vector256.Create(6755399441055744d + 1023d)).AsInt64(), 52)
                .As<long, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Scale(Vector256<T> a, Vector256<T> n)
    {
        if (Avx512F.VL.IsSupported)
        {
            return typeof(T) == typeof(float)
                ? Avx512F.VL.Scale(a.AsSingle(), n.AsSingle()).As<float, T>()
                : Avx512F.VL.Scale(a.AsDouble(), n.AsDouble()).As<double, T>();
        }

        // In two steps, each within the range of normal powers; only the second can round.
        var half = Round(n * Broadcast(T.CreateTruncating(0.5)));
        return a * PowerOfTwo(half) * PowerOfTwo(n - half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Exponent(Vector256<T> x) =>
        typeof(T) == typeof(float)
            ? Vector256.ConvertToSingle(Vector256.ShiftRightLogical(x.AsInt32(), 23) - Vector256.Create(127))
                .As<float, T>()
            : Vector256.ConvertToDouble(Vector256.ShiftRightLogical(x.AsInt64(), 52) - Vector256.Create(1023L))
                .As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Significand(Vector256<T> x) =>
        typeof(T) == typeof(float)
            ? ((x.AsInt32() & Vector256.Create(0x007FFFFF)) | Vector256.Create(0x3F800000)).As<int, T>()
            : ((x.AsInt64() & Vector256.Create(0x000FFFFFFFFFFFFFL)) | Vector256.Create(0x3FF0000000000000L))
                .As<long, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(Vector256<T> a) => Vector256.Sum(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SumByHalves(Vector256<T> a) => Lanes128<T>.SumByHalves(a.GetLower() + a.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MaxOfNumbers(Vector256<T> a)
    {
        var halves = Vector128.MaxNative(a.GetLower(), a.GetUpper());
        return Lanes128<T>.MaxOfNumbers(halves);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<T> First, Vector256<T> Second) Keep(
        uint counter, uint keyLow, uint keyHigh, uint threshold)
    {
        if (typeof(T) == typeof(float))
        {
            var hash = CounterHash.Of(Vector256.Create(counter) + Vector256<uint>.Indices, keyLow, keyHigh);
            var limit = Vector256.Create(threshold);
            return (
                Vector256.GreaterThanOrEqual(hash & Vector256.Create(0xFFFFu), limit).As<uint, T>(),
                Vector256.GreaterThanOrEqual(hash >>> 16, limit).As<uint, T>());
        }
        var narrow = CounterHash.Of(Vector128.Create(counter) + Vector128<uint>.Indices, keyLow, keyHigh);
        var narrowLimit = Vector128.Create(threshold);
        return (
            Widen(Vector128.GreaterThanOrEqual(narrow & Vector128.Create(0xFFFFu), narrowLimit).AsInt32()),
            Widen(Vector128.GreaterThanOrEqual(narrow >>> 16, narrowLimit).AsInt32()));

        static Vector256<T> Widen(Vector128<int> mask)
        {
            var (lower, upper) = Vector128.Widen(mask);
            return Vector256.Create(lower, upper).As<long, T>();
        }
    }
}
