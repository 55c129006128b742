using Engine.Layers;

namespace Engine.Lab;

/// <summary>Clicks and rare purchases, learned together or apart.</summary>
internal static class TwoTasks
{
    private const int Features = 20, Examples = 2000, Labelled = 200, Batch = 128;
    private const double Base = -3.5; // log-odds of a purchase

    public static LabEntry Entry { get; } = new()
    {
        Name = "two-tasks",
        Group = LabGroup.Recommendation,
        Seconds = 2,
        IsCertain = false,
        Claims = ["R6"],
        Question = new("多任务学习为什么能提升泛化？什么时候反而有害？", "Why does multi-task learning generalise better? When does it hurt?"),
        Claim = new(
            "多任务学习共享表示，可以提升泛化能力", "multi-task learning shares a representation, which generalises better"),
        Answer = new(
            "任务相关时，数据多的任务（点击）帮数据少的任务（购买）学到共用的特征；任务不相关时，共享的底层被数据多的任务占去，"
            + "购买反而学得更差，这叫负迁移。MMoE 等结构就是为此让每个任务自己选择共享多少。",
            "If the tasks are related, the task with many labels (clicks) teaches features to the task with few "
            + "(purchases). If they are not, clicks take the shared layer for themselves and purchases suffer: "
            + "negative transfer. MMoE and others let each task choose how much to share."),
        Rule = new(
            "“提升”：任务相关时，同一种子下共享比分开多出的购买 AUC 大于 0，而且超出种子之间的差别；“有害”：任务无关时，共享少掉的 AUC "
            + "也是如此。两者都出现是“有条件成立”，只有前者是“成立”",
            "helps if with related tasks the AUC of purchases that sharing gains, seed by seed, is above 0 beyond the "
            + "seeds; hurts if with unrelated tasks what it loses is; both: holds if; the first alone: holds"),
        Literature = new(
            "Caruana（1997）：相关任务互相帮助；Ma 等（2018，MMoE）：任务关系弱时共享底层有害",
            "Caruana 1997: related tasks help one another; Ma et al. 2018 (MMoE): a shared bottom hurts tasks that are "
            + "weakly related"),
        Sources = ["Engine/Layers/Linear.cs", "Engine/Operations/Losses/BinaryCrossEntropyWithLogits.cs"],
        Papers = [new("Caruana 1997"), new("Ma et al. 2018")],
        Next = ["wide-and-deep"],
        Parameters =
        [
            new("width", 2, 1, 64, new("共享层的宽度", "the width of the shared layer")),
            new("weight", Examples / Labelled, 0, 1000, new("点击损失的权重", "the weight of the loss of clicks")),
        ],
        Recorded = VerdictKind.HoldsIf,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        (Bilingual Name, bool Shares, bool Related)[] cases =
        [
            (new("相关，分开", "related, apart"), false, true), (new("相关，共享", "related, shared"), true, true),
            (new("无关，分开", "unrelated, apart"), false, false), (new("无关，共享", "unrelated, shared"), true, false),
        ];
        var found = run.EachSeed(cases, (one, seed) => Learn(run, one.Shares, one.Related, seed));
        Measured[] auc = [.. found.Select(seeds => Measured.Of(seeds, one => one))];
        // The seeds have the same data shared and apart.
        var gain = new Measured([.. auc[1].Values.Zip(auc[0].Values, (shared, apart) => shared - apart)]);
        var harm = new Measured([.. auc[3].Values.Zip(auc[2].Values, (shared, apart) => apart - shared)]);
        var (helps, hurts) = (gain.Above(0), harm.Above(0) == VerdictKind.Holds);
        Bilingual because = new(
            $"购买的 AUC：任务相关时分开 {auc[0].Mean:0.00}，共享 {auc[1].Mean:0.00}；无关时分开 {auc[2].Mean:0.00}，"
            + $"共享 {auc[3].Mean:0.00}",
            $"AUC of purchases: related tasks {auc[0].Mean:0.00} apart and {auc[1].Mean:0.00} shared, unrelated tasks "
            + $"{auc[2].Mean:0.00} and {auc[3].Mean:0.00}");
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new("购买的 AUC（随机是 0.5）", "AUC of purchases (0.5 by chance)"),
                    Measured.Columns(new("任务", "tasks"), run), [.. auc.Select((one, i) => one.Row(cases[i].Name))]),
            ],
            Pictures =
            [
                new LabBars(
                    new("购买的 AUC", "AUC of purchases"), new(new("AUC", "AUC")),
                    [.. run.Seeds.Select(seed => new Bilingual($"种子 {seed}", $"seed {seed}"))],
                    [.. auc.Select((one, i) => new LabRow(cases[i].Name, one.Values))]),
            ],
            Verdict = new(helps == VerdictKind.Holds && hurts ? VerdictKind.HoldsIf : helps, because),
        };
    }

    private static double Learn(LabRun run, bool shares, bool related, long seed)
    {
        var random = new RandomStream(seed);
        var (train, test) = (Data(related, run.IsFull ? Examples : 200, random, 1),
            Data(related, run.IsFull ? 10_000 : 400, random, 2));
        var width = (int)run["width"];
        var draws = random.Fork(4);
        var network = new Network(width, random.Fork(3));
        Fitting.Train(run, network, run.IsFull ? 500 : 3, 0.01, tape =>
        {
            var few = Batched(Math.Min(Labelled, train.Bought.Length));
            var loss = Loss(network.Logits(few.X).Purchases, few.Ids, train.Bought);
            if (!shares) return loss;
            var many = Batched(train.Bought.Length);
            // Each label counts alike, and there are more of clicks.
            return loss + (Loss(network.Logits(many.X).Clicks, many.Ids, train.Clicked) * run["weight"]);

            (int[] Ids, Tensor<float> X) Batched(int count)
            {
                int[] ids = [.. Enumerable.Range(0, Batch).Select(_ => draws.NextInteger(count))];
                return (ids, tape.Constant(
                    [Batch, Features], [.. ids.SelectMany(i => train.X.AsSpan(i * Features, Features).ToArray())]));
            }
        });
        var scores = Fitting.Answer(
            tape => network.Logits(tape.Constant([test.Bought.Length, Features], test.X)).Purchases);
        return Auc.Of(scores, test.Bought);
    }

    private static Tensor<float> Loss(Tensor<float> logits, int[] batch, bool[] labels) =>
        Op.BinaryCrossEntropyWithLogits(
            logits, logits.Tape.Constant([Batch, 1], [.. batch.Select(i => labels[i] ? 1f : 0)]));

    /// <summary>
    /// Clicks depend on two directions of the features. Purchases are rare, and depend on the same two or on two
    /// others.
    /// </summary>
    private static (float[] X, bool[] Clicked, bool[] Bought) Data(
        bool related, int count, RandomStream random, int part)
    {
        var draws = random.Fork(part);
        var x = new float[count * Features];
        var (clicked, bought) = (new bool[count], new bool[count]);
        for (var i = 0; i < count; i++)
        {
            var row = x.AsSpan(i * Features, Features);
            foreach (ref var value in row) value = (float)draws.NextNormal();
            double Interest(ReadOnlySpan<float> row, int first) =>
                2 * (Math.Tanh(Sum(row, first)) + Math.Tanh(Sum(row, first + 5)));
            clicked[i] = draws.NextUniform() < 1 / (1 + Math.Exp(-Interest(row, 0)));
            bought[i] = draws.NextUniform() < 1 / (1 + Math.Exp(-Base - Interest(row, related ? 0 : 10)));
        }
        return (x, clicked, bought);

        static double Sum(ReadOnlySpan<float> row, int first)
        {
            var sum = 0.0;
            foreach (var value in row.Slice(first, 5)) sum += value;
            return sum;
        }
    }

    /// <summary>A shared layer, and a head for each task.</summary>
    private sealed class Network : Module<float>
    {
        private readonly Linear<float> shared, clicks, purchases;

        public Network(int width, RandomStream random)
        {
            shared = Add("shared", new Linear<float>(Features, width, random));
            clicks = Add("clicks", new Linear<float>(width, 1, random));
            purchases = Add("purchases", new Linear<float>(width, 1, random));
        }

        public (Tensor<float> Clicks, Tensor<float> Purchases) Logits(Tensor<float> x)
        {
            var hidden = Op.Tanh(shared.Forward(x));
            return (clicks.Forward(hidden), purchases.Forward(hidden));
        }
    }
}
