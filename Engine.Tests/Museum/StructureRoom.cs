using Engine.Kernels;

namespace Engine.Tests.Museum;

/// <summary>Operations that repeat, move, gather or multiply numbers, and whose backward does not undo it.</summary>
internal static class StructureRoom
{
    public static IEnumerable<Exhibit> Exhibits =>
    [
        Exhibit.Gradient(
            "A repeated operand's gradient is not summed",
            "y = x + z, z [4] repeated over 3 rows: dZ = dY of the first (no SumTo)",
            Samples.Normal(3, 4), Samples.Normal(4),
            (isWrong, x, z) => BackwardPass.Of(x, z, Op.Add, (adjoints, y) =>
            {
                adjoints.Into(x).Add(adjoints.Of(y));
                var dZ = adjoints.Into(z).Zeroed();
                for (var i = 0; i < (isWrong ? 4 : 12); i++) dZ[i % 4] += adjoints.Of(y)[i];
            })),
        Exhibit.Gradient(
            "A transpose is forgotten in a product", "dA = dY B, not dY B^T", Samples.Normal(3, 3),
            Samples.Normal(3, 3),
            (isWrong, a, b) => BackwardPass.Of(a, b, Op.MatMul, (adjoints, y) =>
            {
                var dY = new MatrixView<double>(adjoints.Of(y), 3, 3);
                var right = new MatrixView<double>(b.Data, 3, 3);
                MatrixProduct.Multiply(dY, isWrong ? right : right.Transposed, adjoints.Into(a).Zeroed(), 3, true);
                MatrixProduct.Multiply(
                    new MatrixView<double>(a.Data, 3, 3).Transposed, dY, adjoints.Into(b).Zeroed(), 3, true);
            })),
        Exhibit.Gradient(
            "The factors of a product's gradient are swapped", "dB = dY A^T, not A^T dY", Samples.Normal(3, 3),
            Samples.Normal(3, 3),
            (isWrong, a, b) => BackwardPass.Of(a, b, Op.MatMul, (adjoints, y) =>
            {
                var dY = new MatrixView<double>(adjoints.Of(y), 3, 3);
                var left = new MatrixView<double>(a.Data, 3, 3).Transposed;
                MatrixProduct.Multiply(
                    dY, new MatrixView<double>(b.Data, 3, 3).Transposed, adjoints.Into(a).Zeroed(), 3, true);
                MatrixProduct.Multiply(
                    isWrong ? dY : left, isWrong ? left : dY, adjoints.Into(b).Zeroed(), 3, true);
            })),
        Exhibit.Gradient(
            "A matrix that a batch shares takes the gradient of its last use", "dB = A_n^T dY_n, not the sum over n",
            Samples.Normal(3, 2, 2), Samples.Normal(2, 2),
            (isWrong, a, b) =>
            {
                var last = Op.Slice(a, 0, 2, 1);
                var others = Op.Slice(a, 0, 0, 2);
                return Op.Concatenate(
                    [Op.MatMul(others, isWrong ? BackwardPass.Detached(b) : b), Op.MatMul(last, b)], 0);
            }),
        Exhibit.Gradient(
            "A permutation is not undone", "dX = dY in the order of y", Samples.Normal(2, 3, 4),
            (isWrong, x) => BackwardPass.Of(x, x => Op.Permute(x, 2, 0, 1), (adjoints, y) =>
            {
                var dY = Tensor<double>.From(y.Shape, adjoints.Of(y));
                adjoints.Into(x).Add(isWrong ? dY.Data : Inverse(dY));
            })),
        Exhibit.Gradient(
            "A slice's gradient lands one too early", "dX[start - 1 + i] = dY[i], not dX[start + i]",
            Samples.Normal(7),
            (isWrong, x) => BackwardPass.Of(x, x => Op.Slice(x, 0, 2, 3), (adjoints, y) =>
            {
                var dX = adjoints.Into(x).Zeroed();
                for (var i = 0; i < 3; i++) dX[(isWrong ? 1 : 2) + i] += adjoints.Of(y)[i];
            })),
        Exhibit.Gradient(
            "Both parts of a concatenation get the same gradient", "dZ = dY[..n], not dY[n..]", Samples.Normal(3),
            Samples.Normal(3),
            (isWrong, x, z) => BackwardPass.Of(x, z, (x, z) => Op.Concatenate([x, z], 0), (adjoints, y) =>
            {
                adjoints.Into(x).Add(adjoints.Of(y)[..3]);
                adjoints.Into(z).Add(adjoints.Of(y).Slice(isWrong ? 0 : 3, 3));
            })),
        Exhibit.Gradient(
            "An index that occurs twice is assigned", "dTable[index] = dY_i, not += dY_i", Samples.Normal(3, 2),
            (isWrong, table) => BackwardPass.Of(table, table => Op.Embedding(table, [1, 1, 0]), (adjoints, y) =>
            {
                var dTable = adjoints.Into(table).Zeroed();
                int[] indices = [1, 1, 0];
                for (var i = 0; i < 6; i++)
                {
                    ref var to = ref dTable[(2 * indices[i / 2]) + (i % 2)];
                    to = (isWrong ? 0 : to) + adjoints.Of(y)[i];
                }
            })),
        Exhibit.Gradient(
            "A mean's gradient is that of a sum", "dX = dY, not dY / n", Samples.Normal(6),
            (isWrong, x) => BackwardPass.Of(x, Op.Mean, (adjoints, y) =>
            {
                var dX = adjoints.Into(x).Zeroed();
                for (var i = 0; i < 6; i++) dX[i] += adjoints.Of(y)[0] / (isWrong ? 1 : 6);
            })),
        Exhibit.Gradient(
            "Strided memory is read as if it were contiguous", "dX = 2 memory[i] dY[i], not 2 x[i] dY[i]",
            Samples.Transposed(Samples.Normal(3, 4)),
            (isWrong, x) => BackwardPass.Of(x, x => x * x, (adjoints, y) =>
            {
                var dX = adjoints.Into(x).Zeroed();
                var values = x.ToArray();
                for (var i = 0; i < dX.Length; i++)
                    dX[i] += 2 * adjoints.Of(y)[i] * (isWrong ? x.Memory[x.Offset + i] : values[i]);
            })),
        Exhibit.Gradient(
            "A tied weight takes the gradient of one use", "y = tanh(x E) E^T, with E^T a constant",
            Samples.Normal(2, 3), Samples.Normal(3, 4),
            (isWrong, x, e) =>
                Op.MatMul(Op.Tanh(Op.MatMul(x, e)), Op.Transpose(isWrong ? BackwardPass.Detached(e) : e))),
        Exhibit.Property(
            "Padding trains the table", "dTable[padding] = sum dY_i, not 0", isWrong => Assert.Equal(
                [1, 0, 1], ElementwiseRoom.GradientAt([0.1, 0.2, 0.3], table =>
                    Op.Embedding(Op.Reshape(table, [3, 1]), [0, 1, 2], isWrong ? -1 : 1)))),
    ];

    private static double[] Inverse(Tensor<double> dY)
    {
        using var tape = new Tape<double>();
        return Op.Permute(tape.Constant(dY), 1, 2, 0).ToArray();
    }
}
