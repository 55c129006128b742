namespace Engine.Lab;

/// <summary>Rotary positions of queries and keys, forward and backward, by hand.</summary>
internal static class RopeByHand
{
    private const string
        WrongWay = "Rotary positions turn the wrong way",
        TurnsWithIt = "The gradient of a rotation turns with it",
        Against = "Keys are turned against their queries",
        Halves = "Rotary pairs are halves, not neighbours",
        FromOne = "Positions are counted from one",
        Goes = "A second sentence goes on counting",
        OneFrequency = "All rotary pairs turn at one frequency";

    public static Exercise Exercise { get; } = new(
        draw: random => new()
        {
            { "q", [2, 4, 6], random }, { "k", [2, 4, 6], random }, { "theta", [], 10000 },
            { "dScores", [2, 4, 4], random },
        },
        refuse: given => given["q"].Shape[2] % 2 != 0 ? "q and k must have an even number of dimensions"
            : given.Number("theta") <= 0 ? "theta must be above 0" : null,
        right: Right,
        solve: Solve)
    {
        Name = "rope",
        Task = new("手撕旋转位置编码 RoPE：前向和反向", "rotary positions (RoPE) by hand: forward and backward"),
        Formula =
        [
            "a = t theta^(-2i / d)            (position t from 0, pair i of the dimensions 2i and 2i + 1)",
            "(y_2i, y_2i+1) = (x_2i cos a - x_2i+1 sin a, x_2i sin a + x_2i+1 cos a)",
            "scores[b] = qRot[b] kRot[b]^T",
            "L = Σ scores dScores  gives  dQ, dK",
        ],
        Remark = new(
            "相邻的两维是一对（原论文的写法，不是前后两半）。每个句子的位置从 0 开始。",
            "Neighbouring dimensions are a pair, as in the paper; halves are not. The positions of each sentence begin "
            + "at 0."),
        Inputs =
        [
            new("q", "B T d", new("查询", "queries")),
            new("k", "B T d", new("键", "keys")),
            new("theta", "", new("底数", "the base")),
            new("dScores", "B T T", new("传到 scores 的梯度", "the gradient that arrives at the scores")),
        ],
        Answers =
        [
            new("qRot", "B T d", new("旋转后的 q", "q, turned")),
            new("kRot", "B T d", new("旋转后的 k", "k, turned")),
            new("scores", "B T T", new("分数", "scores")),
            new("dQ", "B T d", new("q 的梯度", "the gradient of q")),
            new("dK", "B T d", new("k 的梯度", "the gradient of k")),
        ],
        Mistakes =
        [
            new(WrongWay, "by -pos theta, not by pos theta", new(
                "旋转方向反了（sin 的符号）；分数不变，但和别的实现对不上",
                "you turn the wrong way (the sign of the sine); the scores do not tell, other programs do")),
            new(TurnsWithIt, "dX = R dY, not R^T dY", new(
                "梯度应该反着转回来（R 的转置），你又正着转了一次",
                "the gradient turns back, by the transpose of R; you turned it once more")),
            new(Against, "q R^m (k R^-n)^T depends on m + n, not on m - n", new(
                "k 转的方向和 q 相反：分数依赖 m + n，不是相对距离",
                "keys turn against queries: a score depends on m + n, not on the distance")),
            new(Halves, "pairs (i, i + d / 2), not (2i, 2i + 1)", new(
                "你把前后两半配成了对（GPT-NeoX、Llama 的 rotate_half 写法）；这里相邻两维是一对",
                "you paired the two halves, as rotate_half of GPT-NeoX and Llama does; here neighbours are a pair")),
            new(FromOne, "PE(pos + 1), not PE(pos)", new("位置从 1 数起了；应该从 0", "positions count from 1; they begin at 0")),
            new(Goes, "pos is the row of the batch, not of the sentence", new(
                "第二个句子接着第一个数下去了；每个句子都从 0 开始",
                "the second sentence goes on where the first ended; each begins at 0")),
            new(OneFrequency, "a = pos, not pos theta^(-2i / d)", new(
                "每一对的频率都一样；第 i 对应该乘 theta^(−2i/d)",
                "all pairs turn at one frequency; pair i turns by theta^(-2i / d)")),
        ],
    };

    private static ExerciseValues Right(ExerciseValues given)
    {
        using var tape = new Tape<double>();
        var (q, k) = (tape.Variable(given["q"]), tape.Variable(given["k"]));
        var (b, t, d) = (q.Shape[0], q.Shape[1], q.Shape[2]);
        var angles = new RotaryAngles<double>(d, given.Number("theta"));
        Tensor<double> Turn(Tensor<double> x) => Op.Reshape(
            Op.Rotary(Op.Reshape(x, [b * t, d]), angles, SequenceLayout.Full(b, t), d), x.Shape);
        var (qRot, kRot) = (Turn(q), Turn(k));
        var scores = Op.MatMul(qRot, Op.Transpose(kRot)); // [B, T, T]
        var gradients = tape.Backward(Op.Sum(scores * given["dScores"]));
        return new()
        {
            { "qRot", qRot }, { "kRot", kRot }, { "scores", scores }, { "dQ", q, gradients }, { "dK", k, gradients },
        };
    }

    private static ExerciseValues Solve(Work work)
    {
        var (q, k, dScores) = (work["q"], work["k"], work["dScores"]);
        var (length, d, theta) = (q.Shape[1], q.Shape[2], work.Given.Number("theta"));

        // The rotation of x; direction -1 turns back.
        Tensor<double> Turn(Tensor<double> x, int direction)
        {
            var values = Numbers(x);
            return work.ByIndex(x.Shape, at =>
            {
                var (b, t, i) = (at[0], at[1], at[2]);
                var (pair, isFirst, partner) = work.Makes(Halves)
                    ? (i % (d / 2), i < d / 2, (i + (d / 2)) % d)
                    : (i / 2, i % 2 == 0, i ^ 1);
                var position = (work.Makes(Goes) ? (b * length) + t : t) + (work.Makes(FromOne) ? 1 : 0);
                var frequency = work.Makes(OneFrequency) ? 1 : Math.Pow(theta, -2.0 * pair / d);
                var angle = direction * (work.Makes(WrongWay) ? -1 : 1) * position * frequency;
                var (own, other) = (values[b, t, i], values[b, t, partner]);
                return (own * Math.Cos(angle)) + ((isFirst ? -1 : 1) * other * Math.Sin(angle));
            });
        }

        var ofKeys = work.Makes(Against) ? -1 : 1;
        var back = work.Makes(TurnsWithIt) ? 1 : -1;
        var (qRot, kRot) = (Turn(q, 1), Turn(k, ofKeys));
        return new()
        {
            { "qRot", qRot },
            { "kRot", kRot },
            { "scores", Op.MatMul(qRot, Op.Transpose(kRot)) }, // [B, T, T]
            { "dQ", Turn(Op.MatMul(dScores, kRot), back) },
            { "dK", Turn(Op.MatMul(Op.Transpose(dScores), qRot), back * ofKeys) },
        };
    }

    private static Tensor<double> Numbers(Tensor<double> x) => Tensor<double>.From(x.Shape, x.ToArray());
}
