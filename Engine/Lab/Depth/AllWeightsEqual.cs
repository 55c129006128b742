using Engine.Layers;
using Engine.Optimizers;

namespace Engine.Lab;

/// <summary>Hidden units that begin with equal weights.</summary>
internal static class AllWeightsEqual
{
    private const int Units = 16, Updates = 500;

    public static LabEntry Entry { get; } = new()
    {
        Name = "all-weights-equal",
        Group = LabGroup.Depth,
        Seconds = 1,
        Claims = ["H8"],
        Question = new("权重全部初始化为同一个常数会怎样？", "What if all weights begin with one constant?"),
        Claim = new("偏置可以用常数初始化，权重一般不行", "biases may begin with a constant, weights hardly"),
        Answer = new(
            "同一层的神经元输入相同、权重相同，梯度也就相同，永远是同一个神经元的 16 个副本。偏置没有这个问题，因为随机权重已经打破了对称。",
            "Units of a layer with equal weights have equal outputs and equal gradients, and stay copies of one unit "
            + "for ever. Biases may be constant: random weights have broken the symmetry."),
        Rule = new(
            $"训练 {Updates} 步后仍然只有 1 种隐藏单元",
            $"holds if after {Updates} updates there is still one distinct hidden unit"),
        Literature = new(
            "Goodfellow 等《深度学习》第 8.4 节：初始化要打破对称",
            "Goodfellow et al., Deep Learning, section 8.4: initial weights must break the symmetry"),
        Sources = ["Engine/Layers/Initializers.cs", "Engine/Layers/Linear.cs"],
        Next = ["xavier-or-he"],
        View = "gradients",
        Recorded = VerdictKind.Holds,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var (equal, random) = (Train(run, constant: true), Train(run, constant: false));
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new($"{Units} 个隐藏单元，{Updates} 步之后", $"{Units} hidden units after {Updates} updates"),
                    [new("初始权重", "initial weights"), new("不同的单元", "distinct units"), new("损失", "loss")],
                    [
                        new LabRow(new("常数 0.1", "constant 0.1"), equal.Distinct, equal.Loss),
                        new LabRow(new("Xavier", "Xavier"), random.Distinct, random.Loss),
                    ]),
            ],
            Verdict = Verdict.Of(
                equal.Distinct == 1 && random.Distinct == Units,
                new(
                    $"常数：{equal.Distinct} 种；随机：{random.Distinct} 种",
                    $"constant: {equal.Distinct}; random: {random.Distinct}")),
        };
    }

    private static (int Distinct, double Loss) Train(LabRun run, bool constant)
    {
        var (first, second) = (new Linear<double>(2, Units, run.Random()), new Linear<double>(Units, 1, run.Random(1)));
        if (constant)
        {
            foreach (var parameter in first.Parameters.Concat(second.Parameters)) parameter.Update().Fill(0.1);
        }
        var adam = new Adam<double>([.. first.Parameters, .. second.Parameters], 0.01);
        var x = Initializers.Normal<double>([64, 2], 1, run.Random(2));
        double[] targets = [.. x.ToArray().Chunk(2).Select(row => row[0] * row[1])];
        var loss = 0.0;
        for (var update = 0; update < Updates; update++)
        {
            using var tape = new Tape<double>();
            var off = second.Forward(Op.Tanh(first.Forward(tape.Constant(x)))) - tape.Constant([64, 1], targets);
            var mean = Op.Mean(off * off);
            adam.Step(tape.Backward(mean));
            loss = mean.Item();
        }
        var distinct = first.Parameters[0].Value.ToArray().Chunk(2).Select(row => (row[0], row[1])).Distinct().Count();
        return (distinct, loss);
    }
}
