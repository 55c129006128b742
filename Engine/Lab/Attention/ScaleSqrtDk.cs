using Engine.Layers;

namespace Engine.Lab;

/// <summary>Scores of random queries and keys: raw, divided by √dK, divided by dK.</summary>
internal static class ScaleSqrtDk
{
    private const double SlopeTolerance = 0.05, Saturated = 0.2, Flat = 0.98;
    private const int Keys = 16, Queries = 60;
    private static readonly int[] Widths = [4, 16, 64, 256, 512];

    public static LabEntry Entry { get; } = new()
    {
        Name = "scale-sqrt-dk",
        Group = LabGroup.Attention,
        Seconds = 3,
        Claims = ["B2", "B4", "B5", "B6", "B7", "B8", "B9", "B10", "B11"],
        Question = new("为什么要除以 √dK，而不是 dK 或别的数？", "Why divide by √dK, not by dK or another number?"),
        Claim = new(
            "q·k 的方差是 dK，除以 √dK 变成 1；不除 softmax 会饱和，梯度消失",
            "q · k has variance dK, and dividing by √dK brings it to 1; without it the softmax saturates and "
            + "gradients vanish"),
        Answer = new(
            "q、k 各维独立、方差为 1 时，q·k 的方差就是 dK，只有除以它的平方根才与 dK 无关。不除会饱和；除以 dK 又太平，权重接近均匀。它防的是梯度消失而不是爆炸，也不是防溢出：softmax "
            + "会先减去最大值。dK 是每个头的维度（512/8=64）。",
            "With independent entries of variance 1, q · k has variance dK, and only its root brings the variance to "
            + "1 for every dK. Without it the softmax saturates; divided by dK it is nearly uniform. It prevents "
            + "vanishing, not exploding, and not overflow: the softmax subtracts the maximum. dK is a head's width, "
            + "512 / 8 = 64."),
        Rule = new(
            $"方差对 dK 的双对数斜率为 1±{SlopeTolerance}，且 dK=512 时不缩放的雅可比不到缩放后的 {Saturated} 倍",
            $"holds if log variance over log dK has slope 1 ± {SlopeTolerance}, and at 512 the raw Jacobian is below "
            + $"{Saturated} of the scaled one; dK is too flat if entropy exceeds {Flat} ln n"),
        Literature = new("Vaswani 等（2017）第 3.2.1 节及脚注 4", "Vaswani et al. 2017, section 3.2.1 and footnote 4"),
        Sources =
        [
            "Engine/Operations/Attention/ScaledDotProductAttention.cs", "Engine/Layers/Attention/MultiHeadAttention.cs",
        ],
        Tests = ["AttentionTests.Weights_given_to_the_observer_are_the_twins"],
        Exhibits = ["Scores are scaled by dK", "Scores are not scaled", "Softmax does not subtract the maximum"],
        Papers = [new("Vaswani et al. 2017", "1706.03762")],
        Next = ["softmax-1-2-10", "heads-cost"],
        View = "weight",
        Recorded = VerdictKind.Holds,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var random = run.Random();
        var rows = Widths.Select(dK => Measure(random, dK, run.IsFull ? Queries : 12)).ToArray();
        var slope = (Math.Log(rows[^1].Variance) - Math.Log(rows[0].Variance))
            / (Math.Log(Widths[^1]) - Math.Log(Widths[0]));
        var last = rows[^1];
        var ratio = last.Raw.Jacobian / last.Root.Jacobian;
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new($"{Keys} 个键上的分数与权重", $"scores and weights over {Keys} keys"),
                    [
                        new("dK", "dK"), new("q·k 的方差", "variance of q · k"),
                        new("最大权重：不缩放", "largest weight: raw"), new("÷√dK", "÷ √dK"), new("÷dK", "÷ dK"),
                        new("雅可比：不缩放", "Jacobian: raw"), new("÷√dK", "÷ √dK"), new("÷dK", "÷ dK"),
                        new("÷dK 的熵 / ln n", "entropy ÷ dK / ln n"),
                    ],
                    [
                        .. Widths.Zip(rows, (dK, row) => new LabRow(
                            $"{dK}", row.Variance, row.Raw.Largest, row.Root.Largest, row.Whole.Largest,
                            row.Raw.Jacobian,
                            row.Root.Jacobian, row.Whole.Jacobian, row.Whole.Entropy / Math.Log(Keys))),
                    ]),
                new LabTable(
                    new("真实的层与极大的分数", "a layer as it is initialised, and huge scores"),
                    [new("量", "quantity"), new("值", "value")],
                    [
                        new LabRow(
                            new("Xavier 初始化的层：分数的方差", "a Xavier layer: variance of scaled scores"), OfLayer(run)),
                        new LabRow(
                            new("分数 10⁴ 的 softmax：最大权重", "softmax of scores of 10⁴: largest weight"),
                            SoftmaxJacobian.Softmax([1e4, 0, -1e4]).Max()),
                    ]),
            ],
            Pictures =
            [
                new LabPlot(
                    new("最大权重随 dK 的变化", "the largest weight by dK"), new(new("dK", "dK"), IsLogarithmic: true),
                    new(new("最大权重的中位数", "median of the largest weight")),
                    [
                        Line(new("不缩放", "raw"), row => row.Raw), Line(new("÷√dK", "÷ √dK"), row => row.Root),
                        Line(new("÷dK", "÷ dK"), row => row.Whole),
                    ]),
            ],
            Verdict = Verdict.Of(
                Math.Abs(slope - 1) <= SlopeTolerance && ratio < Saturated
                    && last.Whole.Entropy > Flat * Math.Log(Keys),
                new(
                    $"斜率 {slope:0.000}；dK=512 时导数只有缩放后的 {ratio:0%}；÷dK 的熵是均匀分布的 "
                    + $"{last.Whole.Entropy / Math.Log(Keys):0.0%}",
                    $"slope {slope:0.000}; at 512 the raw derivative is {ratio:0%} of the scaled one; ÷ dK has "
                    + $"{last.Whole.Entropy / Math.Log(Keys):0.0%} of the uniform entropy")),
        };

        LabLine Line(Bilingual name, Func<Row, Weights> weights) =>
            new(name, [.. Widths.Zip(rows, (dK, row) => ((double)dK, weights(row).Largest))]);
    }

    private static Row Measure(RandomStream random, int dK, int queries)
    {
        var scores = new double[queries][];
        for (var q = 0; q < queries; q++)
        {
            double[] query = [.. Enumerable.Range(0, dK).Select(_ => random.NextNormal())];
            scores[q] = [.. Enumerable.Range(0, Keys).Select(_ => query.Sum(x => x * random.NextNormal()))];
        }
        var all = scores.SelectMany(row => row).ToArray();
        return new Row(
            all.Average(score => score * score), Of(1), Of(Math.Sqrt(dK)), Of(dK));

        Weights Of(double divisor)
        {
            double[][] scaled = [.. scores.Select(row => (double[])[.. row.Select(score => score / divisor)])];
            var weights = scaled.Select(SoftmaxJacobian.Softmax).ToArray();
            return new Weights(
                Median(weights.Select(row => row.Max())),
                weights.Average(row => -row.Sum(p => p > 0 ? p * Math.Log(p) : 0)),
                Median(scaled.Select(SoftmaxJacobian.Norm)));
        }
    }

    private static double Median(IEnumerable<double> values) =>
        values.Order().ToArray() is var sorted ? sorted[sorted.Length / 2] : 0;

    /// <summary>The variance of the scaled scores of a layer as it is initialised, on rows of variance 1.</summary>
    private static double OfLayer(LabRun run)
    {
        const int Rows = 64, DModel = 512, Heads = 8;
        var attention = new MultiHeadAttention<double>(DModel, Heads, run.Random(1));
        var scores = new ScoresObserver();
        using var tape = new Tape<double>(Mode.Inference) { Observer = scores };
        attention.Forward(
            tape.Constant(Initializers.Normal<double>([Rows, DModel], 1, run.Random(2))), SequenceLayout.Full(1, Rows));
        return scores.Scaled.Average(score => score * score);
    }

    private sealed class ScoresObserver : TapeObserver<double>
    {
        public double[] Scaled { get; private set; } = [];

        public override bool Wants(string name) => name == ObservedAttention.Scores;

        public override void Saw(string name, Shape shape, ReadOnlySpan<double> values, int sequence = 0)
        {
            if (name == ObservedAttention.MaskedScores) Scaled = values.ToArray();
        }
    }

    private sealed record Row(double Variance, Weights Raw, Weights Root, Weights Whole);

    private readonly record struct Weights(double Largest, double Entropy, double Jacobian);
}
