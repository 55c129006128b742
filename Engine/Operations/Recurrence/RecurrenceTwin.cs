using System.Numerics;

namespace Engine;

/// <summary>
/// The recurrences as their formulas read, one sequence and step after the other, composed of primitive operations:
/// the twins that <see cref="Op.Rnn"/>, <see cref="Op.Gru"/> and <see cref="Op.Lstm"/> must equal.
/// </summary>
internal static class RecurrenceTwin
{
    /// <summary>A step: from a, [1, gates h], and the state before, [1, states h], the state after.</summary>
    public delegate Tensor<T> Step<T>(Tensor<T> a, Tensor<T> state, Tensor<T> weight, Tensor<T> bias)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>h' = tanh(a + U h + c).</summary>
    public static Tensor<T> Rnn<T>(Tensor<T> a, Tensor<T> h, Tensor<T> weight, Tensor<T> bias)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Op.Tanh(a + (Op.MatMul(h, Op.Transpose(weight)) + bias));

    /// <summary>r, z = σ(a + u); n = tanh(a_n + r u_n); h' = (1 - z) n + z h, where u = U h + c.</summary>
    public static Tensor<T> Gru<T>(Tensor<T> a, Tensor<T> h, Tensor<T> weight, Tensor<T> bias)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var u = Op.MatMul(h, Op.Transpose(weight)) + bias; // [1, 3 h]
        var r = Op.Sigmoid(Block(a, 0, 3) + Block(u, 0, 3));
        var z = Op.Sigmoid(Block(a, 1, 3) + Block(u, 1, 3));
        var n = Op.Tanh(Block(a, 2, 3) + (r * Block(u, 2, 3)));
        return (n - (z * n)) + (z * h);
    }

    /// <summary>i, f, o = σ(a + u); g = tanh(a + u); c' = f c + i g; h' = o tanh c', where u = U h + c.</summary>
    public static Tensor<T> Lstm<T>(Tensor<T> a, Tensor<T> state, Tensor<T> weight, Tensor<T> bias)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (h, c) = (Block(state, 0, 2), Block(state, 1, 2));
        var gates = a + (Op.MatMul(h, Op.Transpose(weight)) + bias); // [1, 4 h]
        var (i, f) = (Op.Sigmoid(Block(gates, 0, 4)), Op.Sigmoid(Block(gates, 1, 4)));
        var (g, o) = (Op.Tanh(Block(gates, 2, 4)), Op.Sigmoid(Block(gates, 3, 4)));
        c = (f * c) + (i * g);
        return Op.Concatenate([o * Op.Tanh(c), c], 1); // [1, 2 h]
    }

    /// <summary>All steps of all sequences; the result has the rows that are no padding, in order.</summary>
    public static Tensor<T> Run<T>(
        Step<T> step, Tensor<T> projected, Tensor<T> weight, Tensor<T> bias, SequenceLayout layout, Tensor<T> initial,
        bool reverse)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var rows = new List<Tensor<T>>();
        for (var s = 0; s < layout.Sequences; s++)
        {
            var state = Op.Slice(initial, 0, s, 1); // [1, states h]
            var ofSequence = new Tensor<T>[layout.Length(s)];
            for (var t = 0; t < ofSequence.Length; t++)
            {
                var row = reverse ? ofSequence.Length - 1 - t : t;
                state = step(Op.Slice(projected, 0, layout.Start(s) + row, 1), state, weight, bias);
                ofSequence[row] = state;
            }
            rows.AddRange(ofSequence);
        }
        return Op.Concatenate([.. rows], 0); // [real rows, states h]
    }

    private static Tensor<T> Block<T>(Tensor<T> x, int block, int of)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Op.Slice(x, 1, block * (x.Shape[1] / of), x.Shape[1] / of);
}
