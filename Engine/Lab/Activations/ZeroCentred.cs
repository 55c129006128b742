using Engine.Layers;

namespace Engine.Lab;

/// <summary>The signs of a neuron's weight gradients, by the activation that feeds it.</summary>
internal static class ZeroCentred
{
    private const double Mixed = 0.6;
    private const int Inputs = 64, Neurons = 200;

    public static LabEntry Entry { get; } = new()
    {
        Name = "zero-centred",
        Group = LabGroup.Activations,
        Seconds = 1,
        Claims = ["F9"],
        Question = new("为什么希望激活值以零为中心？", "Why should activations be zero-centred?"),
        Claim = new(
            "Sigmoid 和 ReLU 的输出不以零为中心，不利于更新",
            "the outputs of sigmoid and ReLU are not centred at zero, which hampers updates"),
        Answer = new(
            "一个样本上，神经元各权重的梯度是 δ·xᵢ：输入全非负时，所有梯度同号，只能一起增或一起减，走之字形。小批量会混合不同样本的 δ，问题减轻很多。",
            "For one example the gradients of a neuron's weights are δ xᵢ: if no input is negative they all have one "
            + "sign, and can only rise or fall together, in zigzags. A batch mixes examples of different δ, which "
            + "helps much."),
        Rule = new(
            $"单个样本上同号的份额：Sigmoid、ReLU 为 100%，Tanh 低于 {Mixed:0%}",
            $"holds if for one example all gradients have one sign behind sigmoid and ReLU, and below {Mixed:0%} "
            + "behind tanh"),
        Literature = new(
            "LeCun 等（1998）《Efficient BackProp》第 4.3 节", "LeCun et al. 1998, Efficient BackProp, section 4.3"),
        Sources = [
            "Engine/Operations/Activations/Tanh.cs", "Engine/Operations/Activations/Sigmoid.cs",
            "Engine/Operations/Activations/Relu.cs"
        ],
        Next = ["sigmoid-depth"],
        Recorded = VerdictKind.Holds,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        (string Name, Func<Tensor<double>, Tensor<double>> Of)[] functions = [
            ("sigmoid", Op.Sigmoid), ("ReLU", Op.Relu), ("tanh", Op.Tanh)
        ];
        var rows = functions.Select(function =>
            (function.Name, One: Share(run, function.Of, 1), Batch: Share(run, function.Of, 32))).ToArray();
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new(
                        "一个神经元的权重梯度里，同号的份额（不计零）",
                        "the share of a neuron's gradients that have one sign, zeros left out"),
                    [new("输入来自", "fed by"), new("1 个样本", "1 example"), new("32 个样本", "32 examples")],
                    [.. rows.Select(row => new LabRow(row.Name, row.One, row.Batch))]),
            ],
            Verdict = Verdict.Of(
                rows[0].One == 1 && rows[1].One == 1 && rows[2].One < Mixed,
                new(
                    $"{rows[0].One:0%}、{rows[1].One:0%}、{rows[2].One:0%}；32 个样本时 {rows[0].Batch:0%}、{rows[1].Batch:0%}",
                    $"{rows[0].One:0%}, {rows[1].One:0%}, {rows[2].One:0%}; with 32 examples {rows[0].Batch:0%} and "
                    + $"{rows[1].Batch:0%}")),
        };
    }

    private static double Share(LabRun run, Func<Tensor<double>, Tensor<double>> function, int examples)
    {
        var weight = new Parameter<double>("w", Initializers.XavierNormal<double>([Neurons, Inputs], run.Random()));
        using var tape = new Tape<double>();
        var x = function(tape.Constant(Initializers.Normal<double>([examples, Inputs], 1, run.Random(1))));
        var delta = tape.Constant(Initializers.Normal<double>([examples, Neurons], 1, run.Random(2)));
        var gradients = tape.Backward(Op.Sum(Op.Linear(x, tape.Use(weight)) * delta))[weight].ToArray();
        return gradients.Chunk(Inputs).Average(row =>
        {
            var moved = row.Where(g => g != 0).ToArray();
            return Math.Max(moved.Count(g => g > 0), moved.Count(g => g < 0)) / (double)moved.Length;
        });
    }
}
