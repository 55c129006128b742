namespace Engine.Lab;

/// <summary>Whether dropout keeps the mean of what follows it.</summary>
internal static class DropoutExpectation
{
    private const double Within = 0.02, Probability = 0.5;

    public static LabEntry Entry { get; } = new()
    {
        Name = "dropout-expectation",
        Group = LabGroup.Regularization,
        Seconds = 2,
        Claims = ["H14"],
        Question = new(
            "Dropout 为什么要除以保留概率？期望真的不变吗？", "Why does dropout divide by the keep probability? Is the mean kept?"),
        Claim = new(
            "Dropout 除以保留概率，使输出的期望与推理时一致",
            "dropout divides by the keep probability, so that the expectation equals inference's"),
        Answer = new(
            "只在线性层之后严格成立：E[Wx] 不变。经过 ReLU 就不一定了，因为 E[f(x)] ≠ f(E[x])。推理时用的是均值网络，只是近似。",
            "Exactly so only through linear maps, where E[Wx] stays. Behind a ReLU E[f(x)] differs from f(E[x]): the "
            + "network of inference approximates the mean of the networks of training."),
        Rule = new(
            "均值与推理时的输出之差不到输出幅度（均方根）的 "
            + $"{Within:0%}，才算“不变”", $"kept if the mean is off by less than {Within:0%} of the outputs' root "
            + "mean square"),
        Literature = new(
            "Srivastava 等（2014）：权重缩放只是近似的模型平均", "Srivastava et al. 2014: weight scaling approximates model averaging"),
        Sources = ["Engine/Operations/Regularization/Dropout.cs"],
        Exhibits = ["Dropout does not rescale"],
        Next = ["three-modes"],
        Recorded = VerdictKind.HoldsIf,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var masks = run.IsFull ? 10000 : 1000;
        const int Count = 8;
        var random = run.Random();
        double[] x = [.. Enumerable.Range(0, Count).Select(_ => 1 + Math.Abs(random.NextNormal()))];
        // The weights nearly cancel, so that dropout often changes the sign of the sum.
        double[] w = [.. x.Select((value, i) => (i % 2 == 0 ? 1.2 : -1) / value)];
        double Output(double[] inputs, bool rectifies)
        {
            var sum = inputs.Zip(w, (a, b) => a * b).Sum();
            return rectifies ? Math.Max(sum, 0) : sum;
        }
        double[] means = new double[2], squares = new double[2];
        for (var mask = 0; mask < masks; mask++)
        {
            using var tape = new Tape<double>(Mode.Training, run.Random(mask + 1));
            var dropped = Op.Dropout(tape.Constant([Count], x), Probability).ToArray();
            for (var i = 0; i < 2; i++)
            {
                var output = Output(dropped, i == 1);
                means[i] += output / masks;
                squares[i] += output * output / masks;
            }
        }
        double[] used = [Output(x, false), Output(x, true)];
        double[] off = [.. means.Select((mean, i) => Math.Abs(mean - used[i]) / Math.Sqrt(squares[i]))];
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new($"{masks} 个掩码的平均，丢弃概率 {Probability}", $"the mean of {masks} masks, dropping {Probability}"),
                    [
                        new("之后是", "followed by"), new("训练时的均值", "mean in training"), new("推理时", "inference"),
                        new("相差", "off by")
                    ],
                    [
                        new LabRow(new("线性", "a linear map"), means[0], used[0], off[0]), new LabRow(
                            new("线性加 ReLU", "a linear map and ReLU"), means[1], used[1], off[1]),
                    ]),
            ],
            Verdict = new(
                !(off[0] < Within) ? VerdictKind.DoesNotHold // also if the figure is NaN
                : off[1] < Within ? VerdictKind.Holds : VerdictKind.HoldsIf,
                new(
                    $"线性之后相差 {off[0]:0.0%}，ReLU 之后相差 {off[1]:0%}",
                    $"off by {off[0]:0.0%} behind a linear map, by {off[1]:0%} behind ReLU")),
        };
    }
}
