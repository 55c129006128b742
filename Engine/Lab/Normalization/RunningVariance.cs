using Engine.Layers;
using Engine.Optimizers;

namespace Engine.Lab;

/// <summary>The running variance of BatchNorm, biased and unbiased.</summary>
internal static class RunningVariance
{
    private const double Within = 0.02;
    private static readonly int[] Sizes = [2, 4, 8];

    public static LabEntry Entry { get; } = new()
    {
        Name = "running-variance",
        Group = LabGroup.Normalization,
        Seconds = 2,
        Claims = ["E18", "E19"],
        Question = new(
            "BatchNorm 的滑动方差怎么更新？momentum 是 0.9 还是 0.1？",
            "How does BatchNorm update its running variance? Is the momentum 0.9 or 0.1?"),
        Claim = new(
            "running = 0.9·running + 0.1·batch，方差直接用批内的",
            "running = 0.9 running + 0.1 batch, with the batch's own variance"),
        Answer = new(
            "批内方差除以 m，平均只有真值的 (m−1)/m：m=2 时只有一半。存起来给推理用的应当是无偏的（除以 m−1）。PyTorch 把 0.1 叫 momentum，别处常把 0.9 叫 momentum，"
            + "公式是一个。",
            "The batch's variance divides by m, and is (m − 1) / m of the true one on average: half of it for m = 2. "
            + "What is kept for inference should be unbiased. PyTorch calls 0.1 the momentum, others 0.9; the formula "
            + "is one."),
        Rule = new(
            $"按批内方差更新的平均值等于 (m−1)/m(误差 {Within:0%})就是有偏",
            $"biased if the mean of batch variances is (m − 1) / m within {Within:0%}"),
        Literature = new("Ioffe 与 Szegedy（2015）算法 2 用 m/(m−1)", "Ioffe and Szegedy 2015, algorithm 2, use m / (m − 1)"),
        Sources = ["Engine/Layers/Normalization/BatchNorm.cs"],
        Exhibits = ["The running variance is biased"],
        Papers = [new("Ioffe and Szegedy 2015", "1502.03167")],
        Next = ["fold-batchnorm", "what-layernorm-averages"],
        Recorded = VerdictKind.HoldsIf,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var batches = run.IsFull ? 10000 : 2000;
        var rows = Sizes.Select(m => (M: m, Biased: Biased(run, m, batches), Kept: Kept(run, m, batches))).ToArray();
        var isBiased = rows.All(row => Math.Abs((row.Biased * row.M / (row.M - 1)) - 1) < Within * 2);
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new($"{batches} 个取自 N(0,1) 的批", $"{batches} batches from N(0, 1)"),
                    [
                        new("批大小 m", "batch size m"), new("批内方差的平均", "mean batch variance"),
                        new("(m−1)/m", "(m − 1) / m"), new("本引擎存的", "what the engine keeps")
                    ],
                    [.. rows.Select(row => new LabRow($"{row.M}", row.Biased, (row.M - 1.0) / row.M, row.Kept))]),
            ],
            Verdict = isBiased
                ? new(
                    VerdictKind.HoldsIf,
                    new(
                        $"更新公式对，但批内方差有偏：m=2 时只有 {rows[0].Biased:0.00}，应存无偏的 {rows[0].Kept:0.00}",
                        $"the update is right, but the batch's variance is biased: {rows[0].Biased:0.00} at m = 2, "
                        + $"where {rows[0].Kept:0.00} should be kept"))
                : Verdict.Of(true, new("没有看到偏差", "no bias was seen")),
        };
    }

    private static double Biased(LabRun run, int m, int batches)
    {
        var (random, sum) = (run.Random(m), 0.0);
        for (var batch = 0; batch < batches; batch++)
        {
            double[] x = [.. Enumerable.Range(0, m).Select(_ => random.NextNormal())];
            var mean = x.Average();
            sum += x.Average(value => (value - mean) * (value - mean));
        }
        return sum / batches;
    }

    /// <summary>The running variance of the engine's layer, every batch with the same weight.</summary>
    private static double Kept(LabRun run, int m, int batches)
    {
        const int Channels = 50; // each channel is a run of its own
        var norm = new BatchNorm<double>(Channels, momentum: null);
        var sgd = new Sgd<double>(norm.Parameters, 0);
        for (var batch = 0; batch < batches / Channels; batch++)
        {
            using var tape = new Tape<double>(Mode.Training);
            var x = tape.Constant(Initializers.Normal<double>([m, Channels], 1, run.Random((m * 100_000) + batch)));
            sgd.Step(tape.Backward(Op.Sum(norm.Forward(x))));
        }
        return norm.NamedBuffers[1].Value.Value.ToArray().Average();
    }
}
