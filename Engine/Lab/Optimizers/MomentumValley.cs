using Engine.Optimizers;

namespace Engine.Lab;

/// <summary>Updates that plain descent and momentum need in a long valley.</summary>
internal static class MomentumValley
{
    private const double Faster = 3, Target = 1e-6;
    private const int Most = 2000;

    /// <summary>Learning rates, times the largest curvature; each optimizer has the best of them.</summary>
    private static readonly double[] Rates = [0.5, 1, 1.5, 1.9, 2.5, 3, 3.5];

    public static LabEntry Entry { get; } = new()
    {
        Name = "momentum-valley",
        Group = LabGroup.Optimizers,
        Seconds = 2,
        Claims = ["G8"],
        Question = new("Momentum 为什么收敛更快？", "Why does momentum converge faster?"),
        Claim = new("动量累积历史方向，γ 取 0.9，收敛更快", "momentum accumulates directions, with 0.9, and converges faster"),
        Answer = new(
            "学习率受最陡方向限制，最缓方向就走得慢。动量让缓坡上方向一致的梯度累积起来，陡坡上来回的梯度互相抵消。条件数越大，差别越大；碗是圆的时候动量没有好处。",
            "The steepest direction limits the rate, so that the flattest is slow. Momentum adds up gradients that "
            + "agree, along the valley, and cancels gradients that alternate, across it. The worse the condition, the "
            + "more it helps; in a round bowl it does not."),
        Rule = new(
            $"到达 {Target} 所需的步数至少少到 1/{Faster:0}，才算“更快”",
            $"faster if it needs at most 1/{Faster:0} of the updates to {Target}"),
        Literature = new(
            "Polyak（1964）；Goh（2017）：动量把条件数 κ 变成 √κ", "Polyak 1964; Goh 2017: momentum turns the condition κ into √κ"),
        Sources = ["Engine/Optimizers/Sgd.cs"],
        Tests = ["OptimizerTests.Momentum_0_is_plain_gradient_descent"],
        Next = ["adagrad-stops", "convex-not-enough"],
        Parameters =
        [
            new("momentum", 0.9, 0, 0.999, new("动量系数 γ", "the momentum")),
            new("condition", 100, 1, 1000, new("最陡与最缓方向曲率之比", "the greatest curvature over the least")),
        ],
        Recorded = VerdictKind.Holds,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var condition = run["condition"];
        double[] plain = Distances(0, condition), momentum = Distances(run["momentum"], condition);
        var (slow, fast) = (Updates(plain), Updates(momentum));
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new(
                        $"条件数 {condition} 的山谷：到达 {Target} 的步数",
                        $"a valley of condition {condition}: updates to {Target}"),
                    [new("优化器", "optimizer"), new("步数", "updates")],
                    [new LabRow(new("梯度下降", "descent"), slow), new LabRow(new("动量", "momentum"), fast)]),
            ],
            Pictures =
            [
                new LabPlot(
                    new("离最优点的距离", "distance from the minimum"), new(new("更新", "update")),
                    new(new("距离", "distance"), IsLogarithmic: true),
                    [Line(new("梯度下降", "descent"), plain), Line(new("动量", "momentum"), momentum)]),
            ],
            Verdict = Verdict.Of(
                slow >= Faster * fast,
                new(
                    $"{slow:0} 步对 {fast:0} 步，{slow / fast:0.0} 倍",
                    $"{slow:0} updates against {fast:0}: {slow / fast:0.0} times")),
        };
    }

    private static LabLine Line(Bilingual name, double[] distances) => new(
        name, [.. distances.Select((distance, update) => ((double)update, distance)).Where((_, i) => i % 10 == 0)]);

    private static double Updates(double[] distances) =>
        Array.FindIndex(distances, distance => distance < Target) is >= 0 and var found ? found : double.NaN;

    /// <summary>The distances from the minimum at the best of some learning rates.</summary>
    private static double[] Distances(double momentum, double condition) =>
        Rates.Select(rate => At(rate / condition, momentum, condition)).MinBy(distances =>
            distances[^1] < Target ? distances.Length : double.PositiveInfinity)!;

    private static double[] At(double rate, double momentum, double condition)
    {
        var path = Descent.Path(
            [1, 1], x => new Sgd<double>([x], rate, momentum),
            p => Op.Sum(Op.Scale(p * p * Tensor<double>.From([2], [1, condition]), 0.5)), Most);
        var end = Array.FindIndex(path, point => !(Length(point) is >= Target and < 1e6));
        return [.. path.Take(end < 0 ? path.Length : end + 1).Select(Length)];
    }

    private static double Length(double[] point) => Math.Sqrt(point.Sum(x => x * x));
}
