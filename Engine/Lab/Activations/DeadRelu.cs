using Engine.Layers;
using Engine.Optimizers;

namespace Engine.Lab;

/// <summary>Units that one huge step switches off, and what becomes of them.</summary>
internal static class DeadRelu
{
    private const int Inputs = 4, Below = 16, Units = 32, Later = 16, Examples = 128;
    private const double Offset = 3; // of the targets: the first gradients are large

    private static readonly (Bilingual Name, Func<Tensor<double>, Tensor<double>> Of)[] Functions =
    [
        ("ReLU", Op.Relu), ("LeakyReLU", x => Op.LeakyRelu(x)), ("ELU", x => Op.Elu(x)), ("GELU", Op.Gelu),
    ];

    public static LabEntry Entry { get; } = new()
    {
        Name = "dead-relu",
        Group = LabGroup.Activations,
        Seconds = 2,
        IsCertain = false,
        Claims = ["F10", "F11", "F12", "F22"],
        Question = new("什么是 Dead ReLU？神经元死了就永远死了吗？", "What is a dead ReLU? Is it dead for ever?"),
        Claim = new(
            "ReLU 神经元死亡后，它和它后面的神经元都永远不再更新；LeakyReLU 能解决，但 α 要手工设定",
            "a dead ReLU and the units after it are never updated again; LeakyReLU cures it, with an α set by hand"),
        Answer = new(
            "死的只是它自己：对所有样本输出 0，进来的权重梯度为 0；后面的神经元还有别的输入和偏置，照样更新。如果它的输入来自可训练的层，那一层变了，它还可能复活；直接接数据、或下面的层被冻结，才是真的永远死了。"
            + "LeakyReLU 的负半轴有斜率，不会死；α 可以学习（PReLU）。",
            "Only the unit itself: it gives 0 for every example, and its incoming weights get the gradient 0. Units "
            + "after it have other inputs and a bias, and go on learning. When a layer below moves its inputs, it can "
            + "come back; above frozen layers or the data itself it cannot. LeakyReLU has a slope below 0 and does "
            + "not die; α can be learned (PReLU)."),
        Rule = new(
            "“后面的也死”：后面一层的梯度为 0 才成立；“永远”：只训练下面一层，没有一个复活才成立；“LeakyReLU 能解决”：同样的一步之后没有一个死才成立",
            "\"later ones too\" holds if the next layer's gradient is 0; \"for ever\" if none comes back while the "
            + "layer below is trained; \"cured\" if the same step leaves no dead LeakyReLU"),
        Literature = new(
            "Maas 等（2013）提出 LeakyReLU；He 等（2015）的 PReLU 学习 α；Lu 等（2019）《Dying ReLU and Initialization》",
            "Maas et al. 2013 (LeakyReLU); He et al. 2015 learn α (PReLU); Lu et al. 2019, dying ReLU and initial "
            + "weights"),
        Sources =
        [
            "Engine/Operations/Activations/Relu.cs", "Engine/Operations/Activations/LeakyRelu.cs",
            "Engine/Operations/Activations/Elu.cs", "Engine/Operations/Activations/Gelu.cs",
        ],
        Papers = [new("He et al. 2015", "1502.01852"), new("Lu et al. 2019", "1903.06733"), new("Maas et al. 2013")],
        Next = ["sigmoid-depth", "xavier-or-he"],
        Parameters =
        [
            new("rate", 1, 0.01, 100, new("那一大步的学习率", "the learning rate of the huge step")),
            new("updates", 1000, 1, 5000, new("之后再训练多少步", "updates after the huge step")),
        ],
        Recorded = VerdictKind.DoesNotHold,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var found = run.EachSeed(Functions, (function, seed) => Train(run, function.Of, seed, freezesBelow: false));
        var frozen = run.EachSeed([Functions[0]], (function, seed) =>
            Train(run, function.Of, seed, freezesBelow: true))[0];
        Measured Dead(IEnumerable<Fate> fates) => new([.. fates.Select(fate => (double)fate.Dead)]);
        Measured Back(IEnumerable<Fate> fates) => new([.. fates.Select(fate => (double)fate.Revived)]);
        var relu = found[0];
        Bilingual frozenName = new("ReLU，冻结下面一层", "ReLU, layer below frozen");
        var (later, back) = (relu.Min(fate => fate.LaterGradient), Back(relu).Values.Max());
        var leaky = Dead(found[1]).Values.Max();
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new($"大步之后，{Units} 个里死了几个", $"units of {Units} that are dead after the huge step"),
                    Measured.Columns(new("激活函数", "activation"), run),
                    [.. Functions.Zip(found, (function, fates) => Dead(fates).Row(function.Name))]),
                new LabTable(
                    new(
                        $"再训练 {run["updates"]} 步，死的里面复活了几个",
                        $"of the dead units, how many live again after {run["updates"]} updates"),
                    Measured.Columns(new("网络", "network"), run),
                    [
                        Back(relu).Row(new("ReLU，只训练下面一层", "ReLU, layer below trained")),
                        Back(frozen).Row(frozenName),
                    ]),
                new LabTable(
                    new("大步之后的梯度（ReLU）", "gradients after the huge step (ReLU)"),
                    Measured.Columns(new("谁的权重", "weights of"), run),
                    [
                        new Measured([.. relu.Select(fate => fate.DeadGradient)]).Row(new("死掉的神经元", "dead units")),
                        new Measured([.. relu.Select(fate => fate.LaterGradient)]).Row(new("后面一层", "the next layer")),
                    ]),
            ],
            Pictures =
            [
                new LabBars(
                    new("一大步之后死掉的，和又训练之后还死着的", "dead after the huge step, and still dead after training"),
                    new(new("神经元个数", "units")),
                    [new("大步之后", "after the step"), new("训练之后", "after training")],
                    [
                        .. Functions.Zip(found, (function, fates) => Bars(function.Name, fates)),
                        Bars(frozenName, frozen),
                    ]),
            ],
            Verdict = Says(Dead(relu).Values.Min() > 0, later == 0 && back == 0 && leaky == 0, new(
                    $"后面一层的梯度是 {later:0.00}，不是 0；复活了 {Back(relu).Mean:0.#} 个，冻结下面一层时 {Back(frozen).Mean:0.#} "
                    + $"个；LeakyReLU 死 {leaky:0} 个",
                    $"the next layer's gradient is {later:0.00}, not 0; {Back(relu).Mean:0.#} units came back, "
                    + $"{Back(frozen).Mean:0.#} above a frozen layer; {leaky:0} dead with LeakyReLU")),
        };

        Verdict Says(bool anyDied, bool holds, Bilingual because) =>
            anyDied ? Verdict.Of(holds, because) : new(VerdictKind.NotShown, because);

        LabRow Bars(Bilingual name, Fate[] fates) => new(name, Dead(fates).Mean, Dead(fates).Mean - Back(fates).Mean);
    }

    /// <summary>
    /// Makes one huge step of a network's middle layer, and trains on: the layer below, or all layers but this.
    /// </summary>
    private static Fate Train(
        LabRun run, Func<Tensor<double>, Tensor<double>> function, long seed, bool freezesBelow)
    {
        var random = new RandomStream(seed);
        Linear<double> below = new(Inputs, Below, random.Fork(0)), middle = new(Below, Units, random.Fork(1)),
            later = new(Units, Later, random.Fork(2)), last = new(Later, 1, random.Fork(3));
        var x = Initializers.Normal<double>([Examples, Inputs], 1, random.Fork(4));
        var targets = Tensor<double>.From(
            [Examples, 1], [
                .. x.ToArray().Chunk(Inputs).Select(row => Offset + Math.Sin(2 * row[0]) + (row[1] * row[2]))
            ]);
        Parameter<double>[] above = [.. middle.Parameters, .. later.Parameters, .. last.Parameters];

        Updates(new Sgd<double>(middle.Parameters, run["rate"]), 1);
        var (dead, gradients) = Dead();
        Updates(
            new Adam<double>(freezesBelow ? above : below.Parameters, 0.01),
            run.IsFull ? (int)run["updates"] : 5);
        var (still, _) = Dead();
        return new Fate(
            dead.Count, dead.Except(still).Count(),
            dead.Sum(unit => gradients[middle.Parameters[0]].ToArray().Chunk(Below).ElementAt(unit).Sum(Math.Abs)),
            GradientNorm(gradients, later));

        void Updates(Optimizer<double> optimizer, int count)
        {
            for (var i = 0; i < count; i++)
            {
                run.Pause();
                optimizer.Step(Gradients());
            }
        }

        GradientSet<double> Gradients()
        {
            using var tape = new Tape<double>();
            var y = function(middle.Forward(function(below.Forward(tape.Constant(x)))));
            var off = last.Forward(function(later.Forward(y)));
            return tape.Backward(Op.MeanSquaredError(off, tape.Constant(targets)));
        }

        // Dead: no example gives the unit's weights a gradient.
        (HashSet<int> Units, GradientSet<double> Gradients) Dead()
        {
            var gradients = Gradients();
            var rows = gradients[middle.Parameters[0]].ToArray().Chunk(Below).ToArray();
            return ([.. Enumerable.Range(0, Units).Where(unit => rows[unit].All(g => g == 0))], gradients);
        }
    }

    private static double GradientNorm(GradientSet<double> gradients, Module<double> layer)
    {
        var sum = 0.0;
        foreach (var parameter in layer.Parameters)
        {
            foreach (var g in gradients[parameter]) sum += g * g;
        }
        return Math.Sqrt(sum);
    }

    /// <summary>What became of a network's middle units.</summary>
    private readonly record struct Fate(int Dead, int Revived, double DeadGradient, double LaterGradient);
}
