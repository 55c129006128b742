using Engine.Layers;
using Engine.Tests.Operations;

namespace Engine.Tests.Museum;

/// <summary>Masks, scales, heads and positions.</summary>
internal static class AttentionRoom
{
    public static IEnumerable<Exhibit> Exhibits =>
    [
        Exhibit.Reference(
            "Scores are scaled by dK", "Q K^T / dK, not / sqrt(dK)", "attention.plain",
            (isWrong, run) =>
            {
                double dK = run.Input("q").Shape[^1];
                var scores = Op.MatMul(run.Input("q"), Op.Transpose(run.Input("k")));
                var weights = Op.Softmax(Op.Scale(scores, 1 / (isWrong ? dK : Math.Sqrt(dK))));
                run.Give(Op.MatMul(weights, run.Input("v")));
            }),
        Exhibit.Reference(
            "Scores are not scaled", "Q K^T, not Q K^T / sqrt(dK)", "attention.plain", (isWrong, run) =>
            {
                var scores = Op.MatMul(run.Input("q"), Op.Transpose(run.Input("k")));
                var scale = isWrong ? 1 : 1 / Math.Sqrt(run.Input("q").Shape[^1]);
                run.Give(Op.MatMul(Op.Softmax(Op.Scale(scores, scale)), run.Input("v")));
            }),
        Exhibit.Reference(
            "Weights sum to one over the queries", "softmax down the columns of Q K^T, not along its rows",
            "attention.plain", (isWrong, run) =>
            {
                var scores = Scores(run.Input("q"), run.Input("k"));
                var weights = isWrong ? Op.Transpose(Op.Softmax(Op.Transpose(scores))) : Op.Softmax(scores);
                run.Give(Op.MatMul(weights, run.Input("v")));
            }),
        Exhibit.Reference(
            "The mask is applied after the softmax",
            "weights of the future become 0, and the other weights sum to less than 1",
            "attention.causal", (isWrong, run) =>
            {
                var scores = Scores(run.Input("q"), run.Input("k"));
                var mask = Mask.Causal(scores.Shape[^1]);
                var weights = isWrong
                    ? Op.MaskedFill(Op.Softmax(scores), mask, 0)
                    : Op.Softmax(Op.MaskedFill(scores, mask, double.NegativeInfinity));
                run.Give(Op.MatMul(weights, run.Input("v")));
            }),
        Exhibit.Property(
            "A causal mask is off by one", "query i sees key i + 1", isWrong =>
            {
                var (x, changed) = (Numbers.Of(Samples.Normal(4, 6)), Numbers.Of(Samples.Normal(4, 6)));
                changed[3, 0] += 1; // the last token
                var mask = new Mask([4, 4], i => i % 4 > i / 4 + (isWrong ? 1 : 0));
                double[] Of(Numbers x) => Forward.Of(
                    x => Op.ScaledDotProductAttention(x, x, x, mask).Output, x);
                Assert.Equal(Of(x)[..18], Of(changed)[..18]);
            }),
        Exhibit.Property(
            "Padding is attended to", "every row of the rectangle is a key", isWrong =>
            {
                var keys = isWrong ? SequenceLayout.Full(1, 4) : SequenceLayout.Padded(4, [3]);
                var (x, changed) = (Numbers.Of(Samples.Normal(4, 6)), Numbers.Of(Samples.Normal(4, 6)));
                changed[3, 0] += 1; // the padding
                double[] Of(Numbers x) => Forward.Of(
                    x => Op.Attention<double>(x, x, x, 2, 6, SequenceLayout.Full(1, 4), keys), x);
                Assert.Equal(Of(x)[..18], Of(changed)[..18]);
            }),
        Exhibit.Twin(
            "Cross-attention hides the end of the source", "query i sees source tokens 0 .. i, not all",
            (isWrong, x) => Op.ScaledDotProductAttention(x[0], x[1], x[1], isWrong ? Mask.Causal(4) : null).Output,
            x => Op.Attention<double>(
                x[0], x[1], x[1], 1, 6, SequenceLayout.Full(1, 4), SequenceLayout.Full(1, 4)), [4, 6], [4, 6]),
        Exhibit.Gradient(
            "The decoder's memory is detached", "dL / dMemory = 0: the encoder does not learn", Samples.Normal(3, 4),
            Samples.Normal(5, 4),
            (isWrong, target, source) =>
            {
                var memory = Op.Tanh(source); // the encoder
                if (isWrong) memory = BackwardPass.Detached(memory);
                return Op.Attention<double>(
                    target, memory, memory, 2, 4, SequenceLayout.Full(1, 3), SequenceLayout.Full(1, 5));
            }),
        Exhibit.Property(
            "The decoder reads the token that it is to predict", "input i is target i, not target i - 1", isWrong =>
            {
                // Row 2 predicts token 2, which must not be among its inputs.
                double[] Row(int token)
                {
                    using var tape = new Tape<double>();
                    int[] targets = [1, 3, token, 2];
                    int[] inputs = isWrong ? targets : [0, .. targets[..^1]]; // 0 is the begin token
                    var rows = Op.Embedding(tape.Constant(Samples.Normal(6, 4)), inputs);
                    var layout = SequenceLayout.Full(1, 4);
                    return Op.Attention<double>(rows, rows, rows, 2, 4, layout, layout, causal: true).ToArray()[8..12];
                }

                Assert.Equal(Row(4), Row(5));
            }),
        Exhibit.Property(
            "A query that sees nothing is not a number", "exp(-inf) / sum exp(-inf) = 0 / 0, not 0", isWrong =>
            {
                var y = Forward.Of(
                    x =>
                    {
                        if (!isWrong)
                        {
                            var nothing = SequenceLayout.Padded(2, [0]);
                            return Op.Attention<double>(x, x, x, 1, 3, SequenceLayout.Full(1, 2), nothing);
                        }
                        var hidden = new Mask([2, 2], _ => true);
                        var exponentials = Op.Exp(Op.MaskedFill(Scores(x, x), hidden, double.NegativeInfinity));
                        return Op.MatMul(exponentials / Op.Sum(exponentials, -1, keepDimension: true), x);
                    }, Numbers.Of(Samples.Normal(2, 3)));
                Assert.Equal(new double[6], y);
            }),
        Exhibit.Gradient(
            "The scale is forgotten in the backward pass", "dQ = dS K, not dS K / sqrt(dK)", Samples.Normal(2, 4),
            Samples.Normal(3, 4),
            (isWrong, q, k) => Op.Softmax(BackwardPass.Of(q, k, Scores, (adjoints, y) =>
                ScoreGradients(adjoints, y, q, k, isWrong ? 1 : 0.5, isTransposed: true)))),
        Exhibit.Gradient(
            "The gradient of the keys takes scores as they lie", "dK = dS Q, not dS^T Q", Samples.Normal(3, 4),
            Samples.Normal(3, 4),
            (isWrong, q, k) => Op.Softmax(BackwardPass.Of(q, k, Scores, (adjoints, y) =>
                ScoreGradients(adjoints, y, q, k, 0.5, isTransposed: !isWrong)))),
        Exhibit.Twin(
            "Heads take every second column", "head h has columns h, h + heads, ..., not dK that stand together",
            (isWrong, x) =>
            {
                Tensor<double> Heads(Tensor<double> x) => isWrong
                    ? Op.Permute(Op.Reshape(x, [5, 3, 2]), 2, 0, 1)  // [heads, length, dK]
                    : Op.Permute(Op.Reshape(x, [5, 2, 3]), 1, 0, 2); // [heads, length, dK]
                var y = Op.ScaledDotProductAttention(Heads(x[0]), Heads(x[1]), Heads(x[2])).Output;
                return Op.Reshape(isWrong ? Op.Permute(y, 1, 2, 0) : Op.Permute(y, 1, 0, 2), [5, 6]);
            },
            x => Op.Attention<double>(
                x[0], x[1], x[2], 2, 6, SequenceLayout.Full(1, 5), SequenceLayout.Full(1, 5)), [5, 6], [5, 6], [5, 6]),
        Exhibit.Reference(
            "Positions are counted from one", "PE(pos + 1), not PE(pos)", "positional_encoding.sinusoidal",
            (isWrong, run) =>
            {
                var (length, dim) = (run.Case.Integer("length"), run.Case.Integer("dim"));
                var rows = new SinusoidalPositions<double>(dim).Rows(length + 1)[(isWrong ? dim : 0)..];
                run.Give(run.Tape.Constant([length, dim], rows[..(length * dim)]));
            }),
        Exhibit.Reference(
            "A sine and its cosine have two frequencies", "pos / 10000^(i / d), not 10000^(2 floor(i / 2) / d)",
            "positional_encoding.sinusoidal", (isWrong, run) =>
            {
                var (length, dim) = (run.Case.Integer("length"), run.Case.Integer("dim"));
                var angles = Numbers.ByIndex(
                    [length, dim], at => at[0] / Math.Pow(10000, (isWrong ? at[1] : 2 * (at[1] / 2)) / (double)dim));
                run.Give(run.Tape.Constant(Numbers.ByIndex(
                    angles.Shape, at => at[1] % 2 == 0 ? Math.Sin(angles[at]) : Math.Cos(angles[at])).Free<double>()));
            }),
        Exhibit.Reference(
            "Distances have the wrong sign", "the table's row of i - j, not of j - i", "attention.relative",
            (isWrong, run) =>
            {
                var (clip, dK) = (run.Case.Integer("clip"), run.Input("q").Shape[^1]);
                var tables = run.Load(new RelativePositions<double>(dK, new RandomStream(1), clip)).Parameters
                    .Select(run.Tape.Use).Select(table => isWrong ? UpsideDown(table) : table).ToArray();
                run.Give(Op.RelativeDotProductAttention(
                    run.Input("q"), run.Input("k"), run.Input("v"), tables[0], tables[1]).Output);
            }),
        Exhibit.Property(
            "A second sentence goes on counting", "pos is the row of the batch, not of the sentence", isWrong =>
            {
                using var tape = new Tape<double>();
                var layout = isWrong ? SequenceLayout.Packed([6]) : SequenceLayout.Packed([3, 3]);
                var rows = new SinusoidalPositions<double>(4).Forward(tape, layout).ToArray();
                Assert.Equal(rows[..12], rows[12..]);
            }),
        Exhibit.Reference(
            "Rotary positions turn the wrong way", "by -pos theta, not by pos theta", "positional_encoding.rotary",
            (isWrong, run) => run.Give(Rotated(run.Input("x"), isWrong ? -1 : 1))),
        Exhibit.Gradient(
            "The gradient of a rotation turns with it", "dX = R dY, not R^T dY", Samples.Normal(5, 4),
            (isWrong, x) => BackwardPass.Of(x, x => Rotated(x, 1), (adjoints, y) =>
            {
                using var tape = new Tape<double>();
                var dY = tape.Constant(Tensor<double>.From(y.Shape, adjoints.Of(y)));
                adjoints.Into(x).Add(Rotated(dY, isWrong ? 1 : -1).Data);
            })),
        Exhibit.Property(
            "Keys are turned against their queries", "q R^m (k R^-n)^T depends on m + n, not on m - n", isWrong =>
            {
                using var tape = new Tape<double>();
                Tensor<double> Everywhere(params double[] row) =>
                    tape.Constant([5, 4], [.. Enumerable.Repeat(row, 5).SelectMany(same => same)]);
                var q = Rotated(Everywhere(1, -2, 0.5, 3), 1);
                var k = Rotated(Everywhere(-1, 0.3, 2, 1), isWrong ? -1 : 1);
                var scores = Numbers.Of(Op.MatMul(q, Op.Transpose(k)));
                for (var i = 1; i < 5; i++) Assert.Equal(scores[i - 1, 0], scores[i, 1], 1e-12);
            }),
    ];

    private static Tensor<double> Scores(Tensor<double> q, Tensor<double> k) =>
        Op.Scale(Op.MatMul(q, Op.Transpose(k)), 1 / Math.Sqrt(q.Shape[^1]));

    private static Tensor<double> UpsideDown(Tensor<double> table) =>
        Op.Embedding(table, [.. Enumerable.Range(0, table.Shape[0]).Reverse()]);

    private static void ScoreGradients(
        Adjoints<double> adjoints, Tensor<double> y, Tensor<double> q, Tensor<double> k, double scaleOfQ,
        bool isTransposed)
    {
        var (queries, keys, dK) = (y.Shape[0], y.Shape[1], q.Shape[1]);
        var dQ = adjoints.Into(q).Zeroed();
        var dKeys = adjoints.Into(k).Zeroed();
        for (var i = 0; i < queries; i++)
        {
            for (var j = 0; j < keys; j++)
            {
                var (dS, taken) = (
                    adjoints.Of(y)[(i * keys) + j], adjoints.Of(y)[isTransposed ? (i * keys) + j : (j * queries) + i]);
                for (var d = 0; d < dK; d++)
                {
                    dQ[(i * dK) + d] += scaleOfQ * dS * k.Data[(j * dK) + d];
                    dKeys[(j * dK) + d] += taken * q.Data[(i * dK) + d] / Math.Sqrt(dK);
                }
            }
        }
    }

    /// <summary>Pairs (2i, 2i + 1) of [..., length, d] turned by direction · pos · 10000^(-2i / d).</summary>
    private static Tensor<double> Rotated(Tensor<double> x, int direction)
    {
        var (length, d) = (x.Shape[^2], x.Shape[^1]);
        double Angle(int[] at) => direction * at[0] / Math.Pow(10000, 2 * (at[1] / 2) / (double)d);
        var cosine = Numbers.ByIndex([length, d], at => Math.Cos(Angle(at))).Free<double>();
        var sine = Numbers.ByIndex([length, d], at => Math.Sin(Angle(at))).Free<double>();
        // (x0, x1) J = (-x1, x0)
        var quarter = Numbers.ByIndex(
            [d, d], at => at[0] / 2 != at[1] / 2 || at[0] == at[1] ? 0 : at[0] > at[1] ? -1 : 1).Free<double>();
        return (x * cosine) + (Op.MatMul(x, quarter) * sine);
    }
}
