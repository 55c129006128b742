using Engine.Optimizers;

namespace Engine.Lab;

/// <summary>How the step of Adagrad and of RMSprop changes with time.</summary>
internal static class AdagradStops
{
    private const double Tolerance = 0.05;
    private const int Updates = 4096;

    public static LabEntry Entry { get; } = new()
    {
        Name = "adagrad-stops",
        Group = LabGroup.Optimizers,
        Seconds = 1,
        Claims = ["G9", "G10"],
        Question = new("Adagrad 的学习率为什么会趋近于零？RMSprop 怎么解决？", "Why does Adagrad stop, and what does RMSprop change?"),
        Claim = new(
            "Adagrad 的分母一直累加，学习率最终趋近于零；RMSprop 改成滑动平均",
            "Adagrad's denominator only grows, until nothing moves; RMSprop averages instead"),
        Answer = new(
            "Adagrad 把所有平方梯度相加，步长按 1/√t 缩小；RMSprop 只记住最近的平方梯度，步长不再随时间缩小。",
            "Adagrad sums all squared gradients, so that steps shrink as 1/√t. RMSprop remembers the recent ones "
            + "alone, and steps do not shrink with time."),
        Rule = new(
            $"步长对时间的双对数斜率：Adagrad 为 −0.5±{Tolerance}，RMSprop 为 0±{Tolerance}",
            $"the slope of log step over log time is −0.5 ± {Tolerance} for Adagrad and 0 ± {Tolerance} for RMSprop"),
        Literature = new("Duchi 等（2011）；Tieleman 与 Hinton（2012）", "Duchi et al. 2011; Tieleman and Hinton 2012"),
        Sources = ["Engine/Optimizers/Adagrad.cs", "Engine/Optimizers/RmsProp.cs"],
        Next = ["adam-first-steps"],
        Recorded = VerdictKind.Holds,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var adagrad = Steps(run, weight => new Adagrad<double>([weight], 1));
        var rmsProp = Steps(run, weight => new RmsProp<double>([weight], 1, 0.9));
        var (falling, level) = (Slope(adagrad), Slope(rmsProp));
        int[] shown = [64, 256, 1024, 4096];
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new("梯度为 ±1 时的平均步长，以学习率为单位", "mean steps in learning rates, gradients being ±1"),
                    [
                        new("优化器", "optimizer"), .. shown.Select(t => new Bilingual($"t={t}", $"t = {t}")),
                        new("斜率", "slope"),
                    ],
                    [
                        new LabRow("Adagrad", [.. shown.Select(t => adagrad[t - 1]), falling]),
                        new LabRow("RMSprop", [.. shown.Select(t => rmsProp[t - 1]), level]),
                    ]),
            ],
            Verdict = Verdict.Of(
                Math.Abs(falling + 0.5) <= Tolerance && Math.Abs(level) <= Tolerance,
                new($"斜率 {falling:0.000} 和 {level:0.000}", $"slopes {falling:0.000} and {level:0.000}")),
        };
    }

    private static double[] Steps(LabRun run, Func<Parameter<double>, Optimizer<double>> create)
    {
        var weight = new Parameter<double>("w", Tensor<double>.From([1], [0]));
        var optimizer = create(weight);
        var random = run.Random();
        var steps = new double[Updates];
        for (var t = 0; t < Updates; t++)
        {
            var (before, gradients) = (weight.Value.ToArray()[0], new GradientSet<double>([weight]));
            gradients[weight][0] = random.NextUniform() < 0.5 ? -1 : 1;
            optimizer.Step(gradients);
            steps[t] = Math.Abs(before - weight.Value.ToArray()[0]);
        }
        return steps;
    }

    /// <summary>The slope of the logarithm of the step over the logarithm of t, from t = 64.</summary>
    private static double Slope(double[] steps)
    {
        var points = Enumerable.Range(64, Updates - 63).Select(t =>
            (X: Math.Log(t), Y: Math.Log(steps[t - 1]))).ToArray();
        var (x, y) = (points.Average(point => point.X), points.Average(point => point.Y));
        return points.Sum(point => (point.X - x) * (point.Y - y)) / points.Sum(point => (point.X - x) * (point.X - x));
    }
}
