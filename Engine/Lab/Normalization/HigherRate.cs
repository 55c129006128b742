using Engine.Layers;
using Engine.Optimizers;

namespace Engine.Lab;

/// <summary>The learning rates that a deep network bears, with BatchNorm and without.</summary>
internal static class HigherRate
{
    private const double Times = 3, Learns = 0.5;
    private static readonly double[] Rates = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
    private static readonly Bilingual[] Norms = [new("不归一化", "no norm"), "BatchNorm"];

    public static LabEntry Entry { get; } = new()
    {
        Name = "higher-rate",
        Group = LabGroup.Normalization,
        Seconds = 4,
        IsCertain = false,
        Claims = ["E9", "E10", "G7"],
        Question = new("BN 为什么允许更大的学习率？学习率怎么选？", "Why does BN allow higher rates, and how does one choose a rate?"),
        Claim = new(
            "BN 让训练更稳定，允许用更大的学习率，泛化也更好", "BN makes training stable, allows higher rates, and generalizes better"),
        Answer = new(
            "归一化之后，权重的大小不影响输出；权重越大，梯度越小，步子自己会收敛住，所以大学习率也不发散，可用的范围更宽。学习率没有公式：先扫一遍数量级，取发散点以下的几分之一，再配预热和衰减。",
            "Behind a norm the scale of the weights does not matter, and larger weights get smaller gradients: steps "
            + "limit themselves, a high rate does not diverge, and a wider range of rates works. No formula gives the "
            + "rate: try powers of ten, take a fraction of the rate that diverges, then warm up and decay."),
        Rule = new(
            $"能学会（最后损失低于最初的 {Learns:0%}）的最大学习率，有 BN 时至少是没有时的 {Times} 倍，且每个种子都如此",
            $"holds if the highest rate that learns (the last loss is below {Learns:0%} of the first) is at least "
            + $"{Times} times as high with BN, in every seed"),
        Literature = new(
            "Bjorck 等（2018）：BN 的好处主要来自更大的学习率；Smith（2017）扫描学习率",
            "Bjorck et al. 2018: higher rates are most of what BN brings; Smith 2017 scans rates"),
        Sources = ["Engine/Layers/Normalization/BatchNorm.cs", "Engine/Optimizers/Sgd.cs"],
        Papers = [new("Bjorck et al. 2018", "1806.02375"), new("Smith 2017", "1506.01186")],
        Next = ["covariate-shift"],
        Parameters = [new("layers", 12, 1, 40, new("隐藏层数", "hidden layers"))],
        Recorded = VerdictKind.Holds,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var rates = run.IsFull ? Rates : Rates[3..5];
        var cases = Norms.SelectMany((_, norm) => rates.Select(rate => (norm, rate))).ToArray();
        var found = run.EachSeed(cases, (one, seed) => Train(run, one.norm == 1, one.rate, seed));
        Measured Of(int norm, int rate, Func<Found, double> figure) =>
            Measured.Of(found[(norm * rates.Length) + rate], figure);
        Measured Highest(int norm) => new(
        [
            .. run.Seeds.Select((_, s) => rates.Where((_, r) =>
                found[(norm * rates.Length) + r][s].Loss < Learns).DefaultIfEmpty(rates[0]).Max()),
        ]);
        Measured Best(int norm) => new(
            [
                .. run.Seeds.Select(
                    (_, s) => rates.Select((_, r) => found[(norm * rates.Length) + r][s].Accuracy).Max())
            ]);
        var ratio = new Measured([.. Highest(1).Values.Zip(Highest(0).Values, (with, without) => with / without)]);
        LabTable Table(Bilingual title, int norm, Func<Found, double> figure) => new(
            title, Measured.Columns(new("学习率", "learning rate"), run),
            [.. rates.Select((rate, r) => Of(norm, r, figure).Row($"{rate}"))]);
        return new LabResult
        {
            Tables =
            [
                .. Norms.Select((norm, n) => Table(
                    new(
                        $"最后损失 / 最初损失，{norm.Chinese}（大于 10 的记作 10）",
                        $"last loss by first, {norm.English} (10 stands for more)"),
                    n, one => one.Loss)),
                new LabTable(
                    new("能学会的最大学习率", "the highest rate that learns"), Measured.Columns(new("网络", "network"), run),
                    [.. Norms.Select((norm, n) => Highest(n).Row(norm))]),
                new LabTable(
                    new("最好的学习率下，新样本的正确率", "accuracy on new points at the best rate"),
                    Measured.Columns(new("网络", "network"), run), [.. Norms.Select((norm, n) => Best(n).Row(norm))]),
            ],
            Pictures =
            [
                new LabPlot(
                    new("训练后的损失随学习率的变化", "loss after training by learning rate"),
                    new(new("学习率", "learning rate"), IsLogarithmic: true),
                    new(new("最后损失 / 最初损失", "last loss by first"), IsLogarithmic: true),
                    [
                        .. Norms.Select((norm, n) => Measured.Line(
                            norm, rates.Select((rate, r) => (rate, Of(n, r, one => one.Loss))))),
                    ]),
            ],
            Verdict = Verdict.Of(
                ratio.Values.Min() >= Times,
                new(
                    $"能学会的最大学习率：不归一化 {Highest(0).Mean:0.##}，BatchNorm {Highest(1).Mean:0.##}；最好的正确率 {Best(0).Mean:0%} "
                    + $"对 {Best(1).Mean:0%}",
                    $"the highest rate that learns is {Highest(0).Mean:0.##} without a norm, {Highest(1).Mean:0.##} "
                    + $"with BN; the best accuracies are {Best(0).Mean:0%} and {Best(1).Mean:0%}")),
        };
    }

    private static Found Train(LabRun run, bool hasNorm, double rate, long seed)
    {
        const double Most = 10;
        var random = new RandomStream(seed);
        ToyClasses train = new(512, 0.5, random.Fork(0)), test = new(512, 0.5, random.Fork(0), part: 1);
        var network = new DeepClassifier(
            (int)run["layers"], 32, Op.Relu, hasNorm ? width => new BatchNorm<float>(width) : null, random.Fork(1),
            gain: Math.Sqrt(2));
        var sgd = new Sgd<float>(network.Parameters, rate);
        var updates = run.IsFull ? 200 : 10;
        double first = 0, last = 0;
        for (var update = 0; update < updates; update++)
        {
            run.Pause();
            using var tape = new Tape<float>();
            var loss = network.Loss(tape, train.Draw(64, random));
            if (!(loss.Item() < Most * 1e6)) return new Found(Most, 1.0 / ToyClasses.Classes);
            sgd.Step(tape.Backward(loss));
            if (update == 0) first = loss.Item();
            if (update >= updates * 9 / 10) last += loss.Item() / (updates - (updates * 9 / 10));
        }
        return new Found(Math.Min(last / first, Most), network.Accuracy(test.All));
    }

    private readonly record struct Found(double Loss, double Accuracy);
}
