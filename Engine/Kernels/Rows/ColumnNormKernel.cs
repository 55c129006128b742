using System.Numerics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>
/// What normalizations of columns need beside <see cref="ColumnSums"/>: sums of products around a column's mean, and an
/// affine map with coefficients for each column. A vector holds neighbouring columns; the loop over the rows keeps the
/// coefficients of these columns in registers.
/// </summary>
internal static class ColumnNormKernel
{
    /// <summary>sums_j += Σ_i (x_ij - mean_j) z_ij; without z, Σ_i (x_ij - mean_j)².</summary>
    public static void AddProducts<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<T> mean, ReadOnlySpan<T> z, Span<T> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Widest<T>.Run(new Products<T> { X = x, Mean = mean, Z = z, Sums = sums });

    /// <summary>
    /// target_ij = slope_j (x_ij - mean_j) + shift_j + weight_j z_ij, written or added; z and weight may be empty.
    /// </summary>
    public static void Map<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<T> mean, ReadOnlySpan<T> slope, ReadOnlySpan<T> shift, ReadOnlySpan<T> z,
        ReadOnlySpan<T> weight, Span<T> target, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Widest<T>.Run(new Affine<T>
        {
            X = x, Mean = mean, Slope = slope, Shift = shift, Z = z, Weight = weight, Target = target,
            Accumulate = accumulate,
        });

    /// <summary>A vector of columns, or the fewer columns at the end of the row.</summary>
    // bounds: a slice of L.Count numbers is a whole vector
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Load<T, V, L>(ReadOnlySpan<T> source, int at, int lanes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where V : unmanaged
        where L : ILanes<T, V> =>
        lanes == L.Count ? L.Load(in source.Slice(at, lanes)[0]) : LaneTail.Load<T, V, L>(source.Slice(at, lanes));

    private ref struct Products<T> : IKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public ReadOnlySpan<T> X, Mean, Z;
        public Span<T> Sums;

        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<T, V>
        {
            var columns = Mean.Length;
            for (var j = 0; j < columns; j += L.Count)
            {
                var lanes = Math.Min(L.Count, columns - j);
                var mean = Load<T, V, L>(Mean, j, lanes);
                var sum = Load<T, V, L>(Sums, j, lanes);
                for (var at = j; at < X.Length; at += columns)
                {
                    var d = L.Subtract(Load<T, V, L>(X, at, lanes), mean);
                    sum = L.MultiplyAdd(d, Z.IsEmpty ? d : Load<T, V, L>(Z, at, lanes), sum);
                }
                LaneTail.Store<T, V, L>(sum, Sums.Slice(j, lanes), accumulate: false);
            }
        }
    }

    private ref struct Affine<T> : IKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public ReadOnlySpan<T> X, Mean, Slope, Shift, Z, Weight;
        public Span<T> Target;
        public bool Accumulate;

        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<T, V>
        {
            var columns = Mean.Length;
            for (var j = 0; j < columns; j += L.Count)
            {
                var lanes = Math.Min(L.Count, columns - j);
                var (mean, slope) = (Load<T, V, L>(Mean, j, lanes), Load<T, V, L>(Slope, j, lanes));
                var shift = Load<T, V, L>(Shift, j, lanes);
                var weight = Z.IsEmpty ? shift : Load<T, V, L>(Weight, j, lanes);
                for (var at = j; at < X.Length; at += columns)
                {
                    var y = L.MultiplyAdd(slope, L.Subtract(Load<T, V, L>(X, at, lanes), mean), shift);
                    if (!Z.IsEmpty) y = L.MultiplyAdd(weight, Load<T, V, L>(Z, at, lanes), y);
                    var target = Target.Slice(at, lanes); // bounds: where lanes are L.Count, a whole vector
                    if (lanes < L.Count) LaneTail.Store<T, V, L>(y, target, Accumulate);
                    else L.Store(Accumulate ? L.Add(L.Load(in target[0]), y) : y, ref target[0]);
                }
            }
        }
    }
}
