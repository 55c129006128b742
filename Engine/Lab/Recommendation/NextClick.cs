using Engine.Layers;

namespace Engine.Lab;

/// <summary>Clicks as tokens: attention over a session against its last click alone.</summary>
internal static class NextClick
{
    private const int Kinds = 20, OfKind = 10, Items = Kinds * OfKind, Length = 12, Hits = 10, DModel = 32;
    private const double Loyal = 0.6; // the share of clicks within the session's interest
    private static readonly Bilingual[] Names =
        [new("自注意力看整个会话", "self-attention over the session"), new("只看上一次点击（Markov）", "the last click (Markov)")];

    public static LabEntry Entry { get; } = new()
    {
        Name = "next-click",
        Group = LabGroup.Recommendation,
        Seconds = 3,
        IsCertain = false,
        Claims = ["R8"],
        Question = new(
            "用户的历史点击商品，能像句子里的词一样用 Transformer 并行处理吗？",
            "Can a Transformer read the items that a user clicked as it reads the words of a sentence?"),
        Claim = new(
            "把历史点击的商品当作 token，就可以像词一样并行处理",
            "clicked items are tokens, and can be processed in parallel as words are"),
        Answer = new(
            "可以：商品 ID 查 embedding，加位置编码，用因果 mask 的自注意力一次算出每个位置的下一次点击。"
            + "好处是能看整个会话，而不只是上一次点击；误点一次也不会丢掉兴趣。",
            "Yes: the item's id has an embedding and a position, and causal self-attention predicts the next click of "
            + "each place at once. It sees the whole session and not the last click alone, so that one stray click "
            + "does not lose the interest."),
        Rule = new(
            $"前 {Hits} 个推荐的命中率高于只看上一次点击的模型，而且超出种子之间的差别",
            $"holds if the hits at {Hits} are above the hits of the last click's model beyond the seeds"),
        Literature = new(
            "Kang 与 McAuley（2018，SASRec）：自注意力的序列推荐优于 Markov 链",
            "Kang and McAuley 2018 (SASRec): self-attentive sequential recommendation beats Markov chains"),
        Sources =
        [
            "Engine/Layers/Attention/MultiHeadAttention.cs", "Engine/Layers/Embedding.cs",
            "Engine/Layers/Positions/LearnedPositions.cs",
        ],
        Papers = [new("Kang and McAuley 2018", "1808.09781")],
        Parameters =
        [
            new("heads", 2, 1, 8, new("注意力的头数（32 要能被它整除）", "attention heads; they divide 32")),
        ],
        Recorded = VerdictKind.Holds,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var found = run.EachSeed([true, false], (attends, seed) => attends ? Attend(run, seed) : LastClick(run, seed));
        Measured[] hits = [.. found.Select(seeds => Measured.Of(seeds, one => one))];
        Bilingual because = new(
            $"前 {Hits} 个的命中率：自注意力 {hits[0].Mean:0.0%}，只看上一次点击 {hits[1].Mean:0.0%}",
            $"hits at {Hits}: {hits[0].Mean:0.0%} with self-attention, {hits[1].Mean:0.0%} with the last click");
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new(
                        $"新会话最后一次点击在前 {Hits} 个推荐里的份额（共 {Items} 个商品，随机是 {(double)Hits / Items:0%}）",
                        $"share of new sessions whose last click is among the first {Hits} of {Items} items "
                        + $"({(double)Hits / Items:0%} by chance)"),
                    Measured.Columns(new("模型", "model"), run), [.. hits.Select((one, i) => one.Row(Names[i]))]),
            ],
            Verdict = hits[0].IsAbove(hits[1]) ? new(VerdictKind.Holds, because)
                : hits[1].IsAbove(hits[0]) ? new(VerdictKind.DoesNotHold, because) : new(VerdictKind.NotShown, because),
        };
    }

    /// <summary>
    /// Sessions: each has an interest, a kind of items; most clicks are on items of it, the others on any item, so that
    /// the last click alone is often a stray one.
    /// </summary>
    private static int[][] Sessions(int count, RandomStream random) =>
    [
        .. Enumerable.Range(0, count).Select(_ =>
        {
            var kind = random.NextInteger(Kinds);
            return Enumerable.Range(0, Length).Select(_ => random.NextUniform() < Loyal
                ? (kind * OfKind) + random.NextInteger(OfKind) : random.NextInteger(Items)).ToArray();
        }),
    ];

    private static (int[][] Train, int[][] Test) Data(LabRun run, long seed)
    {
        var random = new RandomStream(seed);
        return (Sessions(run.IsFull ? 4000 : 40, random.Fork(1)), Sessions(run.IsFull ? 1000 : 20, random.Fork(2)));
    }

    private static double Attend(LabRun run, long seed)
    {
        const int batch = 32;
        var (train, test) = Data(run, seed);
        var random = new RandomStream(seed).Fork(3);
        var heads = (int)run["heads"];
        var network = new ClickNetwork(DModel % heads == 0 ? heads : 1, random);
        Fitting.Train(run, network, run.IsFull ? 1000 : 5, 0.003, tape =>
        {
            int[][] sessions = [.. Enumerable.Range(0, batch).Select(_ => train[random.NextInteger(train.Length)])];
            return Op.CrossEntropy(
                network.Logits(tape, sessions), [.. sessions.SelectMany(session => session[1..])]);
        });
        var hits = test.Chunk(100).Sum(sessions =>
        {
            var logits = Fitting.Answer(tape => network.Logits(tape, sessions));
            return sessions.Select((session, i) =>
            {
                var last = ((i * (Length - 1)) + Length - 2) * Items; // the row of the last place
                return IsHit(logits.AsSpan(last, Items), session[^1]);
            }).Count(hit => hit);
        });
        return (double)hits / test.Length;
    }

    /// <summary>
    /// How often each item follows each item; equal counts are ordered by how often an item is clicked.
    /// </summary>
    private static double LastClick(LabRun run, long seed)
    {
        var (train, test) = Data(run, seed);
        var follows = new float[Items, Items];
        var clicked = new float[Items];
        foreach (var session in train)
        {
            foreach (var item in session) clicked[item]++;
            for (var i = 1; i < Length; i++) follows[session[i - 1], session[i]]++;
        }
        return test.Average(session =>
        {
            var scores = Enumerable.Range(0, Items)
                .Select(item => follows[session[^2], item] + (clicked[item] / (clicked.Max() + 1))).ToArray();
            return IsHit(scores, session[^1]) ? 1.0 : 0;
        });
    }

    private static bool IsHit(ReadOnlySpan<float> scores, int item)
    {
        var better = 0;
        foreach (var score in scores) better += score > scores[item] ? 1 : 0;
        return better < Hits;
    }

    /// <summary>A Transformer block over the clicks of sessions.</summary>
    private sealed class ClickNetwork : Module<float>
    {
        private readonly Embedding<float> items;
        private readonly LearnedPositions<float> positions;
        private readonly MultiHeadAttention<float> attention;
        private readonly LayerNorm<float> norm;
        private readonly Linear<float> output;

        public ClickNetwork(int heads, RandomStream random)
        {
            items = Add("items", new Embedding<float>(Items, DModel, random));
            positions = Add("positions", new LearnedPositions<float>(Length - 1, DModel, random));
            attention = Add("attention", new MultiHeadAttention<float>(DModel, heads, random));
            norm = Add("norm", new LayerNorm<float>(DModel));
            output = Add("output", new Linear<float>(DModel, Items, random));
        }

        /// <summary>The logits of each click after the first, [sessions (Length - 1), Items].</summary>
        public Tensor<float> Logits(Tape<float> tape, int[][] sessions)
        {
            var layout = SequenceLayout.Full(sessions.Length, Length - 1);
            int[] clicks = [.. sessions.SelectMany(session => session[..^1])];
            var x = (items.Forward(tape, clicks) * Math.Sqrt(DModel)) + positions.Forward(tape, layout);
            return output.Forward(norm.Forward(x + attention.Forward(x, layout, causal: true)));
        }
    }
}
