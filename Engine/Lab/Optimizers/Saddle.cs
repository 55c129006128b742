using Engine.Optimizers;

namespace Engine.Lab;

/// <summary>Leaving a saddle with and without noise in the gradient.</summary>
internal static class Saddle
{
    private const int Most = 1000;

    public static LabEntry Entry { get; } = new()
    {
        Name = "saddle",
        Group = LabGroup.Optimizers,
        Seconds = 1,
        Claims = ["G6"],
        Question = new("小批量梯度下降容易陷在局部最优（鞍点）吗？", "Is mini-batch descent easily stuck at saddles?"),
        Claim = new("小批量梯度下降容易陷入局部最优，也就是鞍点", "mini-batch descent is easily stuck in a local optimum, a saddle"),
        Answer = new(
            "鞍点不是局部最优：总有一个方向往下。卡住的是没有噪声的全量梯度；小批量的噪声恰好把它推下去。",
            "A saddle is no optimum: one direction leads down. What stays there is the full gradient without noise; "
            + "the noise of mini-batches is what pushes it off."),
        Rule = new($"带噪声的梯度 {Most} 步内没有离开鞍点，才算“陷住”", $"stuck if noisy gradients do not leave within {Most} updates"),
        Literature = new(
            "Ge 等（2015）：带噪声的 SGD 在多项式时间内离开鞍点", "Ge et al. 2015: noisy SGD leaves saddles in polynomial time"),
        Sources = ["Engine/Optimizers/Sgd.cs"],
        Papers = [new("Ge et al. 2015", "1503.02101")],
        Next = ["convex-not-enough", "momentum-valley"],
        Parameters = [new("noise", 0.01, 1e-6, 1, new("梯度噪声的标准差", "the deviation of the gradient's noise"))],
        Recorded = VerdictKind.DoesNotHold,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        const int Seeds = 5;
        double[] noisy = [.. Enumerable.Range(0, Seeds).Select(seed => Left(Noise(run, seed)))];
        var still = Left(null);
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new("离开鞍点（|y| > 0.5）用了多少步；没有数表示没离开", "updates until |y| > 0.5; none where it stayed"),
                    [
                        new("噪声", "noise"),
                        .. Enumerable.Range(1, Seeds).Select(seed => new Bilingual($"种子 {seed}", $"seed {seed}"))
                    ],
                    [
                        new LabRow(new("无", "none"), [.. Enumerable.Repeat(still, Seeds)]),
                        new LabRow($"{run["noise"]}", noisy),
                    ]),
            ],
            Verdict = Verdict.Of(
                noisy.Any(double.IsNaN),
                new(
                    $"有噪声时 {noisy.Min():0} 到 {noisy.Max():0} 步离开；没有噪声时{(double.IsNaN(still) ?"一直不动" : "也离开了")}",
                    $"with noise it leaves after {noisy.Min():0} to {noisy.Max():0} updates; without, "
                    + (double.IsNaN(still) ? "never" : "too"))),
        };
    }

    private static Func<double> Noise(LabRun run, int seed)
    {
        var random = run.Random(seed);
        return () => run["noise"] * random.NextNormal();
    }

    // x²/2 - y²/2 + y⁴/4, from y = 0: the saddle lies at the origin, the minima at y = ±1.
    private static double Left(Func<double>? noise)
    {
        var path = Descent.Path(
            [1, 0], x => new Sgd<double>([x], 0.03),
            p =>
            {
                var (x, y) = (Op.Slice(p, 0, 0, 1), Op.Slice(p, 0, 1, 1));
                return Op.Sum(Op.Scale(x * x, 0.5) - Op.Scale(y * y, 0.5) + Op.Scale(y * y * y * y, 0.25));
            },
            Most, noise);
        var left = Array.FindIndex(path, point => Math.Abs(point[1]) > 0.5);
        return left < 0 ? double.NaN : left;
    }
}
