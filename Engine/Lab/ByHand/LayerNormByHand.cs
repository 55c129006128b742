namespace Engine.Lab;

/// <summary>LayerNorm, forward and backward, by hand.</summary>
internal static class LayerNormByHand
{
    private const string
        NoMean = "LayerNorm's gradient lacks the term of the mean",
        NoVariance = "LayerNorm's gradient lacks the term of the variance",
        WrongSign = "LayerNorm's gradient adds the term of the variance",
        Constants = "Mean and variance are constants in the backward pass",
        GammaAsBeta = "Gamma's gradient is that of beta",
        EpsilonOutside = "Epsilon is added to the deviation",
        Unbiased = "LayerNorm's variance is divided by n - 1",
        Columns = "LayerNorm goes down the columns";

    public static Exercise Exercise { get; } = new(
        draw: random => new()
        {
            { "x", [4, 6], random },
            { "gamma", [6], random },
            { "beta", [6], random },
            { "epsilon", [], 0.01 },
            { "dY", [4, 6], random },
        },
        refuse: given => given.Number("epsilon") >= 0 ? null : "epsilon must be at least 0",
        right: Right,
        solve: Solve)
    {
        Name = "layer-norm",
        Task = new("手撕 LayerNorm：前向和反向", "LayerNorm by hand: forward and backward"),
        Formula =
        [
            "mean = (1/d) Σ_j x_j,  var = (1/d) Σ_j (x_j - mean)²            (of each row)",
            "xHat = (x - mean) / sqrt(var + epsilon),  y = gamma xHat + beta",
            "L = Σ y dY  gives  dX, dGamma, dBeta",
        ],
        Remark = new(
            "每一行（每个词）单独归一化。mean 和 var 都依赖 x，求导时不能当常数。",
            "Each row, that is each token, is normalized alone. Mean and variance depend on x; they are no constants "
            + "in the derivative."),
        Inputs =
        [
            new("x", "N d", new("输入", "the input")),
            new("gamma", "d", new("缩放", "the scale")),
            new("beta", "d", new("平移", "the shift")),
            new("epsilon", "", new("根号里的 ε", "added under the root")),
            new("dY", "N d", new("传到 y 的梯度", "the gradient that arrives at y")),
        ],
        Answers =
        [
            new("y", "N d", new("输出", "the output")),
            new("dX", "N d", new("x 的梯度", "the gradient of x")),
            new("dGamma", "d", new("gamma 的梯度", "the gradient of gamma")),
            new("dBeta", "d", new("beta 的梯度", "the gradient of beta")),
        ],
        Mistakes =
        [
            new(NoMean, "dX = (g - xHat mean(g xHat)) / sigma", new(
                "你忘了均值依赖于 x：dX 里少了 mean(g) 一项", "you forgot that the mean depends on x: dX lacks mean(g)")),
            new(NoVariance, "dX = (g - mean(g)) / sigma", new(
                "你忘了方差依赖于 x：dX 里少了 xHat mean(g xHat) 一项",
                "you forgot that the variance depends on x: dX lacks xHat mean(g xHat)")),
            new(WrongSign, "dX = (g - mean(g) + xHat mean(g xHat)) / sigma", new(
                "方差那一项的符号反了：应该减去 xHat mean(g xHat)", "the term of the variance has the wrong sign")),
            new(Constants, "dX = g / sigma: mean and variance are detached", new(
                "你把均值和方差当成了常数（相当于 detach）", "you took mean and variance for constants, as if detached")),
            new(GammaAsBeta, "dGamma = sum dY, not sum dY xHat", new(
                "dGamma 少乘了 xHat，算成了 dBeta", "dGamma lacks the factor xHat: it is dBeta")),
            new(EpsilonOutside, "(x - mean) / (sigma + epsilon), not / sqrt(var + epsilon)", new(
                "ε 应该加在根号里面，你加到了标准差上", "epsilon belongs under the root; you added it to the deviation")),
            new(Unbiased, "sum (x - mean)^2 / (n - 1), not / n", new(
                "方差除以了 n - 1；LayerNorm 用有偏方差，除以 n", "the variance is divided by n - 1; LayerNorm divides by n")),
            new(Columns, "the mean of each feature is 0, not that of each row", new(
                "你沿着列（batch 方向）归一化了，那是 BatchNorm；LayerNorm 沿着每一行的特征",
                "you normalized down the columns, as BatchNorm does; LayerNorm takes the features of a row")),
        ],
    };

    private static ExerciseValues Right(ExerciseValues given)
    {
        using var tape = new Tape<double>();
        var (x, gamma, beta) = (
            tape.Variable(given["x"]), tape.Variable(given["gamma"]), tape.Variable(given["beta"]));
        var y = Op.LayerNorm(x, gamma, beta, given.Number("epsilon"));
        var gradients = tape.Backward(Op.Sum(y * given["dY"]));
        return new()
        {
            { "y", y },
            { "dX", x, gradients },
            { "dGamma", gamma, gradients },
            { "dBeta", beta, gradients },
        };
    }

    private static ExerciseValues Solve(Work work)
    {
        var (x, gamma, dY, epsilon) = (work["x"], work["gamma"], work["dY"], work["epsilon"]);
        var along = work.Makes(Columns) ? 0 : -1;
        Tensor<double> Mean(Tensor<double> x) => Work.Mean(x, along);

        double n = x.Shape[along == 0 ? 0 : ^1];
        var centred = x - Mean(x);
        var variance = Mean(centred * centred) * (work.Makes(Unbiased) ? n / (n - 1) : 1);
        var sigma = work.Makes(EpsilonOutside) ? Op.Sqrt(variance) + epsilon : Op.Sqrt(variance + epsilon);
        var xHat = centred / sigma;

        var g = dY * gamma;
        var ofMean = Mean(g);
        var ofVariance = xHat * Mean(g * xHat);
        var dX = work.Makes(NoMean) ? g - ofVariance
            : work.Makes(NoVariance) ? g - ofMean
            : work.Makes(WrongSign) ? g - ofMean + ofVariance
            : work.Makes(Constants) ? g
            : g - ofMean - ofVariance;
        return new()
        {
            { "y", (xHat * gamma) + work["beta"] },
            { "dX", dX / sigma },
            { "dGamma", Work.SumOfRows(work.Makes(GammaAsBeta) ? dY : dY * xHat) },
            { "dBeta", Work.SumOfRows(dY) },
        };
    }
}
