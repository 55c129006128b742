using Engine.Layers;

namespace Engine.Lab;

/// <summary>BatchNorm in training and in evaluation, forward and backward, by hand.</summary>
internal static class BatchNormByHand
{
    private const string
        Biased = "The running variance is biased",
        Constants = "Mean and variance are constants in the backward pass",
        Momentum = "Momentum weighs the old statistics, not the new",
        EvaluatesByBatch = "BatchNorm uses the batch where it should use what it has learned",
        EpsilonOutside = "Epsilon is added to the deviation",
        GammaAsBeta = "Gamma's gradient is that of beta",
        Rows = "BatchNorm goes along the rows",
        TrainsByRunning = "BatchNorm trains by its running statistics";

    public static Exercise Exercise { get; } = new(
        draw: random => new()
        {
            { "x", [5, 3], random }, { "gamma", [3], random }, { "beta", [3], random },
            { "runningMean", [3], random }, { "runningVar", [3], 0.8, 1.3, 2 },
            { "momentum", [], 0.1 }, { "epsilon", [], 0.01 }, { "dY", [5, 3], random },
        },
        refuse: given => given["x"].Shape[0] < 2 ? "x must have at least 2 rows"
            : given.Number("momentum") is not (>= 0 and <= 1) ? "momentum must be 0 to 1"
            : given.Number("epsilon") < 0 || given["runningVar"].ToArray().Any(variance => variance < 0)
            ? "epsilon and runningVar must be at least 0" : null,
        right: Right,
        solve: Solve)
    {
        Name = "batch-norm",
        Task = new(
            "手撕 BatchNorm：训练（前向、反向、更新 running 统计量）和测试",
            "BatchNorm by hand: training (forward, backward, running statistics) and evaluation"),
        Formula =
        [
            "mean = (1/m) Σ_i x_i,  var = (1/m) Σ_i (x_i - mean)²            (of each column, m rows)",
            "y = gamma (x - mean) / sqrt(var + epsilon) + beta",
            "newMean = (1 - momentum) runningMean + momentum mean",
            "newVar  = (1 - momentum) runningVar  + momentum var m / (m - 1)",
            "yEval = gamma (x - newMean) / sqrt(newVar + epsilon) + beta",
            "L = Σ y dY  gives  dX, dGamma, dBeta            (through y alone)",
        ],
        Remark = new(
            "归一化用除以 m 的方差，running_var 用除以 m − 1 的无偏方差（PyTorch 也这样）。测试时用更新后的 running 统计量。",
            "The variance that normalizes divides by m; running_var takes the unbiased one, by m - 1, as in PyTorch. "
            + "Evaluation uses the running statistics after their update."),
        Inputs =
        [
            new("x", "m L", new("一个 batch", "a batch")),
            new("gamma", "L", new("缩放", "the scale")),
            new("beta", "L", new("平移", "the shift")),
            new("runningMean", "L", new("之前的 running mean", "the running mean before")),
            new("runningVar", "L", new("之前的 running var", "the running variance before")),
            new("momentum", "", new("新 batch 的权重", "the weight of the new batch")),
            new("epsilon", "", new("根号里的 ε", "added under the root")),
            new("dY", "m L", new("传到 y 的梯度", "the gradient that arrives at y")),
        ],
        Answers =
        [
            new("y", "m L", new("训练时的输出", "the output in training")),
            new("newMean", "L", new("更新后的 running mean", "the running mean after")),
            new("newVar", "L", new("更新后的 running var", "the running variance after")),
            new("yEval", "m L", new("测试时的输出", "the output in evaluation")),
            new("dX", "m L", new("x 的梯度", "the gradient of x")),
            new("dGamma", "L", new("gamma 的梯度", "the gradient of gamma")),
            new("dBeta", "L", new("beta 的梯度", "the gradient of beta")),
        ],
        Mistakes =
        [
            new(Biased, "sum (x - mean)^2 / m, not / (m - 1)", new(
                "running_var 用了有偏方差；要乘 m / (m − 1)", "running_var took the biased variance; it lacks m / (m - 1)")),
            new(Momentum, "momentum running + (1 - momentum) batch, not the other way round", new(
                "momentum 用反了：它是新 batch 的权重，不是旧统计量的",
                "momentum is used the wrong way round: it is the weight of the new batch")),
            new(EvaluatesByBatch, "the batch's mean and variance in eval", new(
                "测试时还在用 batch 的均值和方差；应该用 running 统计量",
                "evaluation still uses the batch's mean and variance; it should use the running ones")),
            new(TrainsByRunning, "(x - runningMean) / sqrt(runningVar + epsilon) in training", new(
                "训练时用了 running 统计量；应该用当前 batch 的",
                "training used the running statistics; it should use the batch's statistics")),
            new(Constants, "dX = g / sigma: mean and variance are detached", new(
                "你忘了均值和方差依赖于 x：反向时把它们当成了常数",
                "you forgot that mean and variance depend on x: the backward pass took them for constants")),
            new(EpsilonOutside, "(x - mean) / (sigma + epsilon), not / sqrt(var + epsilon)", new(
                "ε 应该加在根号里面，你加到了标准差上", "epsilon belongs under the root; you added it to the deviation")),
            new(GammaAsBeta, "dGamma = sum dY, not sum dY xHat", new(
                "dGamma 少乘了 xHat，算成了 dBeta", "dGamma lacks the factor xHat: it is dBeta")),
            new(Rows, "the mean of each row is 0, not that of each feature", new(
                "你沿着每一行归一化了，那是 LayerNorm；BatchNorm 沿着 batch",
                "you normalized along the rows, as LayerNorm does; BatchNorm goes down the batch")),
        ],
    };

    private static ExerciseValues Right(ExerciseValues given)
    {
        var norm = new BatchNorm<double>(given["gamma"].Count, given.Number("epsilon"), given.Number("momentum"));
        given["gamma"].CopyTo(norm.Parameters[0].Update());
        given["beta"].CopyTo(norm.Parameters[1].Update());
        var buffers = norm.NamedBuffers.ToDictionary(named => named.Key, named => named.Value);
        given["runningMean"].CopyTo(buffers["running_mean"].Update());
        given["runningVar"].CopyTo(buffers["running_var"].Update());
        using var tape = new Tape<double>();
        var x = tape.Variable(given["x"]);
        var y = norm.Forward(x);
        var gradients = tape.Backward(Op.Sum(y * given["dY"]));
        gradients.Commit();
        using var evaluation = new Tape<double>(Mode.Inference);
        return new()
        {
            { "y", y },
            { "newMean", buffers["running_mean"].Value },
            { "newVar", buffers["running_var"].Value },
            { "yEval", norm.Forward(evaluation.Constant(given["x"])) },
            { "dX", x, gradients },
            { "dGamma", norm.Parameters[0], gradients },
            { "dBeta", norm.Parameters[1], gradients },
        };
    }

    private static ExerciseValues Solve(Work work)
    {
        var (x, gamma, beta, dY) = (work["x"], work["gamma"], work["beta"], work["dY"]);
        var (oldMean, oldVariance, epsilon) = (work["runningMean"], work["runningVar"], work["epsilon"]);
        double m = x.Shape[0];
        var along = work.Makes(Rows) ? 1 : 0;
        Tensor<double> Mean(Tensor<double> x) => Work.Mean(x, along);
        Tensor<double> Sigma(Tensor<double> variance) =>
            work.Makes(EpsilonOutside) ? Op.Sqrt(variance) + epsilon : Op.Sqrt(variance + epsilon);

        var (mean, variance) = (Mean(x), Mean((x - Mean(x)) * (x - Mean(x))));
        if (work.Makes(TrainsByRunning)) (mean, variance) = (oldMean, oldVariance);
        var sigma = Sigma(variance);
        var xHat = (x - mean) / sigma;

        var momentum = work.Given.Number("momentum");
        var weight = work.Makes(Momentum) ? 1 - momentum : momentum;
        var batchMean = Work.Mean(x, 0);
        var batchVariance = Work.Mean((x - batchMean) * (x - batchMean), 0);
        if (!work.Makes(Biased)) batchVariance *= m / (m - 1);
        var newMean = (oldMean * (1 - weight)) + (Op.Reshape(batchMean, oldMean.Shape) * weight);
        var newVariance = (oldVariance * (1 - weight)) + (Op.Reshape(batchVariance, oldMean.Shape) * weight);
        var evaluated = work.Makes(EvaluatesByBatch) ? xHat : (x - newMean) / Sigma(newVariance);

        var g = dY * gamma;
        var dX = work.Makes(Constants) || work.Makes(TrainsByRunning) ? g : g - Mean(g) - (xHat * Mean(g * xHat));
        return new()
        {
            { "y", (xHat * gamma) + beta },
            { "newMean", newMean },
            { "newVar", newVariance },
            { "yEval", (evaluated * gamma) + beta },
            { "dX", dX / sigma },
            { "dGamma", Work.SumOfRows(work.Makes(GammaAsBeta) ? dY : dY * xHat) },
            { "dBeta", Work.SumOfRows(dY) },
        };
    }
}
