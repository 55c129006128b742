using System.Numerics;
using Engine.Kernels;

namespace Engine.Tests.Kernels;

/// <summary>Products of all kinds, compared bit by bit with <see cref="MatrixProductTwin"/>.</summary>
internal static class MatrixProductCases
{
    public static IEnumerable<Case> AllOptions(int m, int n, int k)
    {
        for (var i = 0; i < 8; i++)
            yield return new Case(
                m, n, k, (Order)(i % 3), (Order)((i + (i / 3)) % 3), i % 2 * 5,
                (i & 1) != 0, (i & 2) != 0, (i & 4) != 0, i);
    }

    public static void Compare<T>(Case options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (m, n, k) = (options.M, options.N, options.K);
        var a = Matrix<T>(m, k, options.A, options.Seed);
        var b = Matrix<T>(k, n, options.B, options.Seed + 1);
        var bias = Numbers<T>(options.Bias ? n : 0, options.Seed + 2);
        var stride = n + options.ExtraColumns;
        var expected = Numbers<T>(m * stride, options.Seed + 3);
        var actual = (T[])expected.Clone();
        var actualFromPacked = (T[])expected.Clone();

        MatrixProductTwin.Multiply(a, b, expected, stride, options.Accumulate, new(bias, options.Relu));
        MatrixProduct.Multiply(a, b, actual, stride, options.Accumulate, new(bias, options.Relu));
        MatrixProduct.Multiply(
            a, new PackedMatrix<T>(b), actualFromPacked, stride, options.Accumulate, new(bias, options.Relu));

        // Whole arrays are compared: what lies between the rows of a slice must be untouched.
        Assert.True(expected.AsSpan().SequenceEqual(actual), $"{options} of {typeof(T).Name}");
        Assert.True(expected.AsSpan().SequenceEqual(actualFromPacked), $"{options} of {typeof(T).Name}, packed");
    }

    private static MatrixView<T> Matrix<T>(int rows, int columns, Order order, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (rowStride, columnStride) = order switch
        {
            Order.Rows => (columns + seed % 2, 1),
            Order.Columns => (1, rows + seed % 2),
            _ => (3 * columns + 1, 3),
        };
        var data = Numbers<T>((int)MatrixView<T>.Extent(rows, columns, rowStride, columnStride), seed);
        return new MatrixView<T>(data, rows, columns, rowStride, columnStride);
    }

    public static T[] Numbers<T>(int length, long seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new RandomStream(seed);
        var numbers = new T[length];
        foreach (ref var number in numbers.AsSpan())
            number = T.CreateTruncating(2 * random.NextUniform() - 1);
        return numbers;
    }

    public enum Order
    {
        Rows,
        Columns,
        Neither,
    }

    public sealed record Case(
        int M, int N, int K, Order A = Order.Rows, Order B = Order.Rows, int ExtraColumns = 0, bool Accumulate = false,
        bool Bias = false, bool Relu = false, int Seed = 0);
}
