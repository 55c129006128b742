using Engine.Layers;

namespace Engine.Lab;

/// <summary>The share of a training step that activations take, by counts of operations.</summary>
internal static class SigmoidCost
{
    private const double Expensive = 0.05, Backward = 3;
    private const int Rows = 32, Model = 512;
    private static readonly int[] Widths = [16, 64, 128, 256, Model];

    private static readonly (string Name, Activation Kind, double Cost)[] Functions =
        [("ReLU", Activation.Relu, 2), ("Sigmoid", Activation.Sigmoid, 30)];

    public static LabEntry Entry { get; } = new()
    {
        Name = "sigmoid-cost",
        Group = LabGroup.Activations,
        Seconds = 1,
        Claims = ["F6"],
        Question = new("Sigmoid 要算指数，计算量很大吗？", "Sigmoid needs an exponential: is it expensive?"),
        Claim = new("Sigmoid 含指数运算，计算代价高", "sigmoid has an exponential and is expensive"),
        Answer = new(
            "单个元素上，指数和除法是 ReLU 的十几倍；放到一层里微不足道：每个隐藏单元在一步训练中要 6d 次乘加，激活只有一次。d=512 时连 1% 都不到。选 ReLU 是因为梯度，不是因为快。",
            "For one number the exponential and the division cost ten times a ReLU or more. In a layer this is "
            + "nothing: each hidden unit takes 6 d multiply-adds in a training step, and one activation. At d = 512 "
            + "it is below 1%. ReLU is chosen for its gradients, not for its speed."),
        Rule = new(
            $"d = {Model} 时，Sigmoid 占一步训练运算的 {Expensive:0%} 以上，才算“代价高”；运算按磁带上的形状计数，不计时",
            $"expensive if, at d = {Model}, sigmoids take over {Expensive:0%} of the operations of a training step; "
            + "they are counted from the shapes on the tape, no clock is read"),
        Literature = new(
            "Krizhevsky 等（2012）选 ReLU 是因为收敛更快；Goodfellow 等《深度学习》第 6.3 节",
            "Krizhevsky et al. 2012 chose ReLU because training converges faster; Goodfellow et al., Deep Learning, "
            + "6.3"),
        Sources =
        [
            "Engine/Operations/Activations/Sigmoid.cs", "Engine/Kernels/Simd/ActivationFunctions.cs",
            "Engine/Layers/FeedForward.cs", "Engine/Lab/Complexity/MultiplyAdds.cs",
        ],
        Next = ["sigmoid-depth", "n-squared-d"],
        Parameters =
        [
            new("cost", 30, 1, 1000, new("一个 Sigmoid 前向加反向的运算数", "operations of one sigmoid, forward and backward")),
        ],
        Recorded = VerdictKind.DoesNotHold,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        double CostOf((string Name, Activation Kind, double Cost) function) =>
            function.Kind == Activation.Sigmoid ? run["cost"] : function.Cost;
        var counts = Widths.Select(width =>
            Functions.Select(function => Count(function.Kind, width)).ToArray()).ToArray();
        double Share(int width, int function)
        {
            var elements = counts[width][function].Elements * CostOf(Functions[function]);
            return elements / (elements + (counts[width][function].Products * Backward));
        }
        var share = Share(Widths.Length - 1, 1);
        // What an activation may cost before it takes the threshold's share.
        var (products, units) = counts[^1][1];
        var allowed = Expensive / (1 - Expensive) * products * Backward / units;
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new($"一个 FFN（d → 4d → d，{Rows} 行）的一步训练", $"a training step of an FFN, d → 4 d → d, of {Rows} rows"),
                    [
                        new("d", "d"), new("乘加（前向）", "multiply-adds, forward"), new("激活的个数", "activations"),
                        .. Functions.Select(
                            function => new Bilingual($"{function.Name} 的份额", $"share of {function.Name}")),
                    ],
                    [
                        .. Widths.Select((width, w) => new LabRow(
                            $"{width}", [
                                counts[w][1].Products, counts[w][1].Elements,
                                .. Functions.Select((_, f) => Share(w, f))
                            ])),
                    ]),
                new LabTable(
                    new(
                        "一个元素的运算数，前向加反向（指数用多项式，除法按十次算）",
                        "operations of one number, forward and backward (the exponential is a polynomial, a division "
                        + "counts ten)"),
                    [new("激活函数", "activation"), new("运算", "operations")],
                    [
                        .. Functions.Select(function => new LabRow(function.Name, CostOf(function))),
                        new LabRow(
                            new($"占到 {Expensive:0%} 才算贵：上限", $"allowed before it takes {Expensive:0%}"), allowed),
                    ]),
            ],
            Pictures =
            [
                new LabPlot(
                    new("激活占一步训练的份额", "share of activations in a training step"),
                    new(new("d", "d"), IsLogarithmic: true), new(new("份额", "share"), IsLogarithmic: true),
                    [
                        .. Functions.Select((function, f) => new LabLine(
                            function.Name, [.. Widths.Select((width, w) => ((double)width, Share(w, f)))])),
                    ]),
            ],
            Verdict = Verdict.Of(
                share > Expensive,
                new(
                    $"d={Model} 时 Sigmoid 占 {share:0.0%}；要占 {Expensive:0%}，一个 Sigmoid 得花 {allowed:0} 次运算",
                    $"at d = {Model} sigmoids take {share:0.0%}; for {Expensive:0%} one would have to cost "
                    + $"{allowed:0} operations")),
        };
    }

    /// <summary>The multiply-adds of a forward pass, and its activations.</summary>
    private static (long Products, long Elements) Count(Activation activation, int width)
    {
        var counter = new MultiplyAdds();
        using var tape = new Tape<double> { Observer = counter };
        new FeedForward<double>(width, 4 * width, new RandomStream(1), activation)
            .Forward(tape.Variable(Tensor<double>.Zeros([Rows, width])));
        // A ReLU has no entry of its own on the tape: the linear layer before it applies it.
        return (counter.Total, counter.Elements.GetValueOrDefault(activation.ToString(), Rows * 4L * width));
    }
}
