using Engine.Training;

namespace Engine.Lab;

/// <summary>Dropout on few sentences: training and test loss.</summary>
internal static class DropoutOverfitsLess
{
    private const int Pairs = 300, Parts = 8;
    private static readonly double[] Rates = [0, 0.1, 0.3];

    public static LabEntry Entry { get; } = new()
    {
        Name = "dropout-overfits-less",
        Group = LabGroup.Regularization,
        Seconds = 10,
        IsCertain = false,
        Claims = ["H15", "H16"],
        Question = new("Dropout 真的能防止过拟合吗？", "Does dropout prevent overfitting?"),
        Claim = new("Dropout 可以防止过拟合", "dropout prevents overfitting"),
        Answer = new(
            "数据少、模型记得住训练集时，它能缩小训练和测试的差距，但不能消除过拟合，训练也变慢。数据多或欠拟合时，它只会碍事；大语言模型预训练常常不用。",
            "Where data are few and the model can memorize them, it narrows the gap between training and test; it "
            + "does not end overfitting, and training gets slower. With much data, or where a model underfits, it "
            + "only hinders; large language models are often pretrained without it."),
        Rule = new(
            $"{Pairs} 句训练，Dropout {Rates[^1]} 的测试损失低于不用的，差距超过种子之间的差别",
            $"holds if, trained on {Pairs} sentences, the test loss with dropout {Rates[^1]} is below the loss without "
            + "by more than the seeds' differences vary"),
        Literature = new(
            "Srivastava 等（2014）；Vaswani 等（2017）表 3(D)：没有 Dropout，BLEU 低 1.2",
            "Srivastava et al. 2014; Vaswani et al. 2017, table 3 (D): without it BLEU falls by 1.2"),
        Sources = [
            "Engine/Operations/Regularization/Dropout.cs", "Engine/Operations/Regularization/ResidualDropout.cs"
        ],
        Tests = ["ResidualTests.Dropout_falls_on_the_sublayer_and_never_on_the_residual"],
        Papers = [new("Srivastava et al. 2014"), new("Vaswani et al. 2017", "1706.03762")],
        Next = ["dropout-expectation", "three-modes"],
        Parameters =
        [
            new("updates", 400, Parts, 5000, new("训练步数", "updates")),
            new("pairs", Pairs, 50, 5000, new("训练句对数", "sentences to train on")),
        ],
        Recorded = VerdictKind.Holds,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var updates = run.IsFull ? (int)run["updates"] : Parts;
        var found = run.EachSeed(Rates, (rate, seed) => Train(run, rate, seed, updates));
        Measured Of(int rate, Func<Found, double> figure) => Measured.Of(found[rate], figure);
        Measured gain = new(
            [
                .. Of(0, one => one.Test[^1]).Values.Zip(
                    Of(Rates.Length - 1, one => one.Test[^1]).Values, (a, b) => a - b)
            ]);
        LabTable Table(Bilingual title, Func<Found, double> figure) => new(
            title, Measured.Columns(new("Dropout", "dropout"), run),
            [.. Rates.Select((rate, r) => Of(r, figure).Row($"{rate}"))]);
        return new LabResult
        {
            Tables =
            [
                Table(new("测试损失（nat/词），训练结束时", "test loss, nats per word, at the end"), one => one.Test[^1]),
                Table(
                    new("测试损失的最小值（早停能得到的）", "least test loss on the way (what early stopping gets)"),
                    one => one.Test.Min()),
                Table(
                    new("训练集的损失，不用 Dropout 计算", "loss of the training set, computed without dropout"),
                    one => one.Train),
                Table(new("完全译对的份额", "share translated exactly"), one => one.Exact),
            ],
            Pictures =
            [
                new LabPlot(
                    new("测试损失", "test loss"), new(new("更新次数", "updates")), new(new("损失（nat/词）", "loss, nats per word")),
                    [
                        .. Rates.Select((rate, r) => Measured.Line(
                            new($"Dropout {rate}", $"dropout {rate}"),
                            Enumerable.Range(0, Parts).Select(part => (
                                (double)(part + 1) * updates / Parts, Of(r, one => one.Test[part]))))),
                    ]),
            ],
            Verdict = new(
                gain.Above(0),
                new(
                    $"测试损失从 {Of(0, one =>
                        one.Test[^1]).Mean:0.00} 到 {Of(Rates.Length - 1, one => one.Test[^1]).Mean:0.00}；训练集的损失从 "
                    + $"{Of(0, one => one.Train).Mean:0.000} 到 {Of(Rates.Length - 1, one => one.Train).Mean:0.000}",
                    $"test loss from {Of(0, one =>
                        one.Test[^1]).Mean:0.00} to {Of(Rates.Length - 1, one => one.Test[^1]).Mean:0.00}, "
                    + $"loss of the training set from {Of(0, one => one.Train).Mean:0.000} to "
                    + $"{Of(Rates.Length - 1, one => one.Train).Mean:0.000}")),
        };
    }

    private static Found Train(LabRun run, double dropout, long seed, int updates)
    {
        var (train, test) = ToyText.Of(
            "zh-en", run.IsFull ? (int)run["pairs"] : 50, run.IsFull ? 100 : 5, new RandomStream(seed));
        var model = TranslationModel.Create(SmallTraining.Small(seed, "zh-en") with { Dropout = dropout }, train);
        var training = new SmallTraining(run, model, train, updates);
        var curve = new double[Parts];
        for (var part = 0; part < Parts; part++) curve[part] = training.Train(updates / Parts).Loss(test);
        return new Found(curve, training.Loss(train), training.Exact(test));
    }

    private sealed record Found(double[] Test, double Train, double Exact);
}
