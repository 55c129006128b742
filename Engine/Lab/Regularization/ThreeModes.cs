using Engine.Layers;

namespace Engine.Lab;

/// <summary>One network on three tapes: training, evaluation, inference.</summary>
internal static class ThreeModes
{
    public static LabEntry Entry { get; } = new()
    {
        Name = "three-modes",
        Group = LabGroup.Regularization,
        Seconds = 1,
        Claims = ["H17"],
        Question = new("model.eval() 做了什么？梯度也关掉了吗？", "What does model.eval() do? Does it turn gradients off?"),
        Claim = new("model.eval() 关闭 Dropout", "model.eval() disables dropout"),
        Answer = new(
            "它关掉 Dropout，并让 BatchNorm 用滑动统计量；梯度照样计算。关梯度是另一回事（PyTorch 的 no_grad，本引擎的 Inference）。",
            "It disables dropout and lets BatchNorm use its running statistics; gradients are computed as before. To "
            + "turn them off is another matter: no_grad in PyTorch, Mode.Inference here."),
        Rule = new(
            "Evaluation 的输出等于 Inference 的输出，而且有梯度",
            "as answered if evaluation has the outputs of inference, and gradients"),
        Literature = new(
            "PyTorch 文档：eval() 与 no_grad() 相互独立", "PyTorch's documentation: eval() and no_grad() are independent"),
        Sources = ["Engine/Autograd/Mode.cs", "Engine/Operations/Regularization/Dropout.cs"],
        Exhibits = ["Dropout drops at inference", "BatchNorm uses the batch where it should use what it has learned"],
        Next = ["dropout-expectation", "running-variance"],
        Recorded = VerdictKind.Holds,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var linear = new Linear<double>(6, 6, run.Random());
        var x = Initializers.Normal<double>([8, 6], 1, run.Random(1));
        var outputs = Enum.GetValues<Mode>().Select(mode =>
        {
            using var tape = new Tape<double>(mode, run.Random(2));
            var y = Op.Dropout(linear.Forward(tape.Constant(x)), 0.5);
            var gradient = double.NaN;
            if (mode != Mode.Inference)
                gradient = Math.Sqrt(tape.Backward(Op.Sum(y * y)).All.ToArray().Sum(value => value * value));
            return (Mode: mode, Y: y.ToArray(), Gradient: gradient, Nodes: tape.NodeCount);
        }).ToArray();
        var (training, evaluation, inference) = (outputs[0], outputs[1], outputs[2]);
        var same = evaluation.Y.SequenceEqual(inference.Y);
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new("同一个网络在三种带子上", "one network on three tapes"),
                    [
                        new("模式", "mode"), new("输出中的 0", "zeros in the output"), new("梯度的范数", "gradient norm"),
                        new("记录的节点", "recorded nodes")
                    ],
                    [
                        .. outputs.Select(
                            output => new LabRow(
                                $"{output.Mode}", output.Y.Count(value => value == 0), output.Gradient, output.Nodes))
                    ]),
            ],
            Verdict = Verdict.Of(
                same && evaluation.Gradient > 0 && !training.Y.SequenceEqual(evaluation.Y),
                new(
                    $"Evaluation 与 Inference 的输出{(same ?"相同" : "不同")}，梯度范数 {evaluation.Gradient:0.0}",
                    $"evaluation has {(same ? "the same" : "other")} outputs as inference, and a gradient of norm "
                    + $"{evaluation.Gradient:0.0}")),
        };
    }
}
