using Engine.Layers;

namespace Engine.Lab;

/// <summary>Over which axes each normalization makes the mean zero.</summary>
internal static class AxesOfNorms
{
    private const double Zero = 1e-9;
    private const int Batch = 4, Channels = 6, Length = 5;

    public static LabEntry Entry { get; } = new()
    {
        Name = "axes-of-norms",
        Group = LabGroup.Normalization,
        Seconds = 1,
        Claims = ["E5", "E21", "E23"],
        Question = new("BN、LN、IN、GN 有什么区别？", "How do BatchNorm, LayerNorm, InstanceNorm and GroupNorm differ?"),
        Claim = new(
            "四种归一化的公式相同，区别只在于在哪些维度上求均值和方差", "the four have one formula, and differ in the axes of mean and variance"),
        Answer = new(
            "BN 对每个通道，跨样本和位置；IN 对每个样本的每个通道，跨位置；GN 对每个样本的一组通道，跨位置；LN 对每个位置，跨特征。γ、β 能把分布还原回去。",
            "BN: each channel, over samples and positions. IN: each channel of a sample, over positions. GN: a group "
            + "of channels of a sample, over positions. LN: each position, over its features. Gamma and beta can "
            + "restore the distribution."),
        Rule = new("归一化之后，恰好是所说的那些均值为 0，别的不为 0", "as stated if exactly the means that are claimed are 0 afterwards"),
        Literature = new(
            "Wu 与 He（2018）图 2；ConvNeXt(Liu 等 2022)在视觉里用 LN",
            "Wu and He 2018, figure 2; Liu et al. 2022 use LN for images"),
        Sources =
        [
            "Engine/Layers/Normalization/BatchNorm.cs", "Engine/Layers/Normalization/LayerNorm.cs",
            "Engine/Layers/Normalization/InstanceNorm.cs", "Engine/Layers/Normalization/GroupNorm.cs",
        ],
        Exhibits = ["LayerNorm goes down the columns"],
        Papers = [new("Wu and He 2018", "1803.08494"), new("Liu et al. 2022", "2201.03545")],
        Next = ["what-layernorm-averages", "fold-batchnorm"],
        Recorded = VerdictKind.Holds,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var layout = SequenceLayout.Full(Batch, Length);
        var x = Initializers.Normal<double>([Batch * Length, Channels], 1, run.Random()).ToArray();
        for (var i = 0; i < x.Length; i++) x[i] += i % 7; // means that are not 0 by chance
        (string Name, Norm<double> Norm, int Zeros)[] norms =
        [
            ("BatchNorm", new BatchNorm<double>(Channels), 0), ("InstanceNorm", new InstanceNorm<double>(Channels), 1),
            ("GroupNorm (2)", new GroupNorm<double>(2, Channels), 2), ("LayerNorm", new LayerNorm<double>(Channels), 3),
        ];
        // A value's place: sample b, position t, channel c.
        Func<int, int, int, int>[] slices =
        [
            (b, t, c) => c, (b, t, c) => (b * Channels) + c, (b, t, c) => (b * 2) + (c / (Channels / 2)),
            (b, t, c) => (b * Length) + t,
        ];
        var rows = norms.Select(norm => (norm.Name, norm.Zeros, Means: Means(norm.Norm))).ToArray();
        // Every instance's channel has mean 0, and so has a channel over the batch and a group of an instance.
        bool IsImplied(int norm, int slice) => norm == slice || (norm == 1 && slice is 0 or 2);
        var asStated = rows.All(row => row.Means.Index().All(mean =>
            (Math.Abs(mean.Item) < Zero) == IsImplied(row.Zeros, mean.Index)));
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new("归一化之后，各种切片的均值的最大绝对值", "the largest mean of a slice afterwards"),
                    [
                        new("归一化", "normalization"), new("每个通道", "a channel"), new("样本的通道", "a sample's channel"),
                        new("样本的一组通道", "a sample's group"), new("一个位置", "a position"),
                    ],
                    [.. rows.Select(row => new LabRow(row.Name, row.Means))]),
            ],
            Verdict = Verdict.Of(
                asStated, new("恰好是所说的均值为 0", "exactly the stated means are 0")),
        };

        double[] Means(Norm<double> norm)
        {
            using var tape = new Tape<double>(Mode.Training);
            var y = norm.Forward(tape.Constant([Batch * Length, Channels], x), layout).ToArray();
            return
            [
                .. slices.Select(slice => Enumerable.Range(0, y.Length)
                    .GroupBy(i => slice(i / Channels / Length, i / Channels % Length, i % Channels))
                    .Max(group => Math.Abs(group.Average(i => y[i])))),
            ];
        }
    }
}
