using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Kernels;

/// <summary>
/// The largest number of a row: softmax, cross-entropy and decoding subtract it before they exponentiate. NaN does not
/// count; a row of nothing but NaN, or of nothing, has negative infinity.
/// </summary>
/// <remarks>
/// The rule hides no NaN: exp(NaN - maximum) is NaN, and so is every sum that holds it. The rule takes one instruction
/// a vector, where a maximum that is NaN as soon as one number is takes several.
/// </remarks>
internal static class RowMaximum
{
    /// <summary>The largest number of one row.</summary>
    public static T Of<T>(ReadOnlySpan<T> row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var max = default(T);
        OfEach(row, row.Length, new Span<T>(ref max));
        return max;
    }

    /// <summary>The largest number of each row of <paramref name="columns"/> numbers.</summary>
    /// <param name="rows">[rows, columns].</param>
    /// <param name="columns">How many numbers a row has.</param>
    /// <param name="maxima">[rows], written.</param>
    public static void OfEach<T>(ReadOnlySpan<T> rows, int columns, Span<T> maxima)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Widest<T>.Run(new EachRow<T> { Rows = rows, Columns = columns, Maxima = maxima });

    /// <summary>The largest number of a row, for a kernel that has its width already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T, V, L>(ReadOnlySpan<T> row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where V : unmanaged
        where L : ILanes<T, V>
    {
        var whole = row.Length - (row.Length % L.Count);
        var rest = whole < row.Length
            ? LaneTail.Load<T, V, L>(row[whole..], T.NegativeInfinity)
            : L.Broadcast(T.NegativeInfinity);
        // bounds: whole is at most the length of the row
        return Of<T, V, L>(ref MemoryMarshal.GetReference(row), whole, rest);
    }

    /// <summary>
    /// The largest of <paramref name="whole"/> numbers, a multiple of the vector's count, and of the vector
    /// <paramref name="rest"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T, V, L>(ref readonly T first, int whole, V rest)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where V : unmanaged
        where L : ILanes<T, V>
    {
        // bounds: the caller has "whole" numbers, and the loops end a whole vector before it
        var a = L.LargerNumber(L.Broadcast(T.NegativeInfinity), rest);
        var i = 0;
        if (whole >= 4 * L.Count)
        {
            // Four chains, since a maximum waits four cycles for the maximum before it.
            var (b, c, d) = (a, a, a);
            for (; i <= whole - (4 * L.Count); i += 4 * L.Count)
            {
                a = L.LargerNumber(a, L.Load(in LaneTail.At(in first, i)));
                b = L.LargerNumber(b, L.Load(in LaneTail.At(in first, i + L.Count)));
                c = L.LargerNumber(c, L.Load(in LaneTail.At(in first, i + (2 * L.Count))));
                d = L.LargerNumber(d, L.Load(in LaneTail.At(in first, i + (3 * L.Count))));
            }
            a = L.LargerNumber(L.LargerNumber(a, b), L.LargerNumber(c, d));
        }
        for (; i < whole; i += L.Count) a = L.LargerNumber(a, L.Load(in LaneTail.At(in first, i)));
        return L.MaxOfNumbers(a);
    }

    private ref struct EachRow<T> : IKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public ReadOnlySpan<T> Rows;
        public int Columns;
        public Span<T> Maxima;

        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<T, V>
        {
            for (var row = 0; row < Maxima.Length; row++)
                Maxima[row] = Of<T, V, L>(Rows.Slice(row * Columns, Columns));
        }
    }
}
