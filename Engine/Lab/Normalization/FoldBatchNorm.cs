using Engine.Layers;
using Engine.Optimizers;

namespace Engine.Lab;

/// <summary>BatchNorm at inference, folded into the linear map before it.</summary>
internal static class FoldBatchNorm
{
    private const double Free = 1e-9;

    public static LabEntry Entry { get; } = new()
    {
        Name = "fold-batchnorm",
        Group = LabGroup.Normalization,
        Seconds = 1,
        Claims = ["E16"],
        Question = new("BatchNorm 在推理时会增加计算量吗？", "Does BatchNorm cost anything at inference?"),
        Claim = new("BatchNorm 推理时要额外计算", "BatchNorm costs extra at inference"),
        Answer = new(
            "不会：推理时均值和方差是常数，BatchNorm 只是一个逐通道的仿射变换，可以并进前面的线性层。LayerNorm 不行，它的均值和方差取决于输入。",
            "No: its mean and variance are constants then, so that it is an affine map of each channel, and folds "
            + "into the linear map before it. LayerNorm does not fold: its mean and variance depend on the input."),
        Rule = new($"并进线性层后输出相差小于 {Free}，就没有额外计算", $"free if the folded map differs by less than {Free}"),
        Literature = new("Ioffe 与 Szegedy（2015）第 3.1 节", "Ioffe and Szegedy 2015, section 3.1"),
        Sources = ["Engine/Layers/Normalization/BatchNorm.cs", "Engine/Layers/Linear.cs"],
        Exhibits = ["BatchNorm uses the batch where it should use what it has learned"],
        Papers = [new("Ioffe and Szegedy 2015", "1502.03167")],
        Next = ["running-variance", "what-layernorm-averages"],
        Recorded = VerdictKind.DoesNotHold,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        const int Inputs = 6, Outputs = 4, Rows = 32;
        var linear = new Linear<double>(Inputs, Outputs, run.Random());
        var norm = new BatchNorm<double>(Outputs);
        var sgd = new Sgd<double>([.. linear.Parameters, .. norm.Parameters], 0.1);
        for (var batch = 0; batch < 20; batch++)
        {
            using var training = new Tape<double>(Mode.Training);
            var y = norm.Forward(
                linear.Forward(
                    training.Constant(Initializers.Normal<double>([Rows, Inputs], 2, run.Random(batch + 1)))));
            sgd.Step(training.Backward(Op.Mean(Op.Tanh(y))));
        }
        var p = linear.NamedParameters.Concat(norm.NamedParameters).Select(named =>
            named.Value.Value.ToArray()).ToArray();
        var (mean, variance) = (norm.NamedBuffers[0].Value.Value.ToArray(), norm.NamedBuffers[1].Value.Value.ToArray());
        double[] factor = [.. variance.Select((v, o) => p[2][o] / Math.Sqrt(v + Op.NormEpsilon))];
        double[] weight = [.. p[0].Select((w, i) => w * factor[i / Inputs])];
        double[] bias = [.. p[1].Select((b, o) => ((b - mean[o]) * factor[o]) + p[3][o])];

        using var tape = new Tape<double>(Mode.Inference);
        var x = tape.Constant(Initializers.Normal<double>([Rows, Inputs], 1, run.Random(99)));
        var two = norm.Forward(linear.Forward(x)).ToArray();
        var one = Op.Linear(x, tape.Constant([Outputs, Inputs], weight), tape.Constant([Outputs], bias)).ToArray();
        var difference = two.Zip(one, (a, b) => Math.Abs(a - b)).Max();
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new("线性层加 BatchNorm，与并成的一个线性层", "a linear map with BatchNorm, and one linear map"),
                    [new("量", "quantity"), new("值", "value")],
                    [
                        new LabRow(new("输出的最大差", "largest difference of outputs"), difference),
                        new LabRow(new("输出的最大值", "largest output"), two.Max(Math.Abs)),
                    ]),
            ],
            Verdict = Verdict.Of(
                difference >= Free, new(
                    $"并进去之后输出相差 {difference:0e0}", $"folded, the outputs differ by {difference:0e0}")),
        };
    }
}
