using Engine.Optimizers;

namespace Engine.Lab;

/// <summary>AdamW's updates by hand.</summary>
internal static class AdamWByHand
{
    private const string
        NotCorrected = "Adam's moments are not corrected for their start at zero",
        ThroughGradient = "AdamW decays through the gradient",
        EpsilonInside = "Adam's epsilon stands inside the root",
        FromZero = "The bias correction counts updates from zero",
        NoRate = "Weight decay is not multiplied by the learning rate",
        Swapped = "The two betas change places",
        NotSquared = "Adam divides by the mean of gradients, not of their squares";

    public static Exercise Exercise { get; } = new(
        draw: random => new()
        {
            { "theta", [4], random }, { "gradients", [5, 4], random }, { "lr", [], 0.1 }, { "beta1", [], 0.9 },
            { "beta2", [], 0.98 }, { "epsilon", [], 0.01 }, { "lambda", [], 0.1 },
        },
        refuse: given => given.Number("lr") <= 0 ? "lr must be above 0"
            : given.Number("beta1") is not (>= 0 and < 1) || given.Number("beta2") is not (>= 0 and < 1)
            ? "beta1 and beta2 must be at least 0 and below 1"
            : given.Number("epsilon") <= 0 ? "epsilon must be above 0"
            : given.Number("lambda") < 0 ? "lambda must be at least 0" : null,
        right: Right,
        solve: Solve)
    {
        Name = "adamw",
        Task = new("手撕 AdamW：若干步更新", "AdamW by hand: some updates"),
        Formula =
        [
            "m_t = beta1 m_(t-1) + (1 - beta1) g_t,  v_t = beta2 v_(t-1) + (1 - beta2) g_t²,  m_0 = v_0 = 0",
            "mHat = m_t / (1 - beta1^t),  vHat = v_t / (1 - beta2^t)            (t counts from 1)",
            "theta_t = theta_(t-1) - lr lambda theta_(t-1) - lr mHat / (sqrt(vHat) + epsilon)",
        ],
        Remark = new(
            "gradients 的第 t 行是第 t 步的梯度，已经给好，不依赖 theta。",
            "Row t of gradients is the gradient of update t; it is given, and does not depend on theta."),
        Inputs =
        [
            new("theta", "n", new("初始权重", "the weights at first")),
            new("gradients", "steps n", new("每一步的梯度", "the gradient of each update")),
            new("lr", "", new("学习率", "the learning rate")),
            new("beta1", "", new("β1", "beta1")),
            new("beta2", "", new("β2", "beta2")),
            new("epsilon", "", new("ε", "epsilon")),
            new("lambda", "", new("衰减系数 λ", "the decay")),
        ],
        Answers =
        [
            new("values", "steps n", new("每一步之后的权重", "the weights after each update")),
            new("m", "n", new("最后的一阶矩 m", "m at the end")),
            new("v", "n", new("最后的二阶矩 v", "v at the end")),
        ],
        Mistakes =
        [
            new(NotCorrected, "m and v, not mHat and vHat", new(
                "你没有做偏差修正：m、v 从 0 出发，要除以 1 − β^t",
                "you did not correct the bias: m and v start at 0, and are divided by 1 - beta^t")),
            new(ThroughGradient, "g + lambda theta, not theta - lr lambda theta", new(
                "你把衰减加进了梯度，那是 Adam + L2；AdamW 的衰减不经过 m 和 v",
                "the decay went into the gradient, as in Adam with L2; in AdamW it bypasses m and v")),
            new(EpsilonInside, "mHat / sqrt(vHat + epsilon), which references with an epsilon of 1e-9 cannot tell", new(
                "ε 应该在根号外面", "epsilon belongs outside the root")),
            new(FromZero, "1 - beta^(t - 1), which is 0 at the first update", new(
                "偏差修正里的 t 从 0 数起了：第一步是 0/0",
                "the bias correction counts t from 0: the first update is 0/0")),
            new(NoRate, "theta - lambda theta, not theta - lr lambda theta", new(
                "衰减忘了乘学习率", "the decay lacks the learning rate")),
            new(Swapped, "m by beta2 and v by beta1", new("β1 和 β2 用反了", "beta1 and beta2 are swapped")),
            new(NotSquared, "v_t = beta2 v_(t-1) + (1 - beta2) |g_t|, not g_t^2", new(
                "v 里忘了平方", "v lacks the square of the gradient")),
        ],
    };

    private static ExerciseValues Right(ExerciseValues given)
    {
        var (gradients, n) = (given["gradients"], given["theta"].Count);
        var (m, v) = (Moments(given, n, "beta1", g => g), Moments(given, n, "beta2", g => g * g));
        var theta = new Parameter<double>("theta", Tensor<double>.From([n], given["theta"].ToArray()));
        var optimizer = new AdamW<double>(
            [theta], given.Number("lr"), given.Number("beta1"), given.Number("beta2"), given.Number("epsilon"),
            given.Number("lambda"));
        var values = new List<double>();
        for (var step = 0; step < gradients.Shape[0]; step++)
        {
            var set = new GradientSet<double>([theta]);
            gradients.Data.Slice(step * n, n).CopyTo(set[theta]);
            optimizer.Step(set);
            values.AddRange(theta.Value.ToArray());
        }
        return new() { { "values", gradients.Shape, [.. values] }, { "m", [n], m }, { "v", [n], v } };
    }

    /// <summary>The optimizer keeps its moments to itself: here they are sums over the updates.</summary>
    private static double[] Moments(ExerciseValues given, int n, string name, Func<double, double> of)
    {
        var (beta, gradients) = (given.Number(name), given["gradients"]);
        var steps = gradients.Shape[0];
        return
        [
            .. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, steps).Sum(step =>
                (1 - beta) * Math.Pow(beta, steps - 1 - step) * of(gradients[step, i]))),
        ];
    }

    private static ExerciseValues Solve(Work work)
    {
        var given = work.Given;
        var (theta, gradients) = (given["theta"].ToArray(), given["gradients"]);
        var (lr, epsilon, lambda) = (given.Number("lr"), given.Number("epsilon"), given.Number("lambda"));
        var (beta1, beta2) = (given.Number("beta1"), given.Number("beta2"));
        if (work.Makes(Swapped)) (beta1, beta2) = (beta2, beta1);
        var (m, v, values) = (new double[theta.Length], new double[theta.Length], new List<double>());
        for (var t = 1; t <= gradients.Shape[0]; t++)
        {
            var counted = work.Makes(FromZero) ? t - 1 : t;
            for (var i = 0; i < theta.Length; i++)
            {
                var g = gradients[t - 1, i];
                if (work.Makes(ThroughGradient)) g += lambda * theta[i];
                m[i] = (beta1 * m[i]) + ((1 - beta1) * g);
                v[i] = (beta2 * v[i]) + ((1 - beta2) * (work.Makes(NotSquared) ? Math.Abs(g) : g * g));
                var mHat = m[i] / (work.Makes(NotCorrected) ? 1 : 1 - Math.Pow(beta1, counted));
                var vHat = v[i] / (work.Makes(NotCorrected) ? 1 : 1 - Math.Pow(beta2, counted));
                var divisor = work.Makes(EpsilonInside) ? Math.Sqrt(vHat + epsilon) : Math.Sqrt(vHat) + epsilon;
                var decay = work.Makes(ThroughGradient) ? 0 : (work.Makes(NoRate) ? 1 : lr) * lambda * theta[i];
                theta[i] -= decay + (lr * mHat / divisor);
            }
            values.AddRange(theta);
        }
        return new() { { "values", gradients.Shape, [.. values] }, { "m", [m.Length], m }, { "v", [v.Length], v } };
    }
}
