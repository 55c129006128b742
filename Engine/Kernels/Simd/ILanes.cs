using System.Numerics;

namespace Engine.Kernels;

/// <summary>
/// The vector instructions that kernels are written in: one source serves vectors of 512, 256 and 128 bits and scalar
/// code, float and double. <typeparamref name="V"/> is the vector itself (a <c>Vector512&lt;T&gt;</c>, say) and not a
/// wrapper of it: the JIT keeps bare vectors in registers.
/// </summary>
/// <remarks>A comparison gives a mask of all-ones or all-zeros lanes, in the vector's own type.</remarks>
internal interface ILanes<T, V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged
{
    /// <summary>How many numbers a vector holds.</summary>
    static abstract int Count { get; }

    /// <summary>The index of each lane: 0, 1, 2, ...</summary>
    static abstract V Indices { get; }

    static abstract V Broadcast(T value);

    /// <summary>Reads <see cref="Count"/> numbers from <paramref name="source"/> on; no alignment is needed.</summary>
    static abstract V Load(ref readonly T source);

    static abstract void Store(V value, ref T destination);

    static abstract V Add(V a, V b);

    static abstract V Subtract(V a, V b);

    static abstract V Negate(V a);

    static abstract V Multiply(V a, V b);

    static abstract V Divide(V a, V b);

    /// <summary>
    /// a · b + c, rounded once, for functions that need the exact product. Slow where the processor has no such
    /// instruction.
    /// </summary>
    static abstract V FusedMultiplyAdd(V a, V b, V c);

    /// <summary>
    /// a · b + c for sums: rounded once where the processor has the instruction, else twice
    /// (<see cref="KernelWidth.IsFused"/>).
    /// </summary>
    static abstract V MultiplyAdd(V a, V b, V c);

    static abstract V Sqrt(V a);

    static abstract V Abs(V a);

    /// <summary>The magnitude of <paramref name="a"/> with the sign of <paramref name="sign"/>.</summary>
    static abstract V CopySign(V a, V sign);

    /// <summary>The larger of each pair; if either is NaN, NaN.</summary>
    static abstract V Max(V a, V b);

    /// <summary>
    /// The smaller of x and a limit that is a number; NaN in x stays. One instruction where a minimum of two numbers
    /// that may be NaN takes several.
    /// </summary>
    static abstract V AtMost(V x, V limit);

    /// <summary>The larger of x and a limit that is a number; NaN in x stays. One instruction.</summary>
    static abstract V AtLeast(V x, V limit);

    /// <summary>
    /// The larger of each pair; where b is NaN, a, which must be a number. One instruction where
    /// <see cref="Max"/> takes several.
    /// </summary>
    static abstract V LargerNumber(V a, V b);

    /// <summary>To the nearest integer, ties to even.</summary>
    static abstract V Round(V a);

    static abstract V GreaterThan(V a, V b);

    static abstract V LessThan(V a, V b);

    /// <summary><paramref name="a"/> where the mask is set, elsewhere <paramref name="b"/>.</summary>
    static abstract V Select(V mask, V a, V b);

    /// <summary>Lanes 1, 0, 3, 2, ...: the two of each pair exchanged.</summary>
    static abstract V SwapPairs(V a);

    /// <summary>2ⁿ for lanes that hold integers within the exponent range of normal numbers.</summary>
    static abstract V PowerOfTwo(V n);

    /// <summary>
    /// a · 2ⁿ, rounded once, for integers n whose half is within the exponent range of normal numbers: results that
    /// overflow are infinite, results that underflow are denormal or zero.
    /// </summary>
    static abstract V Scale(V a, V n);

    /// <summary>floor(log₂ x) of positive normal numbers, as a number.</summary>
    static abstract V Exponent(V x);

    /// <summary>x / 2^floor(log₂ x), in [1, 2), of positive normal numbers.</summary>
    static abstract V Significand(V x);

    /// <summary>The sum of the lanes, in the order of <c>Vector512.Sum</c> and its narrower forms.</summary>
    static abstract T Sum(V a);

    /// <summary>
    /// The sum of the lanes, the upper half added to the lower half until 128 bits are left: a third of the
    /// instructions of <see cref="Sum"/>, and other bits.
    /// </summary>
    static abstract T SumByHalves(V a);

    /// <summary>The largest lane, where no lane is NaN.</summary>
    static abstract T MaxOfNumbers(V a);

    /// <summary>
    /// Two masks, set where the lower and the upper 16 random bits of counters <paramref name="counter"/>,
    /// counter + 1, ... reach <paramref name="threshold"/>; the same for a counter in every width and type.
    /// </summary>
    static abstract (V First, V Second) Keep(uint counter, uint keyLow, uint keyHigh, uint threshold);
}
