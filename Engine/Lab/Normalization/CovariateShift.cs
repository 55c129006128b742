using Engine.Layers;

namespace Engine.Lab;

/// <summary>BatchNorm with and without the covariate shift that it is said to cure.</summary>
internal static class CovariateShift
{
    private const double Close = 0.1, Saturated = 8;

    private static readonly (Bilingual Name, Func<Tensor<float>, Tensor<float>> Of)[] Activations =
        [("sigmoid", Op.Sigmoid), ("tanh", Op.Tanh)];

    private static readonly Bilingual[] Norms =
        [new("不归一化", "no norm"), "BatchNorm", new("BatchNorm + 漂移", "BatchNorm + shift")];

    public static LabEntry Entry { get; } = new()
    {
        Name = "covariate-shift",
        Group = LabGroup.Normalization,
        Seconds = 6,
        IsCertain = false,
        Claims = ["E6", "E7", "E8", "E27"],
        Question = new("BN 为什么有效？是因为解决了内部协变量偏移吗？", "Why does BN work? Because it cures internal covariate shift?"),
        Claim = new(
            "BN 有效，是因为它解决了内部协变量偏移（一批样本的分布不一致）", "BN works because it cures internal covariate shift"),
        Answer = new(
            "内部协变量偏移是指训练中每层输入的分布不断变化，不是一批样本之间的差别。在 BN 后面故意加上每步都变的均值和方差，偏移比不用 BN 时还大，网络照样训练得好。所以原因不在偏移。BN "
            + "让激活值离开饱和区，这里量得到；文献还用损失曲面变平滑来解释。",
            "Internal covariate shift is the change of a layer's inputs as training goes on, not a difference between "
            + "the samples of a batch. With a new mean and scale put behind BN in every step, inputs shift more than "
            + "without BN, and the network still trains. So the shift is not the reason. BN keeps units from "
            + "saturating, which is measured here; the literature adds a smoother loss."),
        Rule = new(
            $"加漂移的 BN，输入的偏移大于不归一化的，正确率却只比 BN 低不到 {Close:0%}（两种网络都如此），说法就不成立",
            "refuted if, with sigmoid and with tanh, BN with shift has inputs that shift more than without a norm, "
            + $"and its accuracy is less than {Close:0%} below BN's"),
        Literature = new(
            "Ioffe 与 Szegedy（2015）提出偏移之说；Santurkar 等（2018）加上偏移后照样有效，改用损失的平滑来解释",
            "Ioffe and Szegedy 2015 name the shift; Santurkar et al. 2018 add shift, which does no harm, and explain "
            + "BN by a smoother loss"),
        Sources = ["Engine/Layers/Normalization/BatchNorm.cs", "Engine/Operations/Normalization/BatchNorm.cs"],
        Papers = [new("Ioffe and Szegedy 2015", "1502.03167"), new("Santurkar et al. 2018", "1805.11604")],
        Next = ["sigmoid-depth", "running-variance"],
        Parameters =
        [
            new("layers", 10, 1, 40, new("隐藏层数", "hidden layers")),
            new("noise", 0.5, 0, 0.99, new("漂移的强度", "the strength of the shift")),
            new("rate", 0.1, 0.0001, 10, new("SGD 的学习率", "the learning rate of SGD")),
        ],
        Recorded = VerdictKind.DoesNotHold,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        (int Activation, int Norm)[] cases =
        [
            .. from a in Enumerable.Range(0, Activations.Length)
               from n in Enumerable.Range(0, Norms.Length)
               select (a, n),
        ];
        var found = run.EachSeed(cases, (one, seed) => Train(run, one.Activation, one.Norm, seed));
        Measured Of(int activation, int norm, Func<ShiftTraining, double> figure) =>
            Measured.Of(found[(activation * Norms.Length) + norm], figure);
        Bilingual NameOf((int Activation, int Norm) one) => new(
            $"{Activations[one.Activation].Name.Chinese}，{Norms[one.Norm].Chinese}",
            $"{Activations[one.Activation].Name.English}, {Norms[one.Norm].English}");
        LabTable Table(Bilingual title, Func<ShiftTraining, double> figure) => new(
            title, Measured.Columns(new("网络", "network"), run),
            [.. cases.Select(one => Of(one.Activation, one.Norm, figure).Row(NameOf(one)))]);
        Measured Pairs(int a, Func<ShiftTraining, double> figure, int other, Func<double, double, double> compare) =>
            new(
            [.. Of(a, 2, figure).Values.Zip(Of(a, other, figure).Values, compare)]);
        Measured[] lost = [.. Activations.Select((_, a) => Pairs(a, one => one.Accuracy, 1, (with, bn) => bn - with))];
        Measured[] shifts = [
            .. Activations.Select((_, a) => Pairs(a, one => one.Shift, 0, (with, none) => with / none))
        ];
        var refuted = Verdict.All("", [.. lost.Select(one => one.Below(Close)), .. shifts.Select(one => one.Above(1))]);
        return new LabResult
        {
            Tables =
            [
                Table(new("训练损失，最后 100 步的平均", "training loss, mean of the last 100 updates"), one => one.LastLoss),
                Table(new("新样本的正确率", "accuracy on new points"), one => one.Accuracy),
                Table(
                    new(
                        $"各层输入的偏移：每 {ShiftTraining.Every} 步均值移动多少",
                        $"shift of the layers' inputs: how far their means move in {ShiftTraining.Every} updates"),
                    one => one.Shift),
                Table(
                    new("沿梯度走一步，梯度改变的比例（越小越平滑）", "relative change of the gradient along a step (less is smoother)"),
                    one => one.Roughness),
                new LabTable(
                    new(
                        "最后一个隐藏层 Sigmoid 的平均斜率（最大 0.25），训练之前",
                        "mean slope of the last hidden layer's sigmoids (at most 0.25), before training"),
                    Measured.Columns(new("初始权重", "initial weights"), run),
                    [
                        .. from gain in (double[])[1, Saturated]
                           from norm in (int[])[0, 1]
                           select Measured.Of(
                               run.Seeds, seed => ShiftTraining.Slope(Network(run, 0, norm, seed, gain), seed))
                               .Row(
                                   new(
                                       $"Xavier × {gain}，{Norms[norm].Chinese}",
                                       $"Xavier × {gain}, {Norms[norm].English}")),
                    ]),
            ],
            Pictures =
            [
                .. Activations.Select((activation, a) => new LabPlot(
                    new($"训练损失，{activation.Name.Chinese}", $"training loss, {activation.Name.English}"),
                    new(new("更新次数", "updates")), new(new("损失（nat）", "loss, nats")),
                    [
                        .. Norms.Select((norm, n) => Measured.Line(
                            norm, found[0][0].Losses.Select((_, i) => (
                                (i + 1.0) * ShiftTraining.Every, Of(a, n, one => one.Losses[i]))))),
                    ])),
            ],
            Verdict = new(
                Verdict.ContraryOf(refuted.Kind),
                new(
                    $"加漂移后偏移是不归一化的 {shifts[0].Mean:0.0} 倍（sigmoid）、{shifts[1].Mean:0.0} 倍（tanh），正确率只比 BN 低 "
                    + $"{lost[0].Mean:0.0%}、{lost[1].Mean:0.0%}",
                    $"with shift, inputs move {shifts[0].Mean:0.0} (sigmoid) and {shifts[1].Mean:0.0} (tanh) times as "
                    + $"much as without a norm, and accuracies are {lost[0].Mean:0.0%} and {lost[1].Mean:0.0%} below "
                    + "BN's")),
        };
    }

    private static ShiftTraining Train(LabRun run, int activation, int norm, long seed)
    {
        var training = new ShiftTraining(Network(run, activation, norm, seed, 1), seed, run["rate"]);
        training.Train(run, run.IsFull ? 600 : 20);
        return training;
    }

    private static DeepClassifier Network(LabRun run, int activation, int norm, long seed, double gain)
    {
        var random = new RandomStream(seed).Fork(2);
        return new DeepClassifier(
            (int)run["layers"], 32, Activations[activation].Of,
            norm switch
            {
                0 => null,
                1 => width => new BatchNorm<float>(width),
                _ => width => new ShiftedBatchNorm(width, run["noise"], random),
            },
            new RandomStream(seed).Fork(3), gain);
    }
}
