namespace Engine.Lab;

/// <summary>A feed-forward network with SwiGLU and dropout, forward and backward, by hand.</summary>
internal static class SwigluByHand
{
    private const string
        Swapped = "The halves of a gated linear unit are swapped",
        SigmoidGate = "SwiGLU's gate is a sigmoid alone",
        NoProduct = "SiLU's derivative is that of a sigmoid",
        FirstTerm = "SiLU's derivative lacks the sigmoid's own",
        Detached = "A branch is detached",
        NotRescaled = "Dropout does not rescale",
        NotRescaledBack = "Dropout does not rescale in the backward pass";

    public static Exercise Exercise { get; } = new(
        draw: random => new()
        {
            { "x", [3, 4], random }, { "w1", [6, 4], random }, { "w3", [6, 4], random }, { "w2", [4, 6], random },
            { "keep", [3, 6], [.. Enumerable.Range(0, 18).Select(_ => random.NextInteger(4) == 0 ? 0.0 : 1)] },
            { "p", [], 0.25 }, { "dY", [3, 4], random },
        },
        refuse: given => given.Number("p") is not (>= 0 and < 1) ? "p must be at least 0 and below 1"
            : given["keep"].ToArray().Any(value => value is not (0 or 1)) ? "keep must hold 0 and 1" : null,
        right: Right,
        solve: Solve)
    {
        Name = "swiglu",
        Task = new(
            "手撕 SwiGLU 前馈网络（带 dropout）：前向和反向", "a SwiGLU network by hand, with dropout: forward and backward"),
        Formula =
        [
            "a = x w1^T,  b = x w3^T,  SiLU(a) = a / (1 + exp(-a))",
            "h = SiLU(a) b,  y = (h keep / (1 - p)) w2^T",
            "L = Σ y dY  gives  dX, dW1, dW2, dW3",
        ],
        Remark = new(
            "没有偏置。keep 是已经抽好的 dropout 掩码（1 留下，0 丢掉），p 是丢掉的概率。",
            "There are no biases. keep is a mask of dropout that is drawn already (1 keeps, 0 drops); p is the "
            + "probability of being dropped."),
        Inputs =
        [
            new("x", "N d", new("输入", "the input")),
            new("w1", "f d", new("门的权重", "the weights of the gate")),
            new("w3", "f d", new("值的权重", "the weights of the value")),
            new("w2", "d f", new("输出的权重", "the weights of the output")),
            new("keep", "N f", new("dropout 掩码", "the mask of dropout")),
            new("p", "", new("丢掉的概率", "the probability of being dropped")),
            new("dY", "N d", new("传到 y 的梯度", "the gradient that arrives at y")),
        ],
        Answers =
        [
            new("y", "N d", new("输出", "the output")),
            new("dX", "N d", new("x 的梯度", "the gradient of x")),
            new("dW1", "f d", new("w1 的梯度", "the gradient of w1")),
            new("dW2", "d f", new("w2 的梯度", "the gradient of w2")),
            new("dW3", "f d", new("w3 的梯度", "the gradient of w3")),
        ],
        Mistakes =
        [
            new(Swapped, "y = sigmoid(v) g, not v sigmoid(g)", new(
                "门和值反了：SiLU 应该作用在 x w1^T 上", "gate and value are swapped: SiLU belongs to x w1^T")),
            new(SigmoidGate, "h = sigmoid(a) b, not a sigmoid(a) b", new(
                "门只用了 sigmoid，那是 GLU；SiLU 还要乘 a", "the gate is a sigmoid, as in GLU; SiLU is a sigmoid(a)")),
            new(NoProduct, "dA = dH b s (1 - s), not dH b (s + a s (1 - s))", new(
                "SiLU 的导数写成了 sigmoid 的导数", "the derivative of SiLU is taken for that of a sigmoid")),
            new(FirstTerm, "dA = dH b s, not dH b (s + a s (1 - s))", new(
                "SiLU 的导数少了 a s (1 − s)：你忘了门 sigmoid(a) 也依赖 a",
                "SiLU's derivative lacks a s (1 - s): you forgot that the sigmoid depends on a too")),
            new(Detached, "y = x f(x), with f(x) a constant", new(
                "门没有梯度：w1 学不到东西", "no gradient goes through the gate: w1 does not learn")),
            new(NotRescaled, "y = x m, not x m / (1 - p)", new(
                "dropout 忘了除以 1 − p", "dropout lacks the division by 1 - p")),
            new(NotRescaledBack, "dX = dY m, not dY m / (1 - p)", new(
                "反向里 dropout 忘了除以 1 − p", "the backward pass of dropout lacks the division by 1 - p")),
        ],
    };

    private static ExerciseValues Right(ExerciseValues given)
    {
        using var tape = new Tape<double>();
        var (x, w1, w2, w3) = (
            tape.Variable(given["x"]), tape.Variable(given["w1"]), tape.Variable(given["w2"]),
            tape.Variable(given["w3"]));
        var hidden = Op.Swiglu(Op.Linear(x, w1), Op.Linear(x, w3)); // [N, f]
        var y = Op.Linear(hidden * given["keep"] * (1 / (1 - given.Number("p"))), w2); // [N, d]
        var gradients = tape.Backward(Op.Sum(y * given["dY"]));
        return new()
        {
            { "y", y }, { "dX", x, gradients }, { "dW1", w1, gradients }, { "dW2", w2, gradients },
            { "dW3", w3, gradients },
        };
    }

    private static ExerciseValues Solve(Work work)
    {
        var (x, w1, w2, w3, dY) = (work["x"], work["w1"], work["w2"], work["w3"], work["dY"]);
        var rescale = 1 / (1 - work.Given.Number("p"));
        var kept = work["keep"] * (work.Makes(NotRescaled) ? 1 : rescale);
        var keptBack = work["keep"] * (work.Makes(NotRescaled) || work.Makes(NotRescaledBack) ? 1 : rescale);
        if (work.Makes(Swapped)) (w1, w3) = (w3, w1);
        var (a, b) = (Op.MatMul(x, Op.Transpose(w1)), Op.MatMul(x, Op.Transpose(w3))); // [N, f]
        var s = Op.Sigmoid(a);
        var gate = work.Makes(SigmoidGate) ? s : a * s;
        var dropped = gate * b * kept;

        var dH = Op.MatMul(dY, w2) * keptBack; // [N, f]
        var ofSigmoid = s - (s * s);
        var slope = work.Makes(SigmoidGate) || work.Makes(NoProduct) ? ofSigmoid
            : work.Makes(FirstTerm) ? s
            : work.Makes(Detached) ? s * 0
            : s + (a * ofSigmoid);
        var (dA, dB) = (dH * b * slope, dH * gate);
        var (dW1, dW3) = (Work.WeightGradient(dA, x), Work.WeightGradient(dB, x));
        if (work.Makes(Swapped)) (dW1, dW3) = (dW3, dW1);
        return new()
        {
            { "y", Op.MatMul(dropped, Op.Transpose(w2)) }, // [N, d]
            { "dX", Op.MatMul(dA, w1) + Op.MatMul(dB, w3) },
            { "dW1", dW1 },
            { "dW2", Work.WeightGradient(dY, dropped) },
            { "dW3", dW3 },
        };
    }
}
