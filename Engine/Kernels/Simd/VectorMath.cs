using System.Numerics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>
/// Elementary functions of vectors, the same bits at every width. Results are within 4 units in the last place
/// (mostly 1) wherever no bound is stated.
/// </summary>
/// <remarks>
/// Every polynomial is a minimax fit by Remez' exchange at 60 digits, its coefficients then rounded to T; beside each
/// stand what it approximates, the interval, and the largest error after rounding. Float takes a lower degree than
/// double: <c>typeof(T)</c> is a constant to the JIT, which drops the other branch.
/// <c>Engine.Tests/Recorders/polynomials.py</c> fits the polynomials afresh and measures these errors.
/// </remarks>
internal static partial class VectorMath<T, V, L>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged
    where L : ILanes<T, V>
{
    private const double Ln2 = 0.69314718055994529;

    // ln 2 less its rounding to T.
    private static double Ln2Rest
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(float) ? -1.904654323148236e-9 : 2.3190468138462996e-17;
    }

    /// <summary>e^x: 0 and infinity at the ends, denormal results included.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp(V x)
    {
        // At these limits the result is 0 or infinite already. Beyond them, n · ln 2 would lose the remainder.
        x = typeof(T) == typeof(float)
            ? L.AtLeast(L.AtMost(x, Constant(89)), Constant(-104))
            : L.AtLeast(L.AtMost(x, Constant(710)), Constant(-746));
        var r = Reduce(x, out var n);
        return L.Scale(ExpNearZero(r), n);
    }

    /// <summary>e^x - 1 for x at most 0, without cancellation near 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V ExpMinusOne(V x)
    {
        // At the limit e^x - 1 rounds to -1.
        var r = Reduce(L.AtLeast(x, Constant(typeof(T) == typeof(float) ? -20 : -40)), out var n);
        var power = L.PowerOfTwo(n);
        return L.FusedMultiplyAdd(
            L.FusedMultiplyAdd(L.Multiply(r, r), ExpQuotient(r), r), power, L.Subtract(power, Constant(1)));
    }

    /// <summary>The logistic function 1 / (1 + e^-x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sigmoid(V x)
    {
        var one = Constant(1);
        return L.Divide(one, L.Add(one, Exp(L.Negate(x))));
    }

    /// <summary>The hyperbolic tangent; odd to the last bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh(V x)
    {
        // tanh y = m / (m + 2) with m = e^2y - 1 cancels nowhere. From the limit on, tanh rounds to 1.
        var y = L.AtMost(L.Abs(x), Constant(typeof(T) == typeof(float) ? 10 : 20));
        var r = Reduce(L.Add(y, y), out var n);
        var power = L.PowerOfTwo(n);
        var m = L.FusedMultiplyAdd(
            L.FusedMultiplyAdd(L.Multiply(r, r), ExpQuotient(r), r), power, L.Subtract(power, Constant(1)));
        return L.CopySign(L.Divide(m, L.Add(m, Constant(2))), x);
    }

    /// <summary>
    /// e^(-a·b), the product taken to twice the precision: a relative error of h = a·b is h times as large in e^-h.
    /// </summary>
    /// <remarks>a · b must lie between 0 and the end of <see cref="Exp"/>'s range.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ExpOfMinus(V a, V b)
    {
        var h = L.Multiply(a, b);
        var rest = L.FusedMultiplyAdd(a, b, L.Negate(h));
        var r = L.Subtract(Reduce(L.Negate(h), out var n), rest);
        return L.Scale(ExpNearZero(r), n);
    }

    /// <summary>x = n · ln 2 + r with n an integer and |r| at most ln 2 / 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Reduce(V x, out V n)
    {
        n = L.Round(L.Multiply(x, Constant(1 / Ln2)));
        return L.FusedMultiplyAdd(n, Constant(-Ln2Rest), L.FusedMultiplyAdd(n, Constant(-Ln2), x));
    }

    /// <summary>e^r for |r| at most ln 2 / 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ExpNearZero(V r) => Step(Step(ExpQuotient(r), r, 1), r, 1);

    /// <summary>(e^r - 1 - r) / r² for |r| at most ln 2 / 2.</summary>
    /// <remarks>Relative error it leaves in e^r - 1: 2^-25.6 (float), 2^-54.7 (double).</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ExpQuotient(V r)
    {
        if (typeof(T) == typeof(float))
        {
            var q = Step(Constant(0.00138867483), r, 0.00836638827);
            q = Step(q, r, 0.0416671075);
            q = Step(q, r, 0.16666545);
            return Step(q, r, 0.5);
        }
        else
        {
            var q = Step(Constant(2.504635058824862e-8), r, 2.7622427736663029e-7);
            q = Step(q, r, 2.7557424073484697e-6);
            q = Step(q, r, 2.4801515770851001e-5);
            q = Step(q, r, 0.0001984126970990631);
            q = Step(q, r, 0.0013888888921074916);
            q = Step(q, r, 0.0083333333333884315);
            q = Step(q, r, 0.041666666666617842);
            q = Step(q, r, 0.16666666666666602);
            return Step(q, r, 0.5);
        }
    }

    /// <summary>One step of Horner's scheme: p · x + c.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Step(V p, V x, double c) => L.FusedMultiplyAdd(p, x, Constant(c));

    // Not T.CreateTruncating, whose many type tests eat the JIT's budget for inlining.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Constant(double value) => L.Broadcast(
        typeof(T) == typeof(float) ? Unsafe.BitCast<float, T>((float)value) : Unsafe.BitCast<double, T>(value));
}
