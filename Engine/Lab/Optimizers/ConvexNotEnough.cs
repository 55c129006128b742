using Engine.Optimizers;

namespace Engine.Lab;

/// <summary>Gradient descent on a convex function, with rates below and above 2 / L.</summary>
internal static class ConvexNotEnough
{
    private const double Reached = 1e-6;
    private const int Updates = 400;

    public static LabEntry Entry { get; } = new()
    {
        Name = "convex-not-enough",
        Group = LabGroup.Optimizers,
        Seconds = 1,
        Claims = ["G1"],
        Question = new("凸函数上，全量梯度下降一定能到全局最优吗？", "Does full gradient descent always reach a convex minimum?"),
        Claim = new(
            "批量梯度下降在凸函数上收敛到全局最优，在非凸函数上收敛到局部最优",
            "batch gradient descent finds the global minimum of a convex function, and a local one otherwise"),
        Answer = new(
            "还要看学习率：曲率最大是 L 时，学习率必须小于 2/L，否则在最简单的碗里也会发散。非凸函数上只保证到驻点，鞍点也是驻点。",
            "The rate decides too: with the largest curvature L it must be below 2 / L, or descent diverges in the "
            + "simplest bowl. On other functions only a stationary point is certain, and a saddle is one."),
        Rule = new(
            $"学习率 2.1/L 时也走到离最优点 {Reached} 以内，才算“一定”",
            $"\"always\" holds if descent at 2.1 / L also ends within {Reached} of the minimum"),
        Literature = new(
            "Nesterov《凸优化讲义》第 2.1.5 节：步长小于 2/L 时收敛",
            "Nesterov, lectures on convex optimization, 2.1.5: converges below 2 / L"),
        Sources = ["Engine/Optimizers/Sgd.cs"],
        Next = ["saddle", "momentum-valley"],
        Parameters = [new("rate", 2.1, 0.01, 4, new("学习率乘以 L", "the learning rate times L"))],
        Recorded = VerdictKind.DoesNotHold,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        const double L = 5;
        double End(double rate) => Math.Abs(Descent.Path(
            [1], x => new Sgd<double>([x], rate / L), x => Op.Sum(Op.Scale(x * x, L / 2)), Updates)[^1][0]);
        double Well(double start) => Descent.Path(
            [start], x => new Sgd<double>([x], 0.01), x => Op.Sum(Op.Scale(x * x * x * x, 0.25) - Op.Scale(x * x, 0.5)),
            2000)[^1][0];
        double[] rates = [1, 1.9, run["rate"]];
        double[] ends = [.. rates.Select(End)];
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new(
                        $"碗 L x²/2，{Updates} 步后离最优点多远",
                        $"the bowl L x²/2: distance from the minimum after {Updates} updates"),
                    [
                        new("学习率", "learning rate"),
                        .. rates.Select(rate => new Bilingual($"{rate}/L", $"{rate} / L")),
                    ],
                    [new LabRow(new("距离", "distance"), ends)]),
                new LabTable(
                    new("双井 x⁴/4 − x²/2：从不同起点出发的终点", "the double well x⁴/4 − x²/2: ends from three starts"),
                    [new("起点", "start"), new("−0.1", "−0.1"), new("0", "0"), new("0.1", "0.1")],
                    [new LabRow(new("终点", "end"), Well(-0.1), Well(0), Well(0.1))]),
            ],
            Verdict = Verdict.Of(
                ends[^1] < Reached,
                new(
                    $"学习率 {rates[^1]}/L 时终点离最优 {ends[^1]:G3}；1.9/L 时 {ends[1]:G3}",
                    $"at {rates[^1]} / L the end is {ends[^1]:G3} away, at 1.9 / L {ends[1]:G3}")),
        };
    }
}
