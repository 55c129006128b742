using Engine.Optimizers;

namespace Engine.Lab;

/// <summary>How much of a weight decay takes, by the scale of the gradients.</summary>
internal static class AdamWNotL2
{
    /// <summary>Losses that lie this far apart count as the same.</summary>
    private const double Same = 0.01;

    private const double LearningRate = 0.001;
    private const int Updates = 2000, Weights = 64;
    private static readonly double[] Scales = [0.01, 1, 100];

    public static LabEntry Entry { get; } = new()
    {
        Name = "adamw-not-l2",
        Group = LabGroup.Optimizers,
        Seconds = 1,
        Claims = ["G15"],
        Question = new("AdamW 就是 Adam 加上 L2 正则吗？", "Is AdamW Adam with an L2 penalty?"),
        Claim = new("AdamW 是在 Adam 的基础上加了一个 L2 正则项", "AdamW adds an L2 term to Adam"),
        Answer = new(
            "不是。L2 项的梯度要经过 m 和 v：梯度大的权重几乎不衰减，梯度小的权重衰减过头。AdamW 绕过 m 和 v，直接让权重按比例缩小，与梯度大小无关。",
            "No. The gradient of an L2 term passes through m and v: a weight with large gradients hardly decays, one "
            + "with small gradients decays too much. AdamW bypasses m and v and shrinks each weight by the same "
            + "factor."),
        Rule = new(
            $"梯度的尺度相差一万倍时，衰减掉的份额相差不到 {Same:0%}，才算“一样”",
            $"the same if the share that decay takes differs by less than {Same:0%} over gradients of all scales"),
        Literature = new(
            "Loshchilov 与 Hutter（2019）：权重衰减应当与梯度更新解耦；只有普通 SGD 里两者等价",
            "Loshchilov and Hutter 2019: decay should be decoupled from the gradient step; the two are one only in "
            + "SGD"),
        Sources = ["Engine/Optimizers/AdamW.cs", "Engine/Optimizers/Adam.cs"],
        Exhibits = ["AdamW decays through the gradient"],
        Papers = [new("Loshchilov and Hutter 2019", "1711.05101")],
        Next = ["adam-first-steps", "momentum-valley"],
        Parameters =
        [
            new("lambda", 0.1, 0.0001, 1, new("衰减系数 λ", "the decay, lambda")),
        ],
        Recorded = VerdictKind.DoesNotHold,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var lambda = run["lambda"];
        (string Name, Func<Parameter<double>, double, Optimizer<double>> Create)[] optimizers =
        [
            ("Adam + L2", (weight, decay) => new Adam<double>([weight], LearningRate, weightDecay: decay)),
            ("AdamW", (weight, decay) => new AdamW<double>([weight], LearningRate, weightDecay: decay)),
            ("SGD + L2", (weight, decay) => new Sgd<double>([weight], LearningRate, weightDecay: decay)),
        ];
        var rows = optimizers.Select(optimizer => new LabRow(
            optimizer.Name, [.. Scales.Select(scale => Lost(run, optimizer.Create, scale, lambda))])).ToArray();
        var worst = Ratio(rows[0].Values);
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new("衰减掉的权重份额，按梯度的尺度", "share of the weights that decay takes, by the gradients' scale"),
                    [
                        new("优化器", "optimizer"),
                        .. Scales.Select(scale => new Bilingual($"梯度 {scale}", $"gradient {scale}")),
                    ],
                    rows),
            ],
            Verdict = Verdict.Of(
                worst < 1 + Same && Math.Abs((rows[0].Values[1] / rows[1].Values[1]) - 1) < Same,
                new(
                    $"Adam 加 L2 的衰减因梯度尺度而差 {worst:0} 倍，AdamW 只差 {Ratio(rows[1].Values):0.00} 倍",
                    $"with L2 in Adam decay differs by a factor of {worst:0}, in AdamW by "
                    + $"{Ratio(rows[1].Values):0.00}")),
        };
    }

    private static double Ratio(IReadOnlyList<double> values) => values.Max() / values.Min();

    /// <summary>The share that decay takes: a run with decay against the same run without.</summary>
    private static double Lost(
        LabRun run, Func<Parameter<double>, double, Optimizer<double>> create, double scale, double lambda)
    {
        double[] with = Train(lambda), without = Train(0);
        return without.Zip(with, (a, b) => a - b).Sum() / without.Sum();

        double[] Train(double decay)
        {
            var weight = new Parameter<double>(
                "w", Tensor<double>.From([Weights], [.. Enumerable.Repeat(1.0, Weights)]));
            var optimizer = create(weight, decay);
            var random = run.Random();
            for (var update = 0; update < Updates; update++)
            {
                var gradients = new GradientSet<double>([weight]);
                // Half of the weights get the negative gradients of the others, so that the noise has the mean 0.
                var g = gradients[weight];
                for (var i = 0; i < Weights / 2; i++) g[i + (Weights / 2)] = -(g[i] = scale * random.NextNormal());
                optimizer.Step(gradients);
            }
            return weight.Value.ToArray();
        }
    }
}
