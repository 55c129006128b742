using Engine.Layers;

namespace Engine.Lab;

/// <summary>Softmax and its logarithm, forward and backward, by hand.</summary>
internal static class SoftmaxByHand
{
    private const string
        NoSum = "Softmax's gradient lacks the sum over its row",
        Diagonal = "Softmax's gradient is its diagonal",
        Overflows = "Softmax does not subtract the maximum",
        Underflows = "The logarithm of softmax underflows",
        Columns = "Weights sum to one over the queries",
        WholeMaximum = "Softmax divides by the sum of the whole tensor";

    public static Exercise Exercise { get; } = new(
        draw: random =>
        {
            var x = Initializers.Normal<double>([3, 5], 1, random).ToArray();
            for (var i = 0; i < 5; i++) x[5 + i] += 800; // a row whose exponentials overflow
            x[10] += 1000; // a row whose other probabilities underflow
            return new() { { "x", [3, 5], x }, { "dY", [3, 5], random } };
        },
        refuse: _ => null,
        right: Right,
        solve: Solve)
    {
        Name = "softmax",
        Task = new("手撕 Softmax 和 LogSoftmax：前向和反向", "softmax and its logarithm by hand: forward and backward"),
        Formula =
        [
            "y_j = exp(x_j) / Σ_k exp(x_k)            (of each row)",
            "logY_j = ln y_j",
            "L = Σ y dY  gives  dX",
        ],
        Remark = new(
            "输入里有很大的数：公式照抄会溢出。减去每一行的最大值，结果不变。LogSoftmax 也不能先算 y 再取对数。",
            "Some inputs are large: the formula as it stands overflows. To subtract a row's maximum changes nothing. "
            + "The logarithm is not to be taken of y, which can be 0."),
        Inputs =
        [
            new("x", "N n", new("输入", "the input")),
            new("dY", "N n", new("传到 y 的梯度", "the gradient that arrives at y")),
        ],
        Answers =
        [
            new("y", "N n", new("softmax", "softmax")),
            new("logY", "N n", new("log softmax", "its logarithm")),
            new("dX", "N n", new("x 的梯度", "the gradient of x")),
        ],
        Mistakes =
        [
            new(NoSum, "dX = y dY, not y (dY - sum y dY)", new(
                "你忘了分母里有每一个 x：dX 里少了 Σ y dY 一项",
                "you forgot that each x is in the divisor: dX lacks the sum of y dY over the row")),
            new(Diagonal, "dX = y (1 - y) dY, not y (dY - sum y dY)", new(
                "你只用了 Jacobian 的对角线 y(1 − y)，那是 sigmoid 的导数；非对角线是 −y_i y_j",
                "you took the Jacobian's diagonal alone, y (1 - y), as of a sigmoid; off it there is -y_i y_j")),
            new(Overflows, "exp(x) / sum exp(x) = inf / inf for large x", new(
                "你没有减去最大值：exp 溢出，inf / inf 是 NaN",
                "you did not subtract the maximum: exp overflows, and inf / inf is NaN")),
            new(Underflows, "ln(exp(x) / sum exp(x)) = ln 0, not x - max - ln sum exp(x - max)", new(
                "你先算 softmax 再取对数：很小的概率下溢成 0，对数是 −inf",
                "you took the logarithm of softmax: a tiny probability underflows to 0, whose logarithm is -inf")),
            new(Columns, "softmax down the columns of Q K^T, not along its rows", new(
                "你沿着列做了 softmax（dim 写错了）；每一行的和应该是 1",
                "you took the softmax down the columns (a wrong dim); each row should sum to 1")),
            new(WholeMaximum, "exp(x) / sum of exp over all rows, not over the own row", new(
                "分母对整个张量求了和；应该每一行各自求和",
                "the divisor sums over the whole tensor; each row has its own sum")),
        ],
    };

    private static ExerciseValues Right(ExerciseValues given)
    {
        using var tape = new Tape<double>();
        var x = tape.Variable(given["x"]);
        var y = Op.Softmax(x);
        var gradients = tape.Backward(Op.Sum(y * given["dY"]));
        return new() { { "y", y }, { "logY", Op.LogSoftmax(x) }, { "dX", x, gradients } };
    }

    private static ExerciseValues Solve(Work work)
    {
        var (x, dY) = (work["x"], work["dY"]);
        var along = work.Makes(Columns) ? 0 : 1;
        if (!work.Makes(Overflows)) x -= Op.Max(x, along, keepDimension: true);
        var exponentials = Op.Exp(x);
        var sum = work.Makes(WholeMaximum) ? Op.Sum(exponentials) : Work.Sum(exponentials, along);
        var y = exponentials / sum;
        var dX = work.Makes(NoSum) ? y * dY
            : work.Makes(Diagonal) ? (y - (y * y)) * dY
            : y * (dY - Work.Sum(y * dY, along));
        return new()
        {
            { "y", y }, { "logY", work.Makes(Underflows) ? Op.Log(y) : x - Op.Log(sum) }, { "dX", dX },
        };
    }
}
