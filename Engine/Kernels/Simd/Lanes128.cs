using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

/// <summary>128-bit vectors. SSE and Arm64 NEON, and the fallback everywhere else.</summary>
internal readonly struct Lanes128<T> : ILanes<T, Vector128<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Count => Vector128<T>.Count;

    public static Vector128<T> Indices => Vector128<T>.Indices;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Broadcast(T value) => Vector128.Create(value);

    // bounds: the caller states that Count numbers follow
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Load(ref readonly T source) => Vector128.LoadUnsafe(in source);

    // bounds: the caller states that Count numbers follow
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<T> value, ref T destination) => value.StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Add(Vector128<T> a, Vector128<T> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Subtract(Vector128<T> a, Vector128<T> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Negate(Vector128<T> a) => -a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Multiply(Vector128<T> a, Vector128<T> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Divide(Vector128<T> a, Vector128<T> b) => a / b;

    // Without the instruction .NET calls a function for each number. The product of two floats is exact in double.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> FusedMultiplyAdd(Vector128<T> a, Vector128<T> b, Vector128<T> c)
    {
        if (typeof(T) == typeof(double))
            return Vector128.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();
        if (KernelWidth.IsFused)
            return Vector128.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>();
        var (aLower, aUpper) = Vector128.Widen(a.AsSingle());
        var (bLower, bUpper) = Vector128.Widen(b.AsSingle());
        var (cLower, cUpper) = Vector128.Widen(c.AsSingle());
        return Vector128.Narrow((aLower * bLower) + cLower, (aUpper * bUpper) + cUpper).As<float, T>();
    }

    // No calls: the micro-kernel has 24 of these, which is all that the JIT inlines.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> MultiplyAdd(Vector128<T> a, Vector128<T> b, Vector128<T> c)
    {
        if (!Fma.IsSupported && Sse.IsSupported) return (a * b) + c;
        return typeof(T) == typeof(float)
            ? Vector128.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
            : Vector128.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Sqrt(Vector128<T> a) => Vector128.Sqrt(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Abs(Vector128<T> a) => Vector128.Abs(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> CopySign(Vector128<T> a, Vector128<T> sign) => Vector128.CopySign(a, sign);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Max(Vector128<T> a, Vector128<T> b) => Vector128.Max(a, b);

    // The second operand is x because MINPS and MAXPS give their second operand when either is NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> AtMost(Vector128<T> x, Vector128<T> limit) => Vector128.MinNative(limit, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> AtLeast(Vector128<T> x, Vector128<T> limit) => Vector128.MaxNative(limit, x);

    // On Arm, MaxNative is NaN if either operand is.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> LargerNumber(Vector128<T> a, Vector128<T> b) =>
        Sse.IsSupported ? Vector128.MaxNative(b, a) : Select(GreaterThan(b, a), b, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Round(Vector128<T> a) =>
        typeof(T) == typeof(float)
            ? Vector128.Round(a.AsSingle()).As<float, T>()
            : Vector128.Round(a.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> GreaterThan(Vector128<T> a, Vector128<T> b) => Vector128.GreaterThan(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> LessThan(Vector128<T> a, Vector128<T> b) => Vector128.LessThan(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Select(Vector128<T> mask, Vector128<T> a, Vector128<T> b) =>
        Vector128.ConditionalSelect(mask, a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> SwapPairs(Vector128<T> a) =>
        typeof(T) == typeof(float)
            ? Vector128.Shuffle(a.AsSingle(), Vector128.Create(1, 0, 3, 2))
                .As<float, T>()
            : Vector128.Shuffle(a.AsDouble(), Vector128.Create(1L, 0)).As<double, T>();

    // Added to 1.5 · 2^23 (2^52), an integer stands in the low bits of the sum: cheaper than a conversion, which
    // AVX2 lacks for 64 bits. The exponent's bias comes along.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> PowerOfTwo(Vector128<T> n) =>
        typeof(T) == typeof(float)
            ? Vector128.ShiftLeft((n.AsSingle() + Vector128.Create(12582912f + 127f)).AsInt32(), 23).As<int, T>()
            : Vector128.ShiftLeft((n.AsDouble() + Vector128.Create(6755399441055744d + 1023d)).AsInt64(), 52)
                .As<long, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Scale(Vector128<T> a, Vector128<T> n)
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
    public static Vector128<T> Exponent(Vector128<T> x) =>
        typeof(T) == typeof(float)
            ? Vector128.ConvertToSingle(Vector128.ShiftRightLogical(x.AsInt32(), 23) - Vector128.Create(127))
                .As<float, T>()
            : Vector128.ConvertToDouble(Vector128.ShiftRightLogical(x.AsInt64(), 52) - Vector128.Create(1023L))
                .As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Significand(Vector128<T> x) =>
        typeof(T) == typeof(float)
            ? ((x.AsInt32() & Vector128.Create(0x007FFFFF)) | Vector128.Create(0x3F800000)).As<int, T>()
            : ((x.AsInt64() & Vector128.Create(0x000FFFFFFFFFFFFFL)) | Vector128.Create(0x3FF0000000000000L))
                .As<long, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(Vector128<T> a) => Vector128.Sum(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SumByHalves(Vector128<T> a) => Vector128.Sum(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MaxOfNumbers(Vector128<T> a)
    {
        if (typeof(T) == typeof(double))
            return Vector128.MaxNative(a, Vector128.Shuffle(a.AsInt64(), Vector128.Create(1L, 0)).As<long, T>())[0];
        a = Vector128.MaxNative(a, Vector128.Shuffle(a.AsInt32(), Vector128.Create(2, 3, 0, 1)).As<int, T>());
        return Vector128.MaxNative(a, Vector128.Shuffle(a.AsInt32(), Vector128.Create(1, 0, 3, 2)).As<int, T>())[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector128<T> First, Vector128<T> Second) Keep(
        uint counter, uint keyLow, uint keyHigh, uint threshold)
    {
        if (typeof(T) == typeof(float))
        {
            var hash = CounterHash.Of(Vector128.Create(counter) + Vector128<uint>.Indices, keyLow, keyHigh);
            var limit = Vector128.Create(threshold);
            return (
                Vector128.GreaterThanOrEqual(hash & Vector128.Create(0xFFFFu), limit).As<uint, T>(),
                Vector128.GreaterThanOrEqual(hash >>> 16, limit).As<uint, T>());
        }
        var narrow = CounterHash.Of(Vector128.Create(counter) + Vector128<uint>.Indices, keyLow, keyHigh);
        var narrowLimit = Vector128.Create(threshold);
        return (
            Widen(Vector128.GreaterThanOrEqual(narrow & Vector128.Create(0xFFFFu), narrowLimit).AsInt32()),
            Widen(Vector128.GreaterThanOrEqual(narrow >>> 16, narrowLimit).AsInt32()));

        static Vector128<T> Widen(Vector128<int> mask) => Vector128.WidenLower(mask).As<long, T>();
    }
}
