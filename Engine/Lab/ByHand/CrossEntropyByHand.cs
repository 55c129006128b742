namespace Engine.Lab;

/// <summary>Cross-entropy with label smoothing and ignored rows, forward and backward, by hand.</summary>
internal static class CrossEntropyByHand
{
    private const string
        AllRows = "Ignored rows count in the mean",
        OthersOnly = "Smoothing spreads over the other classes only",
        MoreThanOne = "Smoothed targets sum to more than one",
        NotBackward = "Label smoothing is forgotten in the backward pass",
        Sum = "The loss is a sum, not a mean",
        NotDivided = "A mean's gradient is that of a sum",
        Twice = "Softmax is applied twice";

    public static Exercise Exercise { get; } = new(
        draw: random => new()
        {
            { "x", [5, 4], random },
            { "targets", [5], [.. Enumerable.Range(0, 5).Select(row => row == 2 ? -100.0 : random.NextInteger(4))] },
            { "ignoreIndex", [], -100 },
            { "smoothing", [], 0.1 },
        },
        refuse: given => given.Number("smoothing") is not (>= 0 and < 1)
            ? "smoothing must be at least 0 and below 1"
            : given.Integers("targets").Any(target =>
                target != given.Integer("ignoreIndex") && (uint)target >= (uint)given["x"].Shape[1])
            ? $"a target must be 0 to {given["x"].Shape[1] - 1}, or ignoreIndex" : null,
        right: Right,
        solve: Solve)
    {
        Name = "cross-entropy",
        Task = new(
            "手撕交叉熵损失（带 label smoothing 和 ignore_index）：前向和反向",
            "cross-entropy by hand, with label smoothing and ignored rows: forward and backward"),
        Formula =
        [
            "p = softmax(x),  q_j = (1 - e) [j = target] + e / n            (of each row)",
            "loss = mean over the rows kept of -Σ_j q_j ln p_j",
            "dX = ∂loss / ∂x",
        ],
        Remark = new(
            "target 等于 ignoreIndex 的行不算损失、不进分母、没有梯度。e 分给全部 n 个类，包括正确的类。x 是 logits，不是概率。",
            "A row whose target is ignoreIndex has no loss and no gradient, and does not count in the mean. The share "
            + "e goes to all n classes, the target included. x holds logits, not probabilities."),
        Inputs =
        [
            new("x", "N n", new("logits", "logits")),
            new("targets", "N", new("每一行的正确类", "the class of each row"), IsInteger: true),
            new("ignoreIndex", "", new("要忽略的 target", "the target that is ignored"), IsInteger: true),
            new("smoothing", "", new("平滑系数 e", "the share e")),
        ],
        Answers =
        [
            new("loss", "", new("损失", "the loss")),
            new("dX", "N n", new("x 的梯度", "the gradient of x")),
        ],
        Mistakes =
        [
            new(AllRows, "the sum of losses by all rows, not by the kept rows", new(
                "求平均时把被忽略的行也数进了分母", "the mean divides by all rows, the ignored ones included")),
            new(OthersOnly, "q_j = e / (n - 1) for j other than the target, not e / n", new(
                "你把 e 只分给了其他 n − 1 个类；应该分给全部 n 个类",
                "you spread e over the other n - 1 classes; it goes to all n")),
            new(MoreThanOne, "q = [j = target] + e / n, not (1 - e) [j = target] + e / n", new(
                "正确类忘了乘 1 − e：q 的和大于 1", "the target lacks the factor 1 - e: q sums to more than 1")),
            new(NotBackward, "dX = p - [j = target], not p - q", new(
                "反向里忘了 label smoothing：应该是 p − q，不是 p − one-hot",
                "the backward pass forgets the smoothing: p - q, not p - one-hot")),
            new(Sum, "the sum of the rows' losses, not their mean", new(
                "你求的是和，不是平均（reduction='sum'）", "you took the sum of the rows, not their mean")),
            new(NotDivided, "dX = dY, not dY / n", new(
                "损失是平均，梯度却没有除以行数", "the loss is a mean, but its gradient is not divided by the rows")),
            new(Twice, "p = softmax(softmax(x)), not softmax(x)", new(
                "softmax 做了两次：把概率当 logits 传了进去", "softmax is applied twice: probabilities were taken for logits")),
        ],
    };

    private static ExerciseValues Right(ExerciseValues given)
    {
        using var tape = new Tape<double>();
        var x = tape.Variable(given["x"]);
        var loss = Op.CrossEntropy(
            x, given.Integers("targets"), given.Integer("ignoreIndex"), given.Number("smoothing"));
        return new() { { "loss", loss }, { "dX", x, tape.Backward(loss) } };
    }

    private static ExerciseValues Solve(Work work)
    {
        var (targets, ignored, e) = (
            work.Given.Integers("targets"), work.Given.Integer("ignoreIndex"), work.Given.Number("smoothing"));
        var x = work["x"];
        double n = x.Shape[1];
        Tensor<double> Targets(double ofTarget, double ofOthers, double ofAll) => work.ByIndex(x.Shape, at =>
            targets[at[0]] == ignored ? 0 : (targets[at[0]] == at[1] ? ofTarget : ofOthers) + ofAll);

        var q = work.Makes(OthersOnly) ? Targets(1 - e, e / (n - 1), 0)
            : work.Makes(MoreThanOne) ? Targets(1, 0, e / n)
            : Targets(1 - e, 0, e / n);
        var once = Op.Softmax(x);
        var logP = Op.LogSoftmax(work.Makes(Twice) ? once : x);
        var kept = work.ByIndex([targets.Length, 1], at => targets[at[0]] == ignored ? 0 : 1);
        double rows = work.Makes(AllRows) ? targets.Length : Math.Max(targets.Count(target => target != ignored), 1);

        var inBackward = work.Makes(NotBackward) ? Targets(1, 0, 0) : q;
        var dX = (Op.Exp(logP) * Work.Sum(inBackward)) - inBackward; // [N, n]
        if (work.Makes(Twice)) dX = once * (dX - Work.Sum(once * dX));
        return new()
        {
            { "loss", Op.Scale(Op.Sum(q * logP), -1 / (work.Makes(Sum) ? 1 : rows)) },
            { "dX", dX * kept * (1 / (work.Makes(Sum) || work.Makes(NotDivided) ? 1 : rows)) },
        };
    }
}
