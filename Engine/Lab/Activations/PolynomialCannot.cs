using Engine.Layers;
using Engine.Optimizers;

namespace Engine.Lab;

/// <summary>How well wider networks fit a function, by activation.</summary>
internal static class PolynomialCannot
{
    private const double Falls = 10, Stays = 2;
    private const int Points = 64;
    private static readonly int[] Widths = [4, 16, 64, 256];

    private static readonly (Bilingual Name, Func<Tensor<double>, Tensor<double>> Of)[] Functions =
        [("ReLU", Op.Relu), ("tanh", Op.Tanh), (new("x²", "x²"), x => x * x)];

    public static LabEntry Entry { get; } = new()
    {
        Name = "polynomial-cannot",
        Group = LabGroup.Activations,
        Seconds = 3,
        IsCertain = false,
        Claims = ["F3"],
        Question = new("加上激活函数，神经网络就能逼近任意函数吗？", "With an activation, can a network approximate any function?"),
        Claim = new("有了激活函数，神经网络可以逼近任意函数", "with activations a network approximates any function"),
        Answer = new(
            "连续函数、有界闭区间、足够宽，并且激活函数不是多项式，才行。用 x² 做激活，一个隐藏层再宽也只是二次多项式。定理只说存在这样的权重，不说训练能找到；区间之外也不保证什么。",
            "A continuous one, on a bounded closed set, with enough width, and if the activation is no polynomial. "
            + "With x² one hidden layer of any width is a quadratic. The theorem says that such weights exist, not "
            + "that training finds them, and it promises nothing outside of the set."),
        Rule = new(
            $"宽度从 {Widths[0]} 到 {Widths[^1]}，误差降到 1/{Falls} 以下算“能逼近”；x² 降不到 1/{Stays} 算“不能”；前者成立而 x² 不能，就是“有条件成立”",
            $"a network approximates if its error falls by {Falls} times from width {Widths[0]} to {Widths[^1]}; x² "
            + $"cannot if its error falls by less than {Stays} times; both together: holds if"),
        Literature = new(
            "Cybenko（1989）、Hornik 等（1989）；Leshno 等（1993）：当且仅当激活函数不是多项式",
            "Cybenko 1989; Hornik et al. 1989; Leshno et al. 1993: if and only if the activation is no polynomial"),
        Sources =
        [
            "Engine/Operations/Activations/Relu.cs", "Engine/Operations/Activations/Tanh.cs",
            "Engine/Operations/Elementwise/Multiply.cs",
        ],
        Papers = [new("Cybenko 1989"), new("Leshno et al. 1993")],
        Next = ["deep-linear", "dead-relu"],
        Parameters = [new("updates", 3000, 1, 20000, new("训练步数", "updates"))],
        Recorded = VerdictKind.HoldsIf,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var widths = run.IsFull ? Widths : Widths[..2];
        var cases = Functions.SelectMany(function => widths.Select(width => (function.Of, width))).ToArray();
        var errors = run.EachSeed(cases, (one, seed) => Train(run, one.Of, one.width, seed));
        Measured Error(int function, int width) =>
            new([.. errors[(function * widths.Length) + width].Select(error => error.Within)]);
        Measured Outside(int function) =>
            new([.. errors[((function + 1) * widths.Length) - 1].Select(error => error.Outside)]);
        double Fall(int function) => Error(function, 0).Values.Min() / Error(function, widths.Length - 1).Values.Max();
        var others = Math.Min(Fall(0), Fall(1));
        var square = Error(2, 0).Values.Max() / Error(2, widths.Length - 1).Values.Min();
        Bilingual because = new(
            $"误差至少降到 1/{others:0}（ReLU、tanh），x² 只降到 1/{square:0.0}；条件：激活函数不是多项式，且在训练区间内",
            $"errors fall by at least {others:0} times (ReLU, tanh), with x² by {square:0.0}; the condition: no "
            + "polynomial, and within the interval");
        return new LabResult
        {
            Tables =
            [
                .. Functions.Select((function, f) => new LabTable(
                    new(
                        $"拟合 sin 3x，x ∈ [−2, 2]，一个隐藏层，{function.Name.Chinese}：均方误差",
                        $"fitting sin 3x on [−2, 2] with one hidden layer, {function.Name.English}: mean squared "
                        + "error"),
                    Measured.Columns(new("宽度", "width"), run),
                    [
                        .. widths.Select((width, w) => Error(f, w).Row($"{width}")),
                        Outside(f).Row(new($"{widths[^1]}，在 [2, 3] 上", $"{widths[^1]}, on [2, 3]")),
                    ])),
            ],
            Pictures =
            [
                new LabPlot(
                    new("误差随宽度的变化", "error by width"), new(new("宽度", "width"), IsLogarithmic: true),
                    new(new("均方误差", "mean squared error"), IsLogarithmic: true),
                    [
                        .. Functions.Select((function, f) => new LabLine(
                            function.Name, [.. widths.Select((width, w) => ((double)width, Error(f, w).Mean))])
                        {
                            Spread = [.. widths.Select((_, w) => Error(f, w).Range)],
                        }),
                    ]),
            ],
            Verdict = new(
                !(others >= Falls) ? VerdictKind.NotShown
                : square < Stays ? VerdictKind.HoldsIf : VerdictKind.Holds, because),
        };
    }

    private static (double Within, double Outside) Train(
        LabRun run, Func<Tensor<double>, Tensor<double>> function, int width, long seed)
    {
        var random = new RandomStream(seed);
        Linear<double> first = new(1, width, random.Fork(0)), second = new(width, 1, random.Fork(1));
        // Slopes of ±1 and shifts in [−2, 2]: the bends of the units lie all over the interval.
        var signs = random.Fork(2);
        foreach (ref var slope in first.Parameters[0].Update()) slope = signs.NextInteger(2) == 0 ? -1 : 1;
        Initializers.Uniform<double>([width], -2, 2, random.Fork(3)).CopyTo(first.Parameters[1].Update());
        var updates = run.IsFull ? (int)run["updates"] : 20;
        var adam = new Adam<double>([.. first.Parameters, .. second.Parameters]);
        for (var update = 0; update < updates; update++)
        {
            run.Pause();
            adam.LearningRate = 0.05 / Math.Sqrt(width) * (1 - ((double)update / updates));
            using var tape = new Tape<double>();
            adam.Step(tape.Backward(Loss(tape, -2, 2)));
        }
        using var without = new Tape<double>(Mode.Inference);
        return (Loss(without, -2, 2).Item(), Loss(without, 2, 3).Item());

        Tensor<double> Loss(Tape<double> tape, double from, double to)
        {
            double[] x = [.. Enumerable.Range(0, Points).Select(i => from + ((to - from) * i / (Points - 1)))];
            var y = second.Forward(function(first.Forward(tape.Constant([Points, 1], x))));
            return Op.MeanSquaredError(y, tape.Constant([Points, 1], [.. x.Select(value => Math.Sin(3 * value))]));
        }
    }
}
