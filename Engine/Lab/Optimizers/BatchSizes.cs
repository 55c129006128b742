using Engine.Layers;
using Engine.Optimizers;

namespace Engine.Lab;

/// <summary>Full, single and mini batch: loss by examples seen, and the floor that noise leaves.</summary>
internal static class BatchSizes
{
    private const double SlopeFrom = 0.7, SlopeTo = 1.3, Narrow = 0.3, Clearly = 2;
    private const int Examples = 2048, Features = 8;
    private static readonly double[] Rates = [0.0025, 0.005, 0.01, 0.02];

    private static readonly (Bilingual Name, int Size, double Rate)[] Batches =
    [
        (new("全量（BGD）", "all (full batch)"), Examples, 0.4), (new("小批量 32", "mini batch of 32"), 32, 0.1),
        (new("单样本（SGD）", "single (SGD)"), 1, 0.01),
    ];

    public static LabEntry Entry { get; } = new()
    {
        Name = "batch-sizes",
        Group = LabGroup.Optimizers,
        Seconds = 7,
        IsCertain = false,
        Claims = ["G2", "G3", "G4", "G5"],
        Question = new("BGD、SGD、MBGD 有什么区别？SGD 为什么会震荡？", "Full, single or mini batch? Why does SGD oscillate?"),
        Claim = new(
            "BGD 在大数据上慢；SGD 一次一个样本，快，但会震荡，到不了精确的最小值；小批量是折中，更稳",
            "full batch is slow on much data; SGD is fast, but oscillates and reaches no exact minimum; a mini batch "
            + "is a steadier compromise"),
        Answer = new(
            "按看过的样本数算，全量一轮只走一步，所以慢。SGD 到不了最小值是因为学习率不变：剩下的误差与学习率成正比，与批量成反比。学习率按 1/t 衰减就会收敛。",
            "By examples seen the full batch makes one step an epoch, and is slow. SGD misses the minimum because its "
            + "rate stays: what remains is proportional to the rate, and falls with the batch. With a rate that falls "
            + "as 1/t it converges."),
        Rule = new(
            $"“慢”：看过两轮样本后，全量的损失超过小批量的 {Clearly} 倍；“到不了”：余差与学习率的对数斜率在 {SlopeFrom} 到 {SlopeTo}；“更稳”：单样本的余差超过小批量的 "
            + $"{Clearly} 倍。1/t 剩下的若不到最小固定学习率的 1/{Clearly}，则“到不了”只在学习率不变时成立",
            $"slow if the full batch is above {Clearly} times the mini batch after two epochs; no exact minimum if "
            + $"what remains grows with the rate at a log slope of {SlopeFrom} to {SlopeTo}; steadier if single "
            + $"examples leave {Clearly} times as much as the mini batch; if a rate of 1/t leaves less than a half of "
            + "the lowest constant rate's, the claim holds for constant rates only"),
        Literature = new(
            "Robbins 与 Monro（1951）：学习率之和发散、平方和收敛时，SGD 收敛",
            "Robbins and Monro 1951: SGD converges if the rates sum to infinity and their squares do not"),
        Sources = ["Engine/Optimizers/Sgd.cs", "Engine/Layers/Linear.cs"],
        Papers = [new("Robbins and Monro 1951")],
        Next = ["convex-not-enough", "saddle"],
        Recorded = VerdictKind.HoldsIf,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var epochs = run.IsFull ? 10 : 2;
        var paths = run.EachSeed(Batches, (batch, seed) => Train(run, seed, batch.Size, epochs, _ => batch.Rate));
        var length = run.IsFull ? 20 : 2;
        var floors = run.EachSeed(Rates, (rate, seed) => Tail(Train(run, seed, 1, length, _ => rate)));
        var falling = run.EachSeed([0], (_, seed) => Tail(Train(run, seed, 1, length, t => 1 / (20 + (0.2 * t)))))[0];
        var mini = run.EachSeed([0], (_, seed) => Tail(Train(run, seed, 32, length, _ => Rates[^1])))[0];
        Measured Floor(int i) => new([.. floors[i]]);
        Measured decayed = new([.. falling]), steadier = new([.. mini]);
        Measured At(int batch, int epoch) => new([.. paths[batch].Select(path => path[epoch])]);
        Measured slope = new([.. run.Seeds.Select((_, s) => Slope([.. floors.Select(floor => floor[s])]))]);
        var slow = Exceeds(At(0, 2), At(1, 2));
        var misses = slope.Values.All(value => value is >= SlopeFrom and <= SlopeTo);
        var compromise = Exceeds(Floor(Rates.Length - 1), steadier);
        Bilingual because = new(
            $"余差与学习率的斜率 {slope.Mean:0.00}；学习率 {Rates[0]} 剩 {Floor(0).Mean:0e0}，1/t 剩 {decayed.Mean:0e0}；条件：学习率不变",
            $"what remains has the slope {slope.Mean:0.00} by the rate; {Floor(0).Mean:0e0} at rate {Rates[0]}, "
            + $"{decayed.Mean:0e0} with 1/t; the condition: a constant rate");
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new("看过两轮样本后，损失超出最小值多少", "loss above the minimum after two epochs"),
                    Measured.Columns(new("批量", "batch"), run),
                    [.. Batches.Select((batch, b) => At(b, 2).Row(batch.Name))]),
                new LabTable(
                    new("训练到最后，损失超出最小值多少", "loss above the minimum at the end"),
                    Measured.Columns(new("学习率", "learning rate"), run),
                    [
                        .. Rates.Select((rate, r) => Floor(r).Row(new($"单样本，{rate}", $"single, {rate}"))),
                        steadier.Row(new($"小批量 32，{Rates[^1]}", $"mini batch of 32, {Rates[^1]}")),
                        decayed.Row(new("单样本，1/t", "single, 1/t")),
                        slope.Row(new("对数斜率", "log slope")),
                    ]),
            ],
            Pictures =
            [
                new LabPlot(
                    new("损失随看过的样本数下降", "loss by examples seen"), new(new("轮", "epochs")),
                    new(new("超出最小值", "loss above the minimum"), IsLogarithmic: true),
                    [
                        .. Batches.Select((batch, b) => new LabLine(
                            batch.Name, [.. Enumerable.Range(0, epochs + 1).Select(e => ((double)e, At(b, e).Mean))])
                        {
                            Spread = [.. Enumerable.Range(0, epochs + 1).Select(e => At(b, e).Range)],
                        }),
                    ]),
            ],
            Verdict = slow && misses && compromise
                ? new(
                    Exceeds(Floor(0), decayed) ? VerdictKind.HoldsIf : VerdictKind.Holds, because)
                : new(VerdictKind.NotShown, because),
        };
    }

    /// <summary>Whether a figure is clearly greater in every seed; each seed has a problem of its own.</summary>
    private static bool Exceeds(Measured figure, Measured other) =>
        figure.Values.Zip(other.Values).All(pair => pair.First > Clearly * pair.Second);

    /// <summary>The mean of the last quarter of a path.</summary>
    private static double Tail(double[] path) => path[(path.Length * 3 / 4)..].Average();

    /// <summary>The slope of log floor by log rate, by least squares.</summary>
    private static double Slope(double[] floors)
    {
        double[] x = [.. Rates.Select(rate => Math.Log(rate))], y = [.. floors.Select(floor => Math.Log(floor))];
        var (meanX, meanY) = (x.Average(), y.Average());
        return x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / x.Sum(a => (a - meanX) * (a - meanX));
    }

    /// <summary>How far the loss over all examples is above its minimum: at the start, and after each epoch.</summary>
    private static double[] Train(LabRun run, long seed, int size, int epochs, Func<int, double> rate)
    {
        var random = new RandomStream(seed);
        var x = Initializers.Normal<double>([Examples, Features], 1, random.Fork(0)).ToArray();
        for (var i = 0; i < x.Length; i += 2) x[i] *= Narrow; // every other feature: some directions are slow
        var truth = Initializers.Normal<double>([Features], 1, random.Fork(1)).ToArray();
        var noise = Initializers.Normal<double>([Examples], 0.5, random.Fork(2)).ToArray();
        double[] y =
            [
                .. noise.Select(
                    (e, i) => e + x.AsSpan(i * Features, Features).ToArray().Zip(truth, (a, b) => a * b).Sum())
            ];
        int[] all = [.. Enumerable.Range(0, Examples)];
        var layer = new Linear<double>(Features, 1, random.Fork(3));
        var least = Least();
        var sgd = new Sgd<double>(layer.Parameters);
        var path = new double[epochs + 1];
        path[0] = All() - least;
        var t = 0;
        for (var epoch = 1; epoch <= epochs; epoch++)
        {
            run.Pause();
            var draws = random.Fork(4).Fork(epoch);
            for (var seen = 0; seen < Examples; seen += size, t++)
            {
                sgd.LearningRate = rate(t);
                using var tape = new Tape<double>();
                sgd.Step(tape.Backward(Loss(tape, layer, size == Examples ? all : Draw(draws))));
            }
            path[epoch] = All() - least;
        }
        return path;

        Tensor<double> Loss(Tape<double> tape, Linear<double> of, int[] batch)
        {
            double[] rows = [.. batch.SelectMany(i => x[(i * Features)..((i + 1) * Features)])];
            return Op.MeanSquaredError(
                of.Forward(tape.Constant([batch.Length, Features], rows)),
                tape.Constant([batch.Length, 1], [.. batch.Select(i => y[i])]));
        }

        int[] Draw(RandomStream draws) => [.. Enumerable.Range(0, size).Select(_ => draws.NextInteger(Examples))];

        double All() => Value(layer);

        double Value(Linear<double> of)
        {
            using var tape = new Tape<double>(Mode.Inference);
            return Loss(tape, of, all).Item();
        }

        // Full descent on a well-conditioned bowl: 400 steps leave nothing.
        double Least()
        {
            var best = new Linear<double>(Features, 1, random.Fork(3));
            var descent = new Sgd<double>(best.Parameters, 0.4);
            for (var i = 0; i < 400; i++)
            {
                using var tape = new Tape<double>();
                descent.Step(tape.Backward(Loss(tape, best, all)));
            }
            return Value(best);
        }
    }
}
