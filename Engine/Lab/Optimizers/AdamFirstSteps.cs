using Engine.Optimizers;

namespace Engine.Lab;

/// <summary>The first steps of Adam, with and without bias correction.</summary>
internal static class AdamFirstSteps
{
    private const int Steps = 10;
    private const double Beta1 = 0.9;

    public static LabEntry Entry { get; } = new()
    {
        Name = "adam-first-steps",
        Group = LabGroup.Optimizers,
        Seconds = 1,
        Claims = ["G12", "G13", "G14"],
        Question = new("Adam 为什么要做偏差修正？公式里是 t 还是 t−1？", "Why does Adam correct its bias? By t or by t − 1?"),
        Claim = new(
            "刚开始没有历史可平均，m 和 v 偏小，不修正的话步子太小",
            "at the start there is nothing to average, so that without the correction steps are too small"),
        Answer = new(
            "m 和 v 确实都偏小，但 v 在分母里：β2=0.999 时 v 小得更多，不修正的步子反而大 3 到 7 倍。修正用 t：第一步 t−1=0，1−β⁰=0，就成了 0/0。",
            "Both m and v are too small, but v divides: at β2 = 0.999 v is much smaller than m, and uncorrected steps "
            + "are 3 to 7 times too large. The correction counts t: with t − 1 the first step is 0 / 0."),
        Rule = new(
            "不修正的前十步都小于学习率，才算“步子太小”",
            "\"too small\" holds if the first ten uncorrected steps are all below the learning rate"),
        Literature = new(
            "Kingma 与 Ba（2015）第 3 节：β2 接近 1 时，不修正会让最初几步过大",
            "Kingma and Ba 2015, section 3: with β2 near 1, a lack of correction makes the initial steps much larger"),
        Sources = ["Engine/Optimizers/Adam.cs", "Engine/Optimizers/OptimizerTwins.cs"],
        Tests = ["OptimizerTests.Adams_first_step_is_the_learning_rate_times_the_gradients_sign"],
        Exhibits =
        [
            "Adam's moments are not corrected for their start at zero", "Adam's epsilon stands inside the root",
            "The bias correction counts updates from zero",
        ],
        Papers = [new("Kingma and Ba 2015", "1412.6980")],
        Next = ["adamw-not-l2", "adam-after-spike"],
        Parameters = [new("beta2", 0.999, 0.9, 0.99999, new("v 的衰减率 β2", "the decay of v, beta2"))],
        Recorded = VerdictKind.DoesNotHold,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var beta2 = run["beta2"];
        double[] corrected = Corrected(beta2), plain = Plain(beta2), smaller = Plain(0.98);
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new("梯度恒为 1 时的步长，以学习率为单位", "steps in learning rates, the gradient always being 1"),
                    [new("第 t 步", "step t"), .. Enumerable.Range(1, Steps).Select(t => new Bilingual($"{t}", $"{t}"))],
                    [
                        new LabRow(new("有修正", "corrected"), corrected),
                        new LabRow(new($"无修正，β2={beta2}", $"uncorrected, β2 = {beta2}"), plain),
                        new LabRow(new("无修正，β2=0.98", "uncorrected, β2 = 0.98"), smaller),
                        new LabRow(
                            new("按 t−1 修正", "corrected by t − 1"),
                            [double.NaN, .. corrected.Select((_, t) => Shifted(t + 2, beta2)).SkipLast(1)]),
                    ]),
            ],
            Verdict = Verdict.Of(
                plain.All(step => step < 1),
                new(
                    $"不修正的第一步是学习率的 {plain[0]:0.00} 倍，第十步是 {plain[^1]:0.00} 倍",
                    $"the first uncorrected step is {plain[0]:0.00} learning rates, the tenth {plain[^1]:0.00}")),
        };
    }

    /// <summary>The engine's own Adam.</summary>
    private static double[] Corrected(double beta2)
    {
        var weight = new Parameter<double>("w", Tensor<double>.From([1], [0]));
        var adam = new Adam<double>([weight], 1, Beta1, beta2, epsilon: 0);
        var steps = new double[Steps];
        for (var t = 0; t < Steps; t++)
        {
            var (before, gradients) = (weight.Value.ToArray()[0], new GradientSet<double>([weight]));
            gradients[weight][0] = 1;
            adam.Step(gradients);
            steps[t] = before - weight.Value.ToArray()[0];
        }
        return steps;
    }

    /// <summary>m / √v, as a plain loop.</summary>
    private static double[] Plain(double beta2)
    {
        var (m, v) = (0.0, 0.0);
        var steps = new double[Steps];
        for (var t = 0; t < Steps; t++)
        {
            m = (Beta1 * m) + (1 - Beta1);
            v = (beta2 * v) + (1 - beta2);
            steps[t] = m / Math.Sqrt(v);
        }
        return steps;
    }

    /// <summary>The step at t >= 2 if the correction counts one step too few.</summary>
    private static double Shifted(int t, double beta2)
    {
        var (m, v) = (1 - Math.Pow(Beta1, t), 1 - Math.Pow(beta2, t));
        return m / (1 - Math.Pow(Beta1, t - 1)) / Math.Sqrt(v / (1 - Math.Pow(beta2, t - 1)));
    }
}
