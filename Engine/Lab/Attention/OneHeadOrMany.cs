using Engine.Training;

namespace Engine.Lab;

/// <summary>Models of one size with 1 to 16 heads, on few pairs.</summary>
internal static class OneHeadOrMany
{
    private const int Pairs = 3000, Updates = 500;
    private static readonly int[] Heads = [1, 2, 4, 8, 16];

    public static LabEntry Entry { get; } = new()
    {
        Name = "one-head-or-many",
        Group = LabGroup.Attention,
        Seconds = 21,
        IsCertain = false,
        Claims = ["B22", "B28"],
        Question = new(
            "多头是不是越多越好？只用一个头行不行？多头能减轻过拟合吗？",
            "Are more heads better? Does one do? Do more heads overfit less?"),
        Claim = new(
            "头越多效果越好，还能提高泛化、减轻过拟合",
            "more heads are better; they generalise, and overfit less"),
        Answer = new(
            "不是越多越好：总宽度不变，头越多，每个头越窄；原论文里 1 个头差 0.9 BLEU，32 个头也不如 8 个。"
            + "多头不是正则化手段，没有证据说它能减轻过拟合。",
            "More is not always better: the width is shared, so that more heads are thinner; in the paper one head "
            + "loses 0.9 BLEU, and 32 are worse than 8. Heads are no regulariser, and nothing shows that they reduce "
            + "overfitting."),
        Rule = new(
            "头数每翻一倍，正确率都升高、训练与测试损失之差都缩小，且都超过种子间的差异，说法才成立；"
            + "有一次正确率明显下降或差距明显扩大，就不成立",
            "holds if with each doubling of the heads the accuracy rises, and the gap between test and training loss "
            + "shrinks, by more than seeds differ; does not hold if one doubling clearly lowers the accuracy or widens "
            + "the gap"),
        Literature = new(
            "Vaswani 等（2017）表 3A；Michel 等（2019）：训练之后很多层只留一个头也行",
            "Vaswani et al. 2017, table 3A; Michel et al. 2019: after training one head does in many layers"),
        Sources = ["Engine/Layers/Attention/MultiHeadAttention.cs"],
        Papers = [new("Vaswani et al. 2017", "1706.03762"), new("Michel et al. 2019", "1905.10650")],
        Next = ["heads-cost", "mask-that-cheats"],
        Parameters = [new("pairs", Pairs, 100, 20_000, new("训练用的句对", "pairs to train on"))],
        Recorded = VerdictKind.DoesNotHold,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        int[] heads = run.IsFull ? Heads : [1, 2];
        var found = run.EachSeed(heads, (count, seed) => Learn(run, count, seed));
        Measured[] exact = [.. found.Select(seeds => Measured.Of(seeds, one => one.Exact))];
        Measured[] gaps = [.. found.Select(seeds => Measured.Of(seeds, one => one.Test - one.Train))];
        var doublings = Enumerable.Range(1, heads.Length - 1).ToArray();
        var kind = doublings.All(i =>
            exact[i].IsAbove(exact[i - 1]) && gaps[i - 1].IsAbove(gaps[i])) ? VerdictKind.Holds
            : doublings.Any(i =>
                exact[i - 1].IsAbove(exact[i]) || gaps[i].IsAbove(gaps[i - 1])) ? VerdictKind.DoesNotHold
            : VerdictKind.NotShown;
        Bilingual head = new("头数", "heads");
        LabTable Table(Bilingual title, Measured[] figures) => new(
            title, Measured.Columns(head, run), [.. figures.Select((figure, i) => figure.Row($"{heads[i]}"))]);
        LabPlot Plot(Bilingual title, Bilingual axis, Measured[] figures) => new(
            title, new(head, IsLogarithmic: true), new(axis),
            [Measured.Line(axis, figures.Select((figure, i) => ((double)heads[i], figure)))]);
        Bilingual share = new("完全译对的份额", "share exact"), gap = new("损失之差（nat/词）", "gap, nats per word");
        var best = Array.IndexOf(exact, exact.MaxBy(figure => figure.Mean));
        return new LabResult
        {
            Tables =
            [
                Table(new("新句子完全译对的份额", "share of new sentences that are translated exactly"), exact),
                Table(new("过拟合：测试损失减训练损失（nat/词）", "overfitting: test loss less training loss, nats per word"), gaps),
            ],
            Pictures =
            [
                Plot(new("头数与正确率", "accuracy by heads"), share, exact),
                Plot(new("头数与过拟合", "overfitting by heads"), gap, gaps),
            ],
            Verdict = new(
                kind,
                new(
                    $"1 个头译对 {exact[0].Mean:0%}，最好的是 {heads[best]} 个头，{exact[best].Mean:0%}；"
                    + $"损失之差 {gaps[0].Mean:0.00} 到 {gaps[^1].Mean:0.00}",
                    $"one head translates {exact[0].Mean:0%} exactly; the best are {heads[best]}, with "
                    + $"{exact[best].Mean:0%}; the gap goes from {gaps[0].Mean:0.00} to {gaps[^1].Mean:0.00}")),
        };
    }

    private static (double Exact, double Train, double Test) Learn(LabRun run, int heads, long seed)
    {
        var pairs = run.IsFull ? (int)run["pairs"] : 30;
        var (train, test) = ToyText.Of("zh-en", pairs, run.IsFull ? 200 : 2, new RandomStream(seed));
        var updates = run.IsFull ? Updates : 3;
        var model = TranslationModel.Create(SmallTraining.Small(seed, "zh-en") with { Heads = heads }, train);
        var training = new SmallTraining(run, model, train, updates).Train(updates);
        return (training.Exact(test), training.Loss(train), training.Loss(test));
    }
}
