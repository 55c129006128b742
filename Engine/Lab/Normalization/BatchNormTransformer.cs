using Engine.Layers;
using Engine.Training;

namespace Engine.Lab;

/// <summary>A Transformer with BatchNorm: its loss by the batch's statistics, and by the running ones of use.</summary>
internal static class BatchNormTransformer
{
    private const double Half = 0.5;
    private static readonly (string Name, Normalization Kind)[] Norms =
        [("LayerNorm", Normalization.Layer), ("BatchNorm", Normalization.Batch)];

    public static LabEntry Entry { get; } = new()
    {
        Name = "batchnorm-transformer",
        Group = LabGroup.Normalization,
        Seconds = 9,
        IsCertain = false,
        Claims = ["E14", "E15", "E22"],
        Question = new("Transformer 为什么用 LN，不用 BN？换成 BN 会怎样？", "Why LayerNorm and not BatchNorm in a Transformer?"),
        Claim = new(
            "BN 不适合文本：句长不一，它把不同句子里同一位置的词（“我”和“今”）当成同一个特征",
            "BN does not suit text: lengths vary, and it treats words at one position of different sentences as one "
            + "feature"),
        Answer = new(
            "BN 的特征是通道，它对一个通道上全部的词求统计，不分位置，也能训练。真实语料上的问题在训练和推理不一致：batch 统计量波动大，推理时用的滑动平均对不上；Decoder 里训练时还会借 batch "
            + "统计看到后面的词。句型单一、统计量平稳时，BN 并不差。LN 每个词自己归一化，没有这些问题。",
            "BN's feature is a channel over all words of the batch, whatever their position, and the model trains. "
            + "The trouble with real text is that training and use differ: statistics of batches vary much, and the "
            + "running averages of use do not fit; in a decoder the statistics of training also tell of later words. "
            + "With sentences of a few patterns the statistics are steady, and BN is no worse. LN normalizes each "
            + "word alone and has none of these problems."),
        Rule = new(
            $"“差”：BN 在使用时的损失高于 LN，差距超过种子之间的差别。使用与训练两种统计量的损失之差若超过这个差距的 {Half:0%}，原因就是统计量不一致，说法“有条件成立”",
            "BN is worse if its loss in use is above LN's by more than the seeds' differences vary; if the loss by "
            + $"running statistics less the loss by the batch's is over {Half:0%} of that gap, the mismatch is the "
            + "reason: holds if"),
        Literature = new(
            "Shen 等（2020）：文本的 batch 统计量波动大；Wang 等（2022）：约束训练与推理的统计量差异后，BN 与 LN 相当",
            "Shen et al. 2020: batch statistics of text vary much; Wang et al. 2022: once the mismatch is regularized,"
            + " BN matches LN"),
        Sources =
        [
            "Engine/Layers/Normalization/BatchNorm.cs", "Engine/Layers/Normalization/Normalization.cs",
            "Engine/Models/Transformer/EncoderLayer.cs",
        ],
        Papers = [new("Shen et al. 2020", "2003.07845"), new("Wang et al. 2022", "2210.05153")],
        Next = ["what-layernorm-averages", "covariate-shift"],
        Parameters =
        [
            new("updates", 400, 1, 5000, new("训练步数", "updates")),
            new("tokens", 512, 32, 4096, new("一个 batch 的词数", "tokens of a batch")),
        ],
        Recorded = VerdictKind.DoesNotHold,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var found = run.EachSeed(Norms, (norm, seed) => Train(run, norm.Kind, seed));
        Measured Of(int norm, Func<Found, double> figure) => Measured.Of(found[norm], figure);
        Measured Difference(Measured a, Measured b) => new([.. a.Values.Zip(b.Values, (x, y) => x - y)]);
        Measured gap = Difference(Of(1, one => one.Use), Of(0, one => one.Use)),
            mismatch = Difference(Of(1, one => one.Use), Of(1, one => one.Batch));
        var share = new Measured([.. mismatch.Values.Zip(gap.Values, (a, b) => a / b)]);
        var worse = gap.Above(0);
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new("新句子的损失（nat/词），使用时（滑动平均）", "loss of new sentences, nats per word, in use (running statistics)"),
                    Measured.Columns(new("归一化", "norm"), run),
                    [.. Norms.Select((norm, n) => Of(n, one => one.Use).Row(norm.Name))]),
                new LabTable(
                    new("同样的句子，用 batch 自己的统计量", "the same sentences, by the batch's own statistics"),
                    Measured.Columns(new("归一化", "norm"), run),
                    [.. Norms.Select((norm, n) => Of(n, one => one.Batch).Row(norm.Name))]),
                new LabTable(
                    new("训练损失", "training loss"), Measured.Columns(new("归一化", "norm"), run),
                    [.. Norms.Select((norm, n) => Of(n, one => one.Training).Row(norm.Name))]),
                new LabTable(
                    new(
                        "BN 的 batch 均值波动多少个标准差；各词独立时是 1/√m",
                        "how BN's batch means vary, in deviations; of independent words it would be 1 / √m"),
                    Measured.Columns(new("波动", "variation"), run),
                    [
                        Of(1, one => one.Varies).Row(new("测得", "measured")),
                        Of(1, one => one.Independent).Row(new("1/√m", "1 / √m")),
                    ]),
            ],
            Pictures =
            [
                new LabBars(
                    new("新句子的损失", "loss of new sentences"), new(new("损失（nat/词）", "loss, nats per word")),
                    [new("batch 统计量", "batch statistics"), new("使用时", "in use")],
                    [
                        .. Norms.Select((norm, n) => new LabRow(
                            norm.Name, Of(n, one => one.Batch).Mean, Of(n, one => one.Use).Mean)),
                    ]),
            ],
            Verdict = new(
                worse == VerdictKind.Holds && share.Above(Half) == VerdictKind.Holds ? VerdictKind.HoldsIf : worse,
                new(
                    $"使用时 BN 的损失减 LN 的损失是 {gap.Mean:0.00}，统计量不一致使它增加 {mismatch.Mean:0.00}；batch 均值的波动是独立时的 "
                    + $"{Of(1, one => one.Varies).Mean / Of(1, one => one.Independent).Mean:0.0} 倍",
                    $"in use BN's loss less LN's is {gap.Mean:0.00}; the mismatch of statistics adds "
                    + $"{mismatch.Mean:0.00}; batch means vary "
                    + $"{Of(1, one => one.Varies).Mean / Of(1, one => one.Independent).Mean:0.0} times as much as of "
                    + "independent words")),
        };
    }

    private static Found Train(LabRun run, Normalization norm, long seed)
    {
        var (train, test) = ToyText.Of("zh-en", run.IsFull ? 2000 : 300, run.IsFull ? 300 : 20, new RandomStream(seed));
        var configuration = SmallTraining.Small(seed, "zh-en") with
        {
            Normalization = norm, BatchTokens = (int)run["tokens"],
        };
        var updates = run.IsFull ? (int)run["updates"] : 3;
        var training = new SmallTraining(run, TranslationModel.Create(configuration, train), train, updates)
            .Train(updates);
        var means = new BatchMeans();
        var batch = training.Loss(test, Mode.Training, means);
        return new Found(training.Loss(test), batch, training.TrainingLoss, means.Variation, means.OfIndependentRows);
    }

    private sealed record Found(double Use, double Batch, double Training, double Varies, double Independent);
}
