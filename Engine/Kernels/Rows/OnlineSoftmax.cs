using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Kernels;

/// <summary>
/// Softmax of rows that come a block of columns at a time (Milakov and Gimelshein 2018): each row keeps its largest
/// number m so far, and the sum of exp(z - m). When m grows, the sum is scaled down.
/// Its twin: softmax over all columns at once.
/// </summary>
internal readonly ref struct OnlineSoftmax<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A state for some number of rows; call <see cref="Begin"/> first.</summary>
    /// <param name="state">Memory of <see cref="NumbersPerRow"/> numbers for each row.</param>
    public OnlineSoftmax(Span<T> state)
    {
        var rows = state.Length / NumbersPerRow;
        Maxima = state[..rows];
        Sums = state.Slice(rows, rows);
        LogitSums = state.Slice(2 * rows, rows);
        Rescaling = state.Slice(3 * rows, rows);
    }

    /// <summary>How many numbers the state of a row has.</summary>
    public static int NumbersPerRow => 4;

    /// <summary>m.</summary>
    public Span<T> Maxima { get; }

    /// <summary>Σ exp(z - m).</summary>
    public Span<T> Sums { get; }

    /// <summary>Σ z.</summary>
    public Span<T> LogitSums { get; }

    /// <summary>exp(old m - m) of the last block: the factor of every sum that was made with the old m.</summary>
    public Span<T> Rescaling { get; }

    /// <summary>Starts over with no columns.</summary>
    public void Begin()
    {
        Maxima.Fill(T.NegativeInfinity);
        Sums.Clear();
        LogitSums.Clear();
    }

    /// <summary>
    /// Takes the next block of columns: replaces each z by exp(z - m), m being the row's maximum so far.
    /// </summary>
    /// <param name="z">[rows, columns].</param>
    public void Exponentials(Span<T> z) => Widest<T>.RunAs512(new Rows { Softmax = this, Z = z });

    private ref struct Rows : IKernel<T>
    {
        public OnlineSoftmax<T> Softmax;
        public Span<T> Z;

        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<T, V>
        {
            var columns = Z.Length / Math.Max(Softmax.Maxima.Length, 1);
            for (var row = 0; row < Softmax.Maxima.Length; row++) Row<V, L>(row, Z.Slice(row * columns, columns));
        }

        private readonly void Row<V, L>(int row, Span<T> z)
            where V : unmanaged
            where L : ILanes<T, V>
        {
            // bounds: whole vectors end at "whole", at most the length of z
            ref var first = ref MemoryMarshal.GetReference(z);
            var whole = z.Length / L.Count * L.Count;
            var logits = L.Broadcast(T.Zero);
            for (var i = 0; i < whole; i += L.Count) logits = L.Add(logits, L.Load(in Unsafe.Add(ref first, i)));
            var logitSum = L.Sum(logits);
            for (var i = whole; i < z.Length; i++) logitSum += z[i];

            var old = Softmax.Maxima[row];
            var max = T.MaxNumber(RowMaximum.Of<T, V, L>(z), old);
            if (T.IsNegativeInfinity(max)) max = T.Zero; // exp(-inf - -inf) would be NaN
            var rescaling = max == old ? T.One : T.Exp(old - max);
            Softmax.Maxima[row] = max;
            Softmax.Rescaling[row] = rescaling;
            Softmax.LogitSums[row] += logitSum;

            var shift = L.Broadcast(max);
            var sums = L.Broadcast(T.Zero);
            for (var i = 0; i < whole; i += L.Count)
            {
                ref var at = ref Unsafe.Add(ref first, i);
                var e = VectorMath<T, V, L>.Exp(L.Subtract(L.Load(in at), shift));
                sums = L.Add(sums, e);
                L.Store(e, ref at);
            }
            var sum = L.Sum(sums);
            if (whole < z.Length)
            {
                // The lanes behind the row's end give exp(0), which is not stored.
                var rest = z[whole..];
                var e = VectorMath<T, V, L>.Exp(L.Subtract(LaneTail.Load<T, V, L>(rest, max), shift));
                LaneTail.Store<T, V, L>(e, rest, accumulate: false);
                foreach (var number in rest) sum += number;
            }
            Softmax.Sums[row] = (Softmax.Sums[row] * rescaling) + sum;
        }
    }
}
