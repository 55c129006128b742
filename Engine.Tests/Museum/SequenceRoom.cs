using Engine.Layers;
using Engine.Tests.Operations;

namespace Engine.Tests.Museum;

/// <summary>Recurrence, convolution and pooling over the positions of sequences.</summary>
internal static class SequenceRoom
{
    private static readonly SequenceLayout Layout = SequenceLayout.Packed([4, 2]);

    public static IEnumerable<Exhibit> Exhibits =>
    [
        Exhibit.Twin(
            "The GRU's reset gate stands before the product", "n = tanh(a + U (r h) + c), not tanh(a + r (U h + c))",
            (isWrong, x) => RecurrenceTwin.Run(
                isWrong ? ResetBeforeTheProduct : RecurrenceTwin.Gru, x[0], x[1], x[2], Layout, Zeros(x[0], 2),
                reverse: false),
            x => Op.Gru(x[0], x[1], x[2], Layout), [6, 6], [6, 2], [6]),
        Exhibit.Twin(
            "The LSTM's gates come in another order", "i, o, f, g, not i, f, g, o",
            (isWrong, x) => RecurrenceTwin.Run(
                isWrong ? GatesInAnotherOrder : RecurrenceTwin.Lstm, x[0], x[1], x[2], Layout, Zeros(x[0], 4),
                reverse: false),
            x => Op.Lstm(x[0], x[1], x[2], Layout), [6, 8], [8, 2], [8]),
        Exhibit.Gradient(
            "Backpropagation through time stops after one step", "h_t = tanh(x_t + h_(t-1) U), h_(t-1) a constant",
            Samples.Normal(4, 3), Samples.Normal(3, 3),
            (isWrong, x, u) =>
            {
                var h = Op.Slice(x, 0, 0, 1);
                for (var t = 1; t < 4; t++)
                    h = Op.Tanh(Op.Slice(x, 0, t, 1) + Op.MatMul(isWrong ? BackwardPass.Detached(h) : h, u));
                return h;
            }),
        Exhibit.Twin(
            "The kernel is mirrored", "y_p = sum_j W_j x_(p - j), not sum_j W_j x_(p + j)",
            (isWrong, x) => Op.Conv1d(x[0], isWrong ? Mirrored(x[1]) : x[1], x[2], Layout, Window.Centered(3)),
            x => Twin.Conv1d(x[0], x[1], x[2], Layout, Window.Centered(3)), [6, 2], [3, 2, 3], [3]),
        Exhibit.Property(
            "A decoder's convolution sees the next token", "a window around each position, not one that ends there",
            isWrong =>
            {
                var (x, changed) = (Numbers.Of(Samples.Normal(5, 2)), Numbers.Of(Samples.Normal(5, 2)));
                changed[4, 0] += 1; // the last token
                var window = isWrong ? Window.Centered(3) : Window.Causal(3);
                double[] Of(Numbers x) => Forward.Of(
                    x => Op.Conv1d(x, Samples.Normal(2, 2, 3), null, SequenceLayout.Full(1, 5), window), x);
                Assert.Equal(Of(x)[..8], Of(changed)[..8]);
            }),
        Exhibit.Property(
            "A sequence's window reaches into the next sequence", "x = the next sequence's row, not 0, past the end",
            isWrong =>
            {
                var (x, changed) = (Numbers.Of(Samples.Normal(5, 2)), Numbers.Of(Samples.Normal(5, 2)));
                changed[3, 0] += 1; // the second sequence's first row
                var layout = isWrong ? SequenceLayout.Packed([5]) : SequenceLayout.Packed([3, 2]);
                double[] Of(Numbers x) => Forward.Of(
                    x => Op.Conv1d(x, Samples.Normal(2, 2, 3), null, layout, Window.Centered(3)), x);
                Assert.Equal(Of(x)[..6], Of(changed)[..6]);
            }),
        Exhibit.Property(
            "Padding counts in the mean over positions", "sum x_i / extent, not / length", isWrong =>
            {
                var y = Forward.Of(
                    x => Op.MeanPool(x, isWrong ? SequenceLayout.Full(1, 4) : SequenceLayout.Padded(4, [2])),
                    new Numbers([4, 1], [1, 3, 0, 0]));
                Assert.Equal([2.0], y);
            }),
        Exhibit.Property(
            "A decoder's normalization over positions sees the future", "mean and variance of all positions",
            isWrong =>
            {
                var (x, changed) = (Numbers.Of(Samples.Normal(4, 6)), Numbers.Of(Samples.Normal(4, 6)));
                changed[3, 0] += 1; // the last token
                var norm = new GroupNorm<double>(2, 6);
                double[] Of(Numbers x) => Forward.Of(
                    x => norm.Forward(x, SequenceLayout.Full(1, 4), causal: !isWrong), x);
                Assert.Equal(Of(x)[..18], Of(changed)[..18]);
            }),
    ];

    private static Tensor<double> ResetBeforeTheProduct(
        Tensor<double> a, Tensor<double> h, Tensor<double> weight, Tensor<double> bias)
    {
        Tensor<double> Gate(int gate, Tensor<double> h) =>
            Op.Slice(a, 1, gate * 2, 2)
                + Op.MatMul(h, Op.Transpose(Op.Slice(weight, 0, gate * 2, 2))) + Op.Slice(bias, 0, gate * 2, 2);
        var (r, z) = (Op.Sigmoid(Gate(0, h)), Op.Sigmoid(Gate(1, h)));
        var n = Op.Tanh(Gate(2, r * h));
        return n - (z * n) + (z * h);
    }

    private static Tensor<double> GatesInAnotherOrder(
        Tensor<double> a, Tensor<double> state, Tensor<double> weight, Tensor<double> bias)
    {
        var (h, c) = (Op.Slice(state, 1, 0, 2), Op.Slice(state, 1, 2, 2));
        var gates = a + Op.MatMul(h, Op.Transpose(weight)) + bias; // [1, 8]
        Tensor<double> Gate(int gate) => Op.Slice(gates, 1, gate * 2, 2);
        c = (Op.Sigmoid(Gate(2)) * c) + (Op.Sigmoid(Gate(0)) * Op.Tanh(Gate(3)));
        return Op.Concatenate([Op.Sigmoid(Gate(1)) * Op.Tanh(c), c], 1); // [1, 4]
    }

    /// <summary>[outputs, inputs, size] with its taps in the opposite order.</summary>
    private static Tensor<double> Mirrored(Tensor<double> weight) => Op.Concatenate(
        [Op.Slice(weight, 2, 2, 1), Op.Slice(weight, 2, 1, 1), Op.Slice(weight, 2, 0, 1)], 2);

    private static Tensor<double> Zeros(Tensor<double> x, int states) =>
        x.Tape.Constant(Tensor<double>.Zeros([Layout.Sequences, states]));
}
