using Engine.Layers;

namespace Engine.Lab;

/// <summary>What residual sums do to gradients and activations.</summary>
internal static class ResidualIsNotMagic
{
    private const double Least = 0.1, Most = 10;
    private const int Layers = 20, Width = 32;

    public static LabEntry Entry { get; } = new()
    {
        Name = "residual-is-not-magic",
        Group = LabGroup.Depth,
        Seconds = 1,
        Claims = ["A21", "A22", "A23"],
        Question = new("残差为什么有用？导数一定不为 0 吗？", "Why do residuals help? Is the derivative never 0?"),
        Claim = new("dy/dx=1+F'，所以永远不会是 0；残差解决梯度消失", "dy/dx = 1 + F', so that it is never 0; residuals cure vanishing"),
        Answer = new(
            "F(x)=−x 时导数正好是 0，只是不大可能。恒等通路确实把梯度送到前面的层：20 层 Sigmoid 从 1e-13 回到 1 左右。但和越加越大：ReLU "
            + "加残差而不归一化，激活值和梯度都会爆炸，所以才要归一化。残差也不是正则化。",
            "With F(x) = −x it is exactly 0, which is unlikely, not impossible. The identity does carry gradients: "
            + "through 20 sigmoid layers from 1e-13 to about 1. But sums grow: ReLU with residuals and no "
            + "normalization explodes, and this is what the norm is for. Nor does a residual regularize."),
        Rule = new(
            $"“不为 0”被一个 0 推翻；梯度之比在 {Least} 到 {Most} 之间才算治好",
            $"\"never 0\" is refuted by one 0; cured if the ratio of gradients lies in {Least} to {Most}"),
        Literature = new(
            "He 等（2016）第 4.1 节认为退化不太可能由梯度消失引起；He 等（2016b）恒等映射",
            "He et al. 2016, section 4.1: degradation is unlikely to come from vanishing; He et al. 2016b on identity "
            + "mappings"),
        Sources = ["Engine/Models/Transformer/Residual.cs", "Engine/Layers/Normalization/LayerNorm.cs"],
        Tests = ["ResidualTests.Dropout_falls_on_the_sublayer_and_never_on_the_residual"],
        Papers = [new("He et al. 2016", "1512.03385"), new("He et al. 2016b", "1603.05027")],
        Next = ["sigmoid-depth", "xavier-or-he"],
        View = "switches",
        Recorded = VerdictKind.DoesNotHold,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        Tensor<double> Xavier(Shape shape, RandomStream random) => Initializers.XavierNormal<double>(shape, random);
        Tensor<double> He(Shape shape, RandomStream random) => Initializers.KaimingNormal<double>(shape, random);
        Tensor<double> ones = Initializers.Constant<double>([Width], 1), zeros = Tensor<double>.Zeros([Width]);
        (string Name, Func<Shape, RandomStream, Tensor<double>> Weights,
            Func<Tensor<double>, Tensor<double>, Tensor<double>> Layer)[] networks =
        [
            ("sigmoid", Xavier, (_, z) => Op.Sigmoid(z)), ("x + sigmoid", Xavier, (x, z) => x + Op.Sigmoid(z)),
            ("ReLU, He", He, (_, z) => Op.Relu(z)), ("x + ReLU, He", He, (x, z) => x + Op.Relu(z)),
            ("LayerNorm(x + ReLU)", He, (x, z) => Op.LayerNorm(x + Op.Relu(z), ones, zeros)),
        ];
        var ends = networks.Select(network =>
            DeepNetwork.Measure(run.Random(), Layers, Width, network.Weights, network.Layer)).ToArray();
        var zero = Derivative(x => x + Op.Scale(x, -1));
        bool IsKept(double ratio) => ratio is >= Least and <= Most;
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new($"{Layers} 层，宽 {Width}", $"{Layers} layers of {Width}"),
                    [
                        new("层", "layer"), new("首层梯度 / 末层梯度", "first gradient / last"),
                        new("末层激活 / 首层激活", "last activation / first")
                    ],
                    [.. networks.Zip(ends, (network, end) => new LabRow(network.Name, end.Gradient, end.Activation))]),
                new LabTable(
                    new("F(x)=−x", "F(x) = −x"), [new("量", "quantity"), new("值", "value")],
                    [new LabRow("d(x + F(x)) / dx", zero)]),
            ],
            Verdict = Verdict.Of(
                IsKept(ends[1].Gradient) && IsKept(ends[3].Gradient) && zero != 0,
                new(
                    $"F=−x 时导数为 {zero:0}；Sigmoid {ends[0].Gradient:0e0} → {ends[1].Gradient:0.0}，ReLU 加残差 "
                    + $"{ends[3].Gradient:0e0}",
                    $"with F = −x it is {zero:0}; sigmoid {ends[0].Gradient:0e0} → {ends[1].Gradient:0.0}, ReLU with "
                    + $"residuals {ends[3].Gradient:0e0}")),
        };
    }

    private static double Derivative(Func<Tensor<double>, Tensor<double>> function)
    {
        using var tape = new Tape<double>();
        var x = tape.Variable(Tensor<double>.From([1], [0.7]));
        return tape.Backward(Op.Sum(function(x)))[x][0];
    }
}
