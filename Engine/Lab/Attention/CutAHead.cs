using Engine.Inspection;
using Engine.Layers;
using Engine.Training;

namespace Engine.Lab;

/// <summary>What each head of a trained model looks at, and what the model loses without it.</summary>
internal static class CutAHead
{
    private const double Removable = 0.01, Role = 0.5;
    private const int Updates = 600;
    private static readonly int[] Offsets = [-1, 0, 1];

    private static readonly (AttentionKind Kind, Bilingual Name)[] Kinds =
    [
        (AttentionKind.Encoder, new("编码器", "encoder")), (AttentionKind.Decoder, new("解码器", "decoder")),
        (AttentionKind.Cross, new("交叉注意力", "cross-attention")),
    ];

    public static LabEntry Entry { get; } = new()
    {
        Name = "cut-a-head",
        Group = LabGroup.Attention,
        Seconds = 9,
        IsCertain = false,
        Claims = ["B23", "B24"],
        Question = new(
            "训练好的模型去掉一些头还行吗？各个头学到了什么？",
            "Can heads of a trained model be removed? What did the heads learn?"),
        Claim = new(
            "有些头可以直接去掉，几乎没有损失；有的头专看固定的位置，如前一个词",
            "some heads can be removed at almost no loss; some look at a fixed place, such as the token before"),
        Answer = new(
            "各个头的分量很不一样，有的会专看相邻的词。大模型里多余的头多，训练后可以去掉不少；小模型里每个头都用上了，去掉哪个损失都会上升。"
            + "能去掉也不等于当初不需要：为什么训练时多头更好，目前没有定论。",
            "Heads differ a lot in weight, and some watch neighbouring tokens. In large models many are "
            + "redundant and can "
            + "go after training; a small model uses each of its heads. That a head can go does not say that "
            + "training did "
            + "not need it: why many heads train better is not settled."),
        Rule = new(
            $"每个注意力层都有一个头去掉后损失上升不到 {Removable:0%}，才算“可以去掉”；有头把 {Role:0%} 以上的权重放在同一个相对位置（前一个、自己、后一个），才算“有分工”",
            $"heads are removable if in every attention layer the loss without one head rises by less than "
            + $"{Removable:0%}; heads have roles if one has over {Role:0%} of its weight on one offset (the "
            + "token before, "
            + "itself, the next)"),
        Literature = new(
            "Michel 等（2019）：多数层只留一个头也行；Voita 等（2019）：重要的头看相邻位置、句法关系和生僻词",
            "Michel et al. 2019: one head does in most layers; Voita et al. 2019: the heads that count watch "
            + "neighbours, syntax and rare words"),
        Sources = ["Engine/Layers/Attention/MultiHeadAttention.cs", "Engine/Inspection/Interventions.cs"],
        Tests = ["InterventionTests.Without_a_head_its_output_is_zeros"],
        Papers = [new("Michel et al. 2019", "1905.10650"), new("Voita et al. 2019", "1905.09418")],
        Next = ["one-head-or-many", "heads-cost"],
        Parameters = [new("heads", new("每层的头数", "heads of a layer"), "4", "2", "8")],
        Recorded = VerdictKind.DoesNotHold,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var found = run.EachSeed([int.Parse(run.Choice("heads"), null)], (heads, seed) => Learn(run, heads, seed))[0];
        var heads = found[0];
        Measured[] cheapest =
        [
            .. Kinds.Select(kind => Measured.Of(
                found, seed => seed.Where(head => head.Head.Kind == kind.Kind).Min(head => head.Cost))),
        ];
        Measured[] dearest =
        [
            .. Kinds.Select(kind => Measured.Of(
                found, seed => seed.Where(head => head.Head.Kind == kind.Kind).Max(head => head.Cost))),
        ];
        var role = Measured.Of(found, seed => seed.Max(head => head.Shares.Max()));
        var worst = cheapest.MaxBy(cost => cost.Mean);
        Bilingual NameOf(AttentionHead head)
        {
            var kind = Kinds.Single(kind => kind.Kind == head.Kind).Name;
            return new($"{kind.Chinese}，头 {head.Head + 1}", $"{kind.English}, head {head.Head + 1}");
        }

        Bilingual row = new("层", "layer");
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new("去掉最不重要的一个头，损失上升的比例", "relative rise of the loss without the least important head"),
                    Measured.Columns(row, run), [.. cheapest.Select((cost, i) => cost.Row(Kinds[i].Name))]),
                new LabTable(
                    new("去掉最重要的一个头，损失上升的比例", "relative rise of the loss without the most important head"),
                    Measured.Columns(row, run), [.. dearest.Select((cost, i) => cost.Row(Kinds[i].Name))]),
                new LabTable(
                    new("一个头放在同一相对位置的最大权重", "largest share of a head's weight on one offset"),
                    Measured.Columns(new("量", "quantity"), run), [role.Row(new("份额", "share"))]),
                new LabTable(
                    new($"种子 {run.Seed} 的各个头", $"the heads of seed {run.Seed}"),
                    [
                        new("头", "head"), new("损失上升", "loss rises by"), new("前一个", "token before"),
                        new("自己", "itself"), new("后一个", "token after"), new("句末", "last token")
                    ],
                    [.. heads.Select(head => new LabRow(NameOf(head.Head), [head.Cost, .. head.Shares, head.Last]))]),
            ],
            Pictures =
            [
                new LabBars(
                    new($"去掉一个头，损失上升的比例（种子 {run.Seed}）", $"relative rise of the loss without a head (seed {run.Seed})"),
                    new(new("上升的比例", "relative rise")), [new("损失上升", "rise of the loss")],
                    [.. heads.Select(head => new LabRow(NameOf(head.Head), head.Cost))]),
            ],
            Verdict = Verdict.All(
                new(
                    $"最不重要的头去掉后损失上升 {worst.Mean:0%}（最糟的一层），最重要的 {dearest.Max(cost => cost.Mean):0%}；"
                    + $"有头把 {role.Mean:0%} 的权重放在一个相对位置",
                    $"without its least important head the loss rises by {worst.Mean:0%} in the worst layer, without "
                    + $"the most important by {dearest.Max(cost => cost.Mean):0%}; a head has {role.Mean:0%} of its "
                    + "weight on one offset"),
                worst.Below(Removable), role.Above(Role)),
        };
    }

    private static HeadFigures[] Learn(LabRun run, int heads, long seed)
    {
        var (train, test) = ToyText.Of("zh-en", run.IsFull ? 10_000 : 50, run.IsFull ? 200 : 3, new RandomStream(seed));
        var updates = run.IsFull ? Updates : 3;
        var model = TranslationModel.Create(SmallTraining.Small(seed, "zh-en") with { Heads = heads }, train);
        var training = new SmallTraining(run, model, train, updates).Train(updates);
        var whole = training.Loss(test);
        var weights = test.Pairs.Select(pair => training.Weights(pair.Source, pair.Target)).ToArray();
        return
        [
            .. Kinds.SelectMany(kind => Enumerable.Range(0, heads).Select(number =>
            {
                var head = new AttentionHead(kind.Kind, 0, number);
                var without = new InterventionObserver<float>(model.Network, new Interventions { Heads = [head] });
                var layers = weights.Select(layers => layers.Single(layer => layer.Kind == kind.Kind)).ToArray();
                return new HeadFigures(
                    head, (training.Loss(test, observer: without) / whole) - 1,
                    [.. Offsets.Select(offset => Share(layers, number, (query, _) => query + offset))],
                    Share(layers, number, (_, keys) => keys - 1));
            })),
        ];
    }

    /// <summary>The mean weight that a head gives to the key that belongs to a query, where there is one.</summary>
    private static double Share(AttentionWeights<float>[] layers, int head, Func<int, int, int> keyOf)
    {
        var (sum, count) = (0.0, 0);
        foreach (var layer in layers)
        {
            // The decoder's first token sees itself alone.
            for (var query = layer.Kind == AttentionKind.Decoder ? 1 : 0; query < layer.Queries; query++)
            {
                var key = keyOf(query, layer.Keys);
                if (key < 0 || key >= layer.Keys) continue;
                sum += layer[head, query, key];
                count++;
            }
        }
        return sum / Math.Max(count, 1);
    }

    private sealed record HeadFigures(AttentionHead Head, double Cost, double[] Shares, double Last);
}
