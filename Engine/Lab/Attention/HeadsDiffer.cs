using Engine.Layers;
using Engine.Training;

namespace Engine.Lab;

/// <summary>How far the heads of a layer look at different things, and how far they look.</summary>
internal static class HeadsDiffer
{
    private const double Differ = 0.1; // nat
    private const double Looks = 0.1; // the weight that counts as looking
    private const double Far = 0.75; // of the longest distance in the sentences
    private const int Updates = 500;
    private static readonly (Bilingual Name, int Heads, bool IsTrained)[] Cases =
    [
        (new("4 个头，训练前", "4 heads, before training"), 4, false),
        (new("4 个头，训练后", "4 heads, trained"), 4, true),
        (new("1 个头，训练后", "1 head, trained"), 1, true),
    ];

    public static LabEntry Entry { get; } = new()
    {
        Name = "heads-differ",
        Group = LabGroup.Attention,
        Seconds = 11,
        IsCertain = false,
        Claims = ["B20", "B21", "B29"],
        Question = new(
            "多头注意力的各个头真的关注不同的东西吗？看得远非要多头不可吗？",
            "Do the heads of attention really look at different things? Does it take many to look far?"),
        Claim = new(
            "各个头关注不同的子空间，像一组不同的卷积核；多头才能捕捉长距离依赖",
            "heads look at different subspaces, like the filters of a CNN; it takes many heads to catch far relations"),
        Answer = new(
            "训练后各个头的注意力分布确实分开了，但没有谁规定它们分工：它们共用一个损失，大模型里很多头是多余的。"
            + "看得远与头数无关：一个头同样够得着句子的任何位置。",
            "After training the heads do look at different places, but nothing makes them divide the work: they share "
            + "one loss, and in large models many are redundant. How far one looks has nothing to do with "
            + "their number: "
            + "a single head reaches every place."),
        Rule = new(
            $"训练后两两之间 JS 散度的中位数超过 {Differ} nat，并且比训练前大，才算“关注不同”；"
            + $"只有一个头的模型看不到句中最远距离的 {Far:0%}（权重超过 {Looks:0%} 才算看），才算“看得远要多头”",
            $"heads differ if the median Jensen-Shannon divergence of two heads exceeds {Differ} nat after "
            + "training, and "
            + "what it was before; far relations take many heads if a single one looks (with a weight above "
            + $"{Looks:0%}) "
            + $"less far than {Far:0%} of the longest distance in the sentences"),
        Literature = new(
            "Vaswani 等（2017）：多头关注不同子空间；Michel 等、Voita 等（2019）：很多头是多余的",
            "Vaswani et al. 2017: heads attend to different subspaces; Michel et al., Voita et al. 2019: many are "
            + "redundant"),
        Sources = ["Engine/Layers/Attention/MultiHeadAttention.cs", "Engine/Layers/Attention/AttentionObserver.cs"],
        Tests = ["ObserverTests.Weights_of_every_layer_and_head_are_the_references"],
        Papers =
        [
            new("Vaswani et al. 2017", "1706.03762"), new("Michel et al. 2019", "1905.10650"),
            new("Voita et al. 2019", "1905.09418"),
        ],
        Next = ["one-head-or-many", "cut-a-head"],
        Recorded = VerdictKind.DoesNotHold,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var found = run.EachSeed(Cases, (one, seed) => Learn(run, one.Heads, one.IsTrained, seed));
        Measured[] medians = [.. found[..2].Select(seeds => Measured.Of(seeds, one => one.Median))];
        Measured[] farthest = [.. found.Select(seeds => Measured.Of(seeds, one => one.Farthest))];
        Measured[] means = [.. found.Select(seeds => Measured.Of(seeds, one => one.Mean))];
        var (before, after) = (medians[0], medians[1]);
        var differ = after.IsAbove(before) ? after.Above(Differ)
            : before.IsAbove(after) ? VerdictKind.DoesNotHold : VerdictKind.NotShown;
        var takesMany = Measured.Of(found[2], one => one.Farthest / one.Longest).Below(Far);
        Bilingual head = new("模型", "model");
        LabTable Table(Bilingual title, Measured[] figures) => new(
            title, Measured.Columns(head, run), [.. figures.Select((figure, i) => figure.Row(Cases[i].Name))]);
        return new LabResult
        {
            Tables =
            [
                Table(
                    new("两个头之间 JS 散度的中位数（nat，最大 0.693）", "median divergence of two heads, nats (at "
                    + "most 0.693)"), medians),
                Table(new("看的最远距离（词）", "farthest key that is looked at, tokens"), farthest),
                Table(new("看的平均距离（词）", "mean distance looked, tokens"), means),
            ],
            Pictures =
            [
                .. Enumerable.Range(0, found[1][0].Heads).Select(number => new LabHeat(
                    new(
                        $"编码器的头 {number + 1}（种子 {run.Seed}）：词看词的权重",
                        $"encoder head {number + 1} (seed {run.Seed}): weights of words on words"),
                    new("查询的词", "query"), new("被看的词", "key"),
                    [.. Words.Select(word => (Bilingual)word)],
                    [
                        .. Words.Select((word, query) => new LabRow(
                            word, [.. Words.Select((_, key) => (double)found[1][0].Shown[number, query, key])])),
                    ])),
            ],
            Verdict = Verdict.All(
                new(
                    $"JS 散度的中位数从 {before.Mean:0.00} 到 {after.Mean:0.00} nat；"
                    + $"一个头最远看 {farthest[2].Mean:0.0} 个词，四个头 {farthest[1].Mean:0.0} 个（句中最远 {found[2][0].Longest:0}）",
                    $"the median divergence goes from {before.Mean:0.00} to {after.Mean:0.00} nat; one head looks "
                    + $"{farthest[2].Mean:0.0} tokens far, four {farthest[1].Mean:0.0} (the longest distance is "
                    + $"{found[2][0].Longest:0})"),
                differ, takesMany),
        };
    }

    private static readonly string[] Words = ["我", "现", "在", "爱", "你", "[EOS]"];

    private static Found Learn(LabRun run, int heads, bool isTrained, long seed)
    {
        var (train, test) = ToyText.Of("zh-en", run.IsFull ? 10_000 : 50, run.IsFull ? 200 : 3, new RandomStream(seed));
        var updates = run.IsFull ? Updates : 3;
        var model = TranslationModel.Create(SmallTraining.Small(seed, "zh-en") with { Heads = heads }, train);
        var training = new SmallTraining(run, model, train, updates);
        if (isTrained) training.Train(updates);
        var layers = test.Pairs.SelectMany(pair => training.Weights(pair.Source, pair.Target))
            .Where(layer => layer.Kind == AttentionKind.Encoder).ToArray();
        var divergences = new List<double>();
        var (farthest, longest, distance, queries) = (0, 0, 0.0, 0);
        foreach (var layer in layers)
        {
            longest = Math.Max(longest, layer.Keys - 1);
            for (var query = 0; query < layer.Queries; query++)
            {
                for (var head = 0; head < heads; head++)
                {
                    for (var other = 0; other < head; other++) divergences.Add(Divergence(layer, query, head, other));
                    for (var key = 0; key < layer.Keys; key++)
                    {
                        distance += layer[head, query, key] * Math.Abs(key - query);
                        if (layer[head, query, key] > Looks) farthest = Math.Max(farthest, Math.Abs(key - query));
                    }
                    queries++;
                }
            }
        }
        divergences.Sort();
        return new Found(
            divergences.Count > 0 ? divergences[divergences.Count / 2] : 0, farthest, longest, distance / queries,
            heads,
            training.Weights("我现在爱你", "I love you now")[0]);
    }

    /// <summary>The Jensen-Shannon divergence of two heads' weights, in nats.</summary>
    private static double Divergence(AttentionWeights<float> layer, int query, int head, int other)
    {
        var sum = 0.0;
        for (var key = 0; key < layer.Keys; key++)
        {
            double p = layer[head, query, key], q = layer[other, query, key], m = (p + q) / 2;
            if (p > 0) sum += p * Math.Log(p / m) / 2;
            if (q > 0) sum += q * Math.Log(q / m) / 2;
        }
        return sum;
    }

    private sealed record Found(
        double Median, double Farthest, double Longest, double Mean, int Heads, AttentionWeights<float> Shown);
}
