using System.Runtime.CompilerServices;

namespace Engine.Kernels;

internal static partial class VectorMath<T, V, L>
{
    /// <summary>The natural logarithm: -infinity at 0, NaN below; denormal arguments included.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log(V x)
    {
        var one = Constant(1);
        var zero = Constant(0);

        // A denormal has no exponent to read until it is scaled up.
        var isSmall = L.LessThan(x, Constant(typeof(T) == typeof(float) ? 1.17549435e-38 : 2.2250738585072014e-308));
        var scale = typeof(T) == typeof(float) ? 25 : 54;
        var normal = L.Select(isSmall, L.Multiply(x, Constant(1L << scale)), x);
        var e = L.Subtract(L.Exponent(normal), L.Select(isSmall, Constant(scale), zero));

        // x = 2^e · m with m in [sqrt(1/2), sqrt 2], so that nothing cancels around 1.
        var m = L.Significand(normal);
        var isLarge = L.GreaterThan(m, Constant(1.4142135623730951));
        m = L.Select(isLarge, L.Multiply(m, Constant(0.5)), m);
        e = L.Select(isLarge, L.Add(e, one), e);

        var ln = LogOfParts(e, L.Subtract(m, one));

        // The comparison with x leaves infinity and NaN as they came.
        ln = L.Select(L.LessThan(x, Constant(double.PositiveInfinity)), ln, x);
        var atMostZero = L.Select(L.LessThan(x, zero), Constant(double.NaN), Constant(double.NegativeInfinity));
        var smallest = Constant(typeof(T) == typeof(float) ? float.Epsilon : double.Epsilon);
        return L.Select(L.LessThan(x, smallest), atMostZero, ln);
    }

    /// <summary>ln(1 + e^-|x|), from ln 2 at 0 down to 0; relative to its own size as far as it does not
    /// underflow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V SoftplusOfMinusAbs(V x)
    {
        // 1 + z = 2^e · (1 + f) as in Log, but 1 + z itself, which would round a small z away, is never formed.
        var z = Exp(L.Negate(L.Abs(x)));
        var isLarge = L.GreaterThan(z, Constant(0.41421356237309503));
        var f = L.Select(isLarge, L.Multiply(L.Subtract(z, Constant(1)), Constant(0.5)), z);
        return LogOfParts(L.Select(isLarge, Constant(1), Constant(0)), f);
    }

    /// <summary>e · ln 2 + ln(1 + f) for f from sqrt(1/2) - 1 to sqrt 2 - 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V LogOfParts(V e, V f)
    {
        // ln(1 + f) = 2 artanh s with s = f / (2 + f), and 2s = f - s · f keeps the leading term exact.
        var s = L.Divide(f, L.Add(f, Constant(2)));
        var z = L.Multiply(s, s);
        var rest = L.Subtract(f, L.Multiply(z, ArtanhQuotient(z)));
        var ln = L.FusedMultiplyAdd(L.Negate(s), rest, L.FusedMultiplyAdd(e, Constant(Ln2Rest), f));
        return L.FusedMultiplyAdd(e, Constant(Ln2), ln);
    }

    /// <summary>(2 artanh s - 2s) / s³ for z = s² in [0, (3 - 2 sqrt 2)²].</summary>
    /// <remarks>Relative error it leaves in the logarithm: 2^-30 (float), 2^-58.9 (double).</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ArtanhQuotient(V z)
    {
        if (typeof(T) == typeof(float))
        {
            var q = Step(Constant(0.298719019), z, 0.399775356);
            return Step(q, z, 0.666667759);
        }
        else
        {
            var q = Step(Constant(0.14796183224298737), z, 0.15314029560713863);
            q = Step(q, z, 0.18183565046574876);
            q = Step(q, z, 0.22222198561455983);
            q = Step(q, z, 0.28571428742478217);
            q = Step(q, z, 0.39999999999414398);
            return Step(q, z, 0.6666666666666734);
        }
    }
}
