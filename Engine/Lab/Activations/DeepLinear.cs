using Engine.Layers;
using Engine.Optimizers;

namespace Engine.Lab;

/// <summary>Networks without an activation: their product, and XOR.</summary>
internal static class DeepLinear
{
    private const double Equal = 1e-9, Chance = 0.25, Within = 0.001;

    public static LabEntry Entry { get; } = new()
    {
        Name = "deep-linear",
        Group = LabGroup.Activations,
        Seconds = 1,
        Claims = ["F1", "F2"],
        Question = new("没有激活函数会怎样？那就是感知机吗？", "What is a network without activations? A perceptron?"),
        Claim = new("没有激活函数，再深的网络也只是一个线性变换", "without activations a network of any depth is linear"),
        Answer = new(
            "对：十层线性层等于它们的矩阵之积，学不会异或，误差停在 0.25。但这不是最初的感知机：Rosenblatt 的感知机有阈值，它是非线性的，只是只有一层。",
            "True: ten linear layers equal the product of their matrices, cannot learn XOR, and stay at an error of "
            + "0.25. But this is not the original perceptron: Rosenblatt's has a threshold; it is not linear, it has "
            + "one layer."),
        Rule = new(
            $"十层的输出与矩阵之积相差小于 {Equal}，且异或的误差停在 {Chance}±{Within}",
            $"linear if the outputs of ten layers equal their product within {Equal}, and XOR stays at {Chance} ± "
            + $"{Within}"),
        Literature = new("Rosenblatt（1958）；Minsky 与 Papert（1969）", "Rosenblatt 1958; Minsky and Papert 1969"),
        Sources = ["Engine/Layers/Linear.cs", "Engine/Operations/Activations/Tanh.cs"],
        Next = ["sigmoid-depth"],
        Recorded = VerdictKind.Holds,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        const int Width = 8, Depth = 10;
        Linear<double>[] layers =
            [.. Enumerable.Range(0, Depth).Select(i => new Linear<double>(Width, Width, run.Random(i), bias: false))];
        using var tape = new Tape<double>(Mode.Inference);
        var x = tape.Constant(Initializers.Normal<double>([5, Width], 1, run.Random(20)));
        var deep = layers.Aggregate(x, (y, layer) => layer.Forward(y)).ToArray();
        var product = layers.Select(layer => tape.Use(layer.Parameters[0])).Aggregate((a, b) => Op.MatMul(b, a));
        var once = Op.Linear(x, product).ToArray();
        var difference = deep.Zip(once, (a, b) => Math.Abs(a - b)).Max();
        double linear = Xor(run, y => y), tanh = Xor(run, Op.Tanh);
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new("线性的深度", "depth without activations"),
                    [new("量", "quantity"), new("值", "value")],
                    [
                        new LabRow(new("十层与矩阵之积的差", "ten layers against their product"), difference),
                        new LabRow(new("异或的均方误差：线性", "XOR's mean squared error: linear"), linear),
                        new LabRow(new("异或的均方误差：tanh", "XOR's mean squared error: tanh"), tanh),
                    ]),
            ],
            Verdict = Verdict.Of(
                difference < Equal && Math.Abs(linear - Chance) <= Within,
                new(
                    $"相差 {difference:0e0}；异或的误差 {linear:0.000}，加 tanh 后 {tanh:0.000}",
                    $"they differ by {difference:0e0}; XOR's error is {linear:0.000}, with tanh {tanh:0.000}")),
        };
    }

    private static double Xor(LabRun run, Func<Tensor<double>, Tensor<double>> activation)
    {
        var (first, second) = (new Linear<double>(2, 8, run.Random(30)), new Linear<double>(8, 1, run.Random(31)));
        var adam = new Adam<double>([.. first.Parameters, .. second.Parameters], 0.03);
        var error = 0.0;
        for (var update = 0; update < 1500; update++)
        {
            using var tape = new Tape<double>();
            var y = second.Forward(activation(first.Forward(tape.Constant([4, 2], [0, 0, 0, 1, 1, 0, 1, 1]))));
            var off = y - tape.Constant([4, 1], [0, 1, 1, 0]);
            var loss = Op.Mean(off * off);
            adam.Step(tape.Backward(loss));
            error = loss.Item();
        }
        return error;
    }
}
