using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Kernels;

/// <summary>Sums over the rows of a matrix: the gradient of a bias.</summary>
internal static class ColumnSums
{
    /// <summary>sums_j += Σ_i matrix_ij, rows in order.</summary>
    public static void Add<T>(ReadOnlySpan<T> matrix, Span<T> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (sums.IsEmpty) return;
        if (matrix.Length % sums.Length != 0)
            throw new ArgumentException($"{matrix.Length} numbers are no rows of {sums.Length}");
        Widest<T>.Run(new Rows<T> { Matrix = matrix, Sums = sums });
    }

    private ref struct Rows<T> : IKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public ReadOnlySpan<T> Matrix;
        public Span<T> Sums;

        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<T, V>
        {
            var columns = Sums.Length;
            // bounds: at < Matrix.Length, a multiple of the columns, and the vectors of a row end at its last column
            ref var matrix = ref MemoryMarshal.GetReference(Matrix);
            var i = 0;
            // The sums of four vectors of columns stay in registers during the loop over the rows.
            for (; i <= columns - (4 * L.Count); i += 4 * L.Count)
            {
                ref var sum = ref Sums[i];
                var s0 = L.Load(in sum);
                var s1 = L.Load(in Unsafe.Add(ref sum, L.Count));
                var s2 = L.Load(in Unsafe.Add(ref sum, 2 * L.Count));
                var s3 = L.Load(in Unsafe.Add(ref sum, 3 * L.Count));
                for (var at = i; at < Matrix.Length; at += columns)
                {
                    ref var row = ref Unsafe.Add(ref matrix, at);
                    s0 = L.Add(s0, L.Load(in row));
                    s1 = L.Add(s1, L.Load(in Unsafe.Add(ref row, L.Count)));
                    s2 = L.Add(s2, L.Load(in Unsafe.Add(ref row, 2 * L.Count)));
                    s3 = L.Add(s3, L.Load(in Unsafe.Add(ref row, 3 * L.Count)));
                }
                L.Store(s0, ref sum);
                L.Store(s1, ref Unsafe.Add(ref sum, L.Count));
                L.Store(s2, ref Unsafe.Add(ref sum, 2 * L.Count));
                L.Store(s3, ref Unsafe.Add(ref sum, 3 * L.Count));
            }
            for (; i < columns; i++)
            {
                var sum = Sums[i];
                for (var at = i; at < Matrix.Length; at += columns) sum += Unsafe.Add(ref matrix, at);
                Sums[i] = sum;
            }
        }
    }
}
