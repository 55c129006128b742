namespace Engine.Lab;

/// <summary>Memorising pairs, generalising tastes, and both.</summary>
internal static class WideAndDeep
{
    private const int Batch = 256;
    private static readonly (Bilingual Name, bool Wide, bool Deep, bool Factors)[] Models =
    [
        (new("Wide：线性 + 交叉特征", "wide: linear, with crossed features"), true, false, false),
        (new("Deep：embedding + MLP", "deep: embeddings and an MLP"), false, true, false),
        (new("Wide & Deep", "wide and deep"), true, true, false),
        (new("FM：embedding 两两相乘", "FM: products of embeddings"), false, false, true),
        (new("DeepFM：FM + MLP", "DeepFM: FM and an MLP"), false, true, true),
    ];

    public static LabEntry Entry { get; } = new()
    {
        Name = "wide-and-deep",
        Group = LabGroup.Recommendation,
        Seconds = 3,
        IsCertain = false,
        Claims = ["R2", "R3", "R4"],
        Question = new(
            "Wide & Deep、DeepFM 为什么有效？Wide 和 Deep 各管什么？",
            "Why do Wide & Deep and DeepFM work? What is each part for?"),
        Claim = new(
            "用户和物品的 ID 做 embedding，用 MLP 等做特征交互，用 Wide & Deep、DeepFM 排序",
            "ids of users and items get embeddings, an MLP lets features interact, Wide & Deep or DeepFM ranks"),
        Answer = new(
            "Wide 用交叉特征记住具体的组合，没见过的组合帮不上忙；Deep 用 embedding 泛化到没见过的组合，却记不住个别的例外；"
            + "两者相加，各管一半。FM 用向量相乘代替人工交叉，没见过的组合也有分数。",
            "The wide part memorises pairs by crossed features and says nothing of pairs that it never saw. The deep "
            + "part generalises by embeddings and misses exceptions. Their sum has both. An FM multiplies embeddings "
            + "instead, so that every pair has a score."),
        Rule = new(
            "Wide & Deep 的 AUC 高于 Wide，也高于 Deep，而且都超出种子之间的差别，才算“有效”",
            "holds if the AUC of wide and deep is above that of wide and above that of deep, both beyond the seeds"),
        Literature = new(
            "Cheng 等（2016）：记忆与泛化一起训练；Guo 等（2017）：DeepFM 不需要人工交叉特征",
            "Cheng et al. 2016: memorization and generalization trained jointly; Guo et al. 2017: DeepFM needs no "
            + "crossed features by hand"),
        Sources = ["Engine/Lab/Recommendation/ClickModel.cs", "Engine/Layers/Embedding.cs"],
        Papers = [new("Cheng et al. 2016", "1606.07792"), new("Guo et al. 2017", "1703.04247"), new("Rendle 2010")],
        Parameters =
        [
            new("examples", 20_000, 100, 200_000, new("训练样本数", "training examples")),
        ],
        Recorded = VerdictKind.Holds,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var found = run.EachSeed(Models, (model, seed) => Learn(run, model.Wide, model.Deep, model.Factors, seed));
        Measured[] auc = [.. found.Select(seeds => Measured.Of(seeds, one => one))];
        var (wide, deep, both) = (auc[0], auc[1], auc[2]);
        Bilingual because = new(
            $"AUC：Wide {wide.Mean:0.000}，Deep {deep.Mean:0.000}，Wide & Deep {both.Mean:0.000}，FM {auc[3].Mean:0.000}",
            $"AUC: wide {wide.Mean:0.000}, deep {deep.Mean:0.000}, both {both.Mean:0.000}, FM {auc[3].Mean:0.000}");
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new("新样本上的 AUC（随机是 0.5）", "AUC of new examples (0.5 by chance)"),
                    Measured.Columns(new("模型", "model"), run), [.. auc.Select((one, i) => one.Row(Models[i].Name))]),
            ],
            Pictures =
            [
                new LabBars(
                    new("新样本上的 AUC", "AUC of new examples"), new(new("AUC", "AUC")),
                    [.. run.Seeds.Select(seed => new Bilingual($"种子 {seed}", $"seed {seed}"))],
                    [.. auc.Select((one, i) => new LabRow(Models[i].Name, one.Values))]),
            ],
            Verdict = both.IsAbove(wide) && both.IsAbove(deep) ? new(VerdictKind.Holds, because)
                : wide.IsAbove(both) || deep.IsAbove(both) ? new(VerdictKind.DoesNotHold, because)
                : new(VerdictKind.NotShown, because),
        };
    }

    private static double Learn(LabRun run, bool wide, bool deep, bool factors, long seed)
    {
        var random = new RandomStream(seed);
        var train = new Clicks(run.IsFull ? (int)run["examples"] : 100, random.Fork(0), random.Fork(1));
        var test = new Clicks(run.IsFull ? 10_000 : 200, random.Fork(0), random.Fork(2));
        var model = new ClickModel(wide, deep, factors, random.Fork(3));
        var draws = random.Fork(4);
        Fitting.Train(run, model, run.IsFull ? 800 : 3, 0.01, tape =>
        {
            int[] examples = [.. Enumerable.Range(0, Batch).Select(_ => draws.NextInteger(train.User.Length))];
            float[] clicked = [.. examples.Select(i => train.Clicked[i] ? 1f : 0)];
            return Op.BinaryCrossEntropyWithLogits(
                model.Logits(tape, train, examples), tape.Constant([Batch, 1], clicked));
        });
        var scores = Fitting.Answer(
            tape => model.Logits(tape, test, [.. Enumerable.Range(0, test.User.Length)]));
        return Auc.Of(scores, test.Clicked);
    }
}
