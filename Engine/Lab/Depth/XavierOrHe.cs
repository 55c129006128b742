using Engine.Layers;

namespace Engine.Lab;

/// <summary>What initial weights do to the size of activations over many layers.</summary>
internal static class XavierOrHe
{
    private const double Least = 0.2, Most = 5;

    public static LabEntry Entry { get; } = new()
    {
        Name = "xavier-or-he",
        Group = LabGroup.Depth,
        Seconds = 1,
        Claims = ["H5", "H7", "H10"],
        Question = new("Xavier 和 Kaiming 初始化有什么区别？", "What is the difference between Xavier's and He's weights?"),
        Claim = new("Xavier 适合 Tanh，不适合 ReLU；Kaiming 适合 ReLU", "Xavier suits tanh and not ReLU; Kaiming suits ReLU"),
        Answer = new(
            "ReLU 平均砍掉一半方差，权重方差要翻倍（2/n）才能补回来，这就是 Kaiming。Xavier 的 1/n 用在 ReLU 上，20 层后信号只剩千分之一；用在 Tanh 上大致保持。",
            "ReLU drops half of the variance, which weights of twice the variance, 2 / n, make up: this is Kaiming's "
            + "rule. With Xavier's 1 / n a signal through 20 layers of ReLU shrinks to a thousandth; through tanh it "
            + "keeps its size."),
        Rule = new(
            $"20 层后信号的幅度仍在原来的 {Least} 到 {Most} 倍之间，才算“保持”",
            $"keeps if after 20 layers the signal has {Least} to {Most} of its size"),
        Literature = new("Glorot 与 Bengio（2010）；He 等（2015）", "Glorot and Bengio 2010; He et al. 2015"),
        Sources = ["Engine/Layers/Initializers.cs"],
        Papers = [new("He et al. 2015", "1502.01852")],
        Next = ["sigmoid-depth", "rnn-near-and-far"],
        Parameters = [new("gain", 1, 0.1, 4, new("权重再乘以几倍", "a further factor of the weights"))],
        View = "gradients",
        Recorded = VerdictKind.Holds,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        const int Layers = 20, Width = 128;
        Tensor<double> Xavier(Shape shape, RandomStream random) =>
            Scaled(Initializers.XavierNormal<double>(shape, random));
        Tensor<double> He(Shape shape, RandomStream random) =>
            Scaled(Initializers.KaimingNormal<double>(shape, random));
        Tensor<double> Scaled(Tensor<double> weights) =>
            Tensor<double>.From(weights.Shape, [.. weights.ToArray().Select(w => w * run["gain"])]);
        double Keeps(
            Func<Shape, RandomStream, Tensor<double>> weights, Func<Tensor<double>, Tensor<double>> function) =>
            DeepNetwork.Measure(run.Random(), Layers, Width, weights, (_, z) => function(z)).Activation;
        double[] tanh = [Keeps(Xavier, Op.Tanh), Keeps(He, Op.Tanh)], relu = [
            Keeps(Xavier, Op.Relu), Keeps(He, Op.Relu)
        ];
        bool IsKept(double ratio) => ratio is >= Least and <= Most;
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new($"{Layers} 层、宽 {Width} 之后信号还剩几倍", $"the size of a signal after {Layers} layers of {Width}"),
                    [new("激活", "activation"), new("Xavier", "Xavier"), new("Kaiming", "Kaiming")],
                    [new LabRow("tanh", tanh), new LabRow("ReLU", relu)]),
            ],
            Verdict = Verdict.Of(
                IsKept(tanh[0]) && !IsKept(relu[0]) && IsKept(relu[1]),
                new(
                    $"ReLU：Xavier 剩 {relu[0]:0.0e0}，Kaiming 剩 {relu[1]:0.0}；Tanh 配 Xavier 剩 {tanh[0]:0.00}",
                    $"ReLU keeps {relu[0]:0.0e0} with Xavier and {relu[1]:0.0} with Kaiming; tanh keeps "
                    + $"{tanh[0]:0.00} with Xavier")),
        };
    }
}
