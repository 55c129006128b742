using Engine.Training;

namespace Engine.Lab;

/// <summary>How often a classifier is right that says how sure it is.</summary>
internal static class Confidence
{
    private const double Calibrated = 0.05;
    private const int Bins = 5;

    public static LabEntry Entry { get; } = new()
    {
        Name = "confidence",
        Group = LabGroup.Activations,
        Seconds = 2,
        IsCertain = false,
        Claims = ["F13"],
        Question = new("Softmax 的值越大，就越可能是真的吗？它是概率吗？", "Is a larger softmax likelier true? Is it a probability?"),
        Claim = new(
            "Softmax 输出概率，值越大，越可能是真实类别", "softmax gives probabilities: the larger, the likelier the class is true"),
        Answer = new(
            "排序上大致对：更自信的样本更常答对。但数值不是真实的正确率：训练过头的模型说 99%，常常没有那么准。在验证集上调一个温度再除 logits，就能大致校准，而且不改变答案。",
            "As a rank it roughly is: surer answers are right more often. As a number it is not: an overtrained model "
            + "says 99% and is right less often. One temperature, tuned on held-out data and divided out of the "
            + "logits, mends most of it and changes no answer."),
        Rule = new(
            $"“越大越可能”：更自信的一半比另一半更常答对；“是概率”：期望校准误差低于 {Calibrated}。只有前者成立是“有条件成立”",
            "ranks if the surer half is right more often than the other; a probability if the expected calibration "
            + $"error is below {Calibrated}; the first alone: holds if"),
        Literature = new(
            "Guo 等（2017）：现代神经网络过度自信，温度缩放可以校准", "Guo et al. 2017: modern networks are overconfident; temperature "
            + "scaling calibrates them"),
        Sources =
        [
            "Engine/Training/ModelFolder/ClassificationModel.cs", "Engine/Operations/Activations/Softmax.cs",
            "Engine/Operations/Losses/CrossEntropy.cs",
        ],
        Papers = [new("Guo et al. 2017", "1706.04599")],
        Next = ["softmax-1-2-10"],
        Parameters =
        [
            new("updates", 300, 1, 5000, new("训练步数", "updates")),
            new("pairs", 300, 20, 5000, new("训练句数", "sentences to train on")),
        ],
        Recorded = VerdictKind.HoldsIf,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var found = run.EachSeed([0], (_, seed) => Train(run, seed))[0];
        Measured Of(Func<Found, double> figure) => Measured.Of(found, figure);
        Measured error = Of(one => Error(one.Test, 1)), mended = Of(one => Error(one.Test, one.Temperature)),
            rank = Of(one => Half(one.Test, sure: true) - Half(one.Test, sure: false));
        var answers = found.SelectMany(one => one.Test).ToArray();
        var (ranks, calibrated) = (rank.Above(0), error.Below(Calibrated));
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new("新句子", "new sentences"), Measured.Columns(new("量", "quantity"), run),
                    [
                        Of(one => one.Test.Average(answer => answer.IsRight ? 1.0 : 0)).Row(new("正确率", "accuracy")),
                        Of(one => one.Test.Average(answer => answer.At(1))).Row(new("平均自信", "mean confidence")),
                        Of(one => Half(one.Test, sure: true)).Row(new("更自信一半的正确率", "accuracy of the surer half")),
                        Of(one => Half(one.Test, sure: false)).Row(new("另一半的正确率", "accuracy of the other half")),
                        error.Row(new("期望校准误差", "expected calibration error")),
                        Of(one => one.Temperature).Row(new("验证集上调出的温度", "temperature, tuned on held-out data")),
                        mended.Row(new("除以温度后的校准误差", "calibration error after it")),
                    ]),
            ],
            Pictures =
            [
                new LabPlot(
                    new("可靠性曲线：说多自信，有多常答对", "reliability: how sure, how often right"), new(new("自信", "confidence")),
                    new(new("正确率", "accuracy")),
                    [
                        new LabLine(new("理想", "ideal"), [(0.5, 0.5), (1, 1)]),
                        new LabLine(new("模型", "model"), Curve(answers)),
                    ]),
            ],
            Verdict = new(
                ranks == VerdictKind.Holds && calibrated == VerdictKind.DoesNotHold ? VerdictKind.HoldsIf
                    : Verdict.All("", ranks, calibrated).Kind,
                new(
                    $"更自信的一半多对 {rank.Mean:0%}，排序成立；校准误差 {error.Mean:0.00}，不是概率；除以温度 {Of(one =>
                        one.Temperature).Mean:0.0} 后 "
                    + $"{mended.Mean:0.00}",
                    $"the surer half is right {rank.Mean:0%} more often; the calibration error is {error.Mean:0.00}, "
                    + $"after a temperature of {Of(one => one.Temperature).Mean:0.0} {mended.Mean:0.00}")),
        };
    }

    private static Found Train(LabRun run, long seed)
    {
        var (train, others) = ToyText.Of(
            "sentiment", run.IsFull ? (int)run["pairs"] : 20, run.IsFull ? 1000 : 20, new RandomStream(seed));
        var model = ClassificationModel.Create(
            SmallTraining.Small(seed, "sentiment") with { Task = "classify", Architecture = "gru" }, train);
        var updates = run.IsFull ? (int)run["updates"] : 3;
        new SmallTraining(run, model, train, updates).Train(updates);
        var probabilities = model.Probabilities(others.Source, new ThreadTeam(1));
        Answer[] answers =
        [
            .. probabilities.Zip(others.Target, (labels, truth) =>
                new Answer(
                    labels[0].Key == truth, Math.Log(labels[0].Value) - Math.Log(Math.Max(labels[1].Value, 1e-30)))),
        ];
        var held = answers[..(answers.Length / 4)];
        // Of two labels the loss by the temperature has one minimum: a fine scan finds it.
        var temperature = Enumerable.Range(0, 120).Select(i => 0.5 * Math.Pow(1.04, i)).MinBy(
            t => held.Sum(one => one.Loss(t)));
        return new Found(answers[(answers.Length / 4)..], temperature);
    }

    private static double Half(Answer[] answers, bool sure)
    {
        var sorted = answers.OrderByDescending(answer => answer.Margin).ToArray();
        return (sure ? sorted[..(sorted.Length / 2)] : sorted[(sorted.Length / 2)..]).Average(one =>
            one.IsRight ? 1.0 : 0);
    }

    /// <summary>The mean distance of confidence and accuracy over bins of equal counts (Guo et al. 2017).</summary>
    private static double Error(Answer[] answers, double temperature) => Parts(answers).Sum(part =>
        Math.Abs(part.Average(one => one.At(temperature)) - part.Average(one => one.IsRight ? 1.0 : 0)) * part.Length)
        / answers.Length;

    private static (double X, double Y)[] Curve(Answer[] answers) =>
    [
        .. Parts(answers).Select(part => (part.Average(one => one.At(1)), part.Average(one => one.IsRight ? 1.0 : 0))),
    ];

    private static IEnumerable<Answer[]> Parts(Answer[] answers) =>
        answers.OrderBy(answer => answer.Margin).Chunk((answers.Length + Bins - 1) / Bins);

    /// <summary>Whether an answer is right, and by how much its logit exceeds the other's.</summary>
    private readonly record struct Answer(bool IsRight, double Margin)
    {
        public double At(double temperature) => 1 / (1 + Math.Exp(-Margin / temperature));

        public double Loss(double temperature) => Math.Log(1 + Math.Exp((IsRight ? -Margin : Margin) / temperature));
    }

    private sealed record Found(Answer[] Test, double Temperature);
}
