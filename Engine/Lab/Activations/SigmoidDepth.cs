using Engine.Layers;

namespace Engine.Lab;

/// <summary>Gradients through many layers, by activation.</summary>
internal static class SigmoidDepth
{
    private const double Vanishes = 1e-6;

    public static LabEntry Entry { get; } = new()
    {
        Name = "sigmoid-depth",
        Group = LabGroup.Activations,
        Seconds = 1,
        Claims = ["F5", "F7", "F8", "H4"],
        Question = new("Sigmoid、Tanh、ReLU 里谁会梯度消失？", "Which of sigmoid, tanh and ReLU lets gradients vanish?"),
        Claim = new(
            "Sigmoid 会梯度消失，Tanh 也一样；ReLU 解决了梯度消失", "sigmoid lets gradients vanish, and so does tanh; ReLU cures it"),
        Answer = new(
            "Sigmoid 的斜率最大只有 1/4，每层至少缩小四倍，20 层就没了。Tanh 在 0 附近斜率为 1，配合 Xavier 缩小得很慢。ReLU 也要配对初始化：用 He 能保持，用 Xavier "
            + "每层损失一半方差。",
            "Sigmoid's slope is at most 1/4: each layer shrinks gradients at least fourfold, and 20 layers leave "
            + "nothing. Tanh has slope 1 at 0 and with Xavier loses little. ReLU needs its initial weights: with He "
            + "gradients stay, with Xavier each layer loses half of the variance."),
        Rule = new(
            $"第一层与最后一层的梯度之比小于 {Vanishes}，才算“消失”",
            $"vanishes if the first layer's gradient is below {Vanishes} of the last one's"),
        Literature = new("Glorot 与 Bengio（2010）；He 等（2015）", "Glorot and Bengio 2010; He et al. 2015"),
        Sources =
        [
            "Engine/Operations/Activations/Sigmoid.cs", "Engine/Operations/Activations/Tanh.cs",
            "Engine/Operations/Activations/Relu.cs", "Engine/Layers/Initializers.cs",
        ],
        Papers = [new("He et al. 2015", "1502.01852")],
        Next = ["xavier-or-he"],
        Parameters = [new("layers", 20, 2, 100, new("层数", "the number of layers"))],
        View = "gradients",
        Recorded = VerdictKind.HoldsIf,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var layers = (int)run["layers"];
        Tensor<double> Xavier(Shape shape, RandomStream random) => Initializers.XavierNormal<double>(shape, random);
        Tensor<double> He(Shape shape, RandomStream random) => Initializers.KaimingNormal<double>(shape, random);
        (string Name, Func<Shape, RandomStream, Tensor<double>> Weights, Func<Tensor<double>, Tensor<double>> Of)[]
            rows =
        [
            ("sigmoid + Xavier", Xavier, Op.Sigmoid), ("tanh + Xavier", Xavier, Op.Tanh),
            ("ReLU + Xavier", Xavier, Op.Relu), ("ReLU + He", He, Op.Relu),
        ];
        var ratios = rows.Select(row =>
            DeepNetwork.Measure(run.Random(), layers, 32, row.Weights, (_, z) => row.Of(z)).Gradient).ToArray();
        var asClaimed = ratios[0] < Vanishes && ratios[1] < Vanishes && ratios[3] >= Vanishes;
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new(
                        $"{layers} 层，宽 32：首层梯度 / 末层梯度",
                        $"{layers} layers of 32: the first layer's gradient by the last one's"),
                    [new("激活与初始化", "activation and weights"), new("比值", "ratio")],
                    [.. rows.Zip(ratios, (row, ratio) => new LabRow(row.Name, ratio))]),
            ],
            Verdict = ratios[0] < Vanishes && ratios[3] >= Vanishes && !asClaimed
                ? new(
                    VerdictKind.HoldsIf,
                    new(
                        $"Sigmoid {ratios[0]:0e0} 消失；Tanh {ratios[1]:0.0e0} 没有；ReLU 配 He 保持 {ratios[3]:0.0}",
                        $"sigmoid vanishes ({ratios[0]:0e0}), tanh does not ({ratios[1]:0.0e0}), ReLU with He keeps "
                        + $"{ratios[3]:0.0}"))
                : Verdict.Of(
                    asClaimed,
                    new(
                        $"比值 {ratios[0]:0e0}、{ratios[1]:0e0}、{ratios[3]:0e0}",
                        $"ratios {ratios[0]:0e0}, {ratios[1]:0e0}, {ratios[3]:0e0}")),
        };
    }
}
