using System.Numerics;

namespace Engine.Kernels;

/// <summary>The matrix product as its formula reads, c = relu(c + bias + Σ a b); the fast one has its bits.</summary>
internal static class MatrixProductTwin
{
    public static void Multiply<T>(
        MatrixView<T> a, MatrixView<T> b, Span<T> c, int cRowStride, bool accumulate = false,
        Epilogue<T> epilogue = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < a.Rows; i++)
            for (var j = 0; j < b.Columns; j++)
            {
                ref var element = ref c[(i * cRowStride) + j];
                var sum = accumulate ? element : T.Zero;
                if (!epilogue.Bias.IsEmpty)
                    sum += epilogue.Bias[j];
                for (var p = 0; p < a.Columns; p++)
                    sum = LaneTail.MultiplyAdd(
                        a.Data[(i * a.RowStride) + (p * a.ColumnStride)],
                        b.Data[(p * b.RowStride) + (j * b.ColumnStride)],
                        sum);
                element = epilogue.Relu ? T.Max(sum, T.Zero) : sum;
            }
    }
}
