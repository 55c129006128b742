using Engine.Layers;

namespace Engine.Lab;

/// <summary>Attention whose queries and keys share one matrix, on a directed and on an undirected relation.</summary>
internal static class SharedQueryKey
{
    private const double Gain = 0.2, None = 0.05;
    private const int Letters = 12, Marks = 8, DModel = 32, Updates = 400, Sequences = 24, RandomRows = 32;

    private static readonly (Bilingual Name, bool IsTied, int Width)[] Cases =
    [
        (new("W_Q、W_K 分开", "W_Q and W_K"), false, DModel),
        (new("W_Q = W_K", "W_Q = W_K"), true, DModel),
        (new("W_Q = W_K，参数一样多", "W_Q = W_K, equal parameters"), true, 2 * DModel),
    ];

    private static readonly (Bilingual Name, bool IsDirected)[] Tasks =
    [
        (new("有方向：谁赢我（石头剪刀布）", "directed: what beats me (rock, paper, scissors)"), true),
        (new("无方向：找自己的搭档", "undirected: find the partner"), false),
    ];

    public static LabEntry Entry { get; } = new()
    {
        Name = "shared-query-key",
        Group = LabGroup.Attention,
        Seconds = 4,
        IsCertain = false,
        Claims = ["B13", "B14", "B15"],
        Question = new(
            "Q 和 K 为什么要用不同的权重矩阵？能不能用同一个？",
            "Why do queries and keys have matrices of their own? Could they share one?"),
        Claim = new(
            "Q、K 必须用不同的矩阵，否则表达能力不够",
            "queries and keys need different matrices, or attention cannot express enough"),
        Answer = new(
            "共用一个矩阵，打分就是对称的：i 看 j 和 j 看 i 的分一样，而且每个词最像自己。石头剪刀布这样有方向的关系，"
            + "对称的分数排不出来，三个里最多对两个；搭档这样对称的关系，只要遮住自己，一个矩阵就够。Reformer 正是共用 Q、K 并遮住自己。",
            "With one matrix the scores are symmetric: i scores j as j scores i, and each token is most like itself. "
            + "Symmetric scores cannot rank a directed relation such as rock, paper, scissors: at most two of "
            + "three come "
            + "out right. For a symmetric relation, such as partners, one matrix does, if tokens do not see "
            + "themselves; "
            + "so does Reformer."),
        Rule = new(
            $"每个词带一个记号，要说出另一个词的记号（不看自己）。分开比共用高 {Gain:0%} 以上才算需要两个矩阵；"
            + $"只有有方向的任务需要（无方向的相差不到 {None:0%}），就是有条件地成立",
            "each token has a mark, and is to name the mark of another (none sees itself): a task needs two "
            + "matrices if "
            + $"they raise its accuracy by over {Gain:0%}; the claim holds on a condition if the directed task "
            + "alone needs "
            + $"them (the undirected gains less than {None:0%})"),
        Literature = new(
            "Kitaev 等（2020，Reformer）：共用 Q、K 几乎没有损失（每个词不看自己）",
            "Kitaev et al. 2020 (Reformer): shared queries and keys lose nothing, if tokens do not look at themselves"),
        Sources =
            ["Engine/Layers/Attention/ScaledDotProductAttention.cs", "Engine/Layers/Attention/MultiHeadAttention.cs"],
        Papers = [new("Kitaev et al. 2020", "2001.04451")],
        Next = ["scale-sqrt-dk", "heads-differ"],
        Parameters = [new("updates", Updates, 50, 5000, new("更新次数", "updates"))],
        Recorded = VerdictKind.HoldsIf,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var cases = Tasks.SelectMany(task => Cases.Select(one => (task.IsDirected, one.IsTied, one.Width))).ToArray();
        var found = run.EachSeed(cases, (one, seed) => Learn(run, one.IsDirected, one.IsTied, one.Width, seed));
        Measured Accuracy(int task, int i) => new(found[(task * Cases.Length) + i]);
        Measured GainOf(int task) => new(
            [.. Accuracy(task, 0).Values.Zip(Accuracy(task, 1).Values, (own, shared) => own - shared)]);
        Measured[] self =
        [
            .. Cases[..2].Select(one => new Measured([.. run.Seeds.Select(seed => OwnShare(one.IsTied, seed))])),
        ];
        var (directed, undirected) = (GainOf(0).Above(Gain), GainOf(1).Below(None));
        var kind = directed == VerdictKind.DoesNotHold ? VerdictKind.DoesNotHold
            : directed == VerdictKind.NotShown || undirected == VerdictKind.NotShown ? VerdictKind.NotShown
            : undirected == VerdictKind.Holds ? VerdictKind.HoldsIf : VerdictKind.Holds;
        Bilingual head = new("矩阵", "matrices");
        return new LabResult
        {
            Tables =
            [
                .. Tasks.Select((task, t) => new LabTable(
                    new($"正确率，{task.Name.Chinese}", $"accuracy, {task.Name.English}"), Measured.Columns(head, run),
                    [.. Cases.Select((one, i) => Accuracy(t, i).Row(one.Name))])),
                new LabTable(
                    new(
                        $"随机权重：最高分是自己的词（份额，瞎猜 {1.0 / RandomRows:0.00}）",
                        "random weights: share of tokens whose highest score is their own (chance "
                        + $"{1.0 / RandomRows:0.00})"),
                    Measured.Columns(head, run), [.. self.Select((share, i) => share.Row(Cases[i].Name))]),
            ],
            Pictures =
            [
                new LabBars(
                    new("正确率", "accuracy"), new(new("正确的份额", "share right")), [.. Cases.Select(one => one.Name)],
                    [
                        .. Tasks.Select((task, t) => new LabRow(
                            task.Name, [.. Cases.Select((_, i) => Accuracy(t, i).Mean)])),
                    ]),
            ],
            Verdict = new(
                kind,
                new(
                    $"有方向的任务 {Accuracy(0, 0).Mean:0%} 对 {Accuracy(0, 1).Mean:0%}，无方向的 {Accuracy(1, 0).Mean:0%} 对 "
                    + $"{Accuracy(1, 1).Mean:0%}；"
                    + $"共用时 {self[1].Mean:0%} 的词最像自己",
                    $"directed {Accuracy(0, 0).Mean:0%} against {Accuracy(0, 1).Mean:0%}, undirected "
                    + $"{Accuracy(1, 0).Mean:0%} against {Accuracy(1, 1).Mean:0%}; with one matrix "
                    + $"{self[1].Mean:0%} of "
                    + "the tokens are most like themselves")),
        };
    }

    private static double Learn(LabRun run, bool isDirected, bool isTied, int width, long seed)
    {
        var random = new RandomStream(seed);
        var network = new Network(isTied, width, random.Fork(0));
        var updates = run.IsFull ? (int)run["updates"] : 3;
        network.Learn(run, updates, 0.005, stream => Examples(stream, Sequences, isDirected), random.Fork(1));
        return network.Accuracy(Examples(random.Fork(2), run.IsFull ? 200 : 4, isDirected));
    }

    /// <summary>
    /// All letters in random order, each with a mark. The target is the mark of the letter that beats a letter, or of
    /// its partner: letters 0 and 1 are partners, 2 and 3, and so on.
    /// </summary>
    private static TokenBatch Examples(RandomStream random, int sequences, bool isDirected)
    {
        var (tokens, targets) = (new List<int>(), new List<int>());
        int[] letters = [.. Enumerable.Range(0, Letters)];
        for (var sequence = 0; sequence < sequences; sequence++)
        {
            random.Shuffle(letters.AsSpan());
            int[] marks = [.. letters.Select(_ => random.NextInteger(Marks))]; // of each letter
            tokens.AddRange(letters.Select(letter => (letter * Marks) + marks[letter]));
            targets.AddRange(letters.Select(letter => marks[isDirected ? Winner(letter) : letter ^ 1]));
        }
        return new TokenBatch([.. tokens], SequenceLayout.Full(sequences, Letters), [.. targets]);
    }

    /// <summary>Of each three letters, the second beats the first, the third the second, the first the third.</summary>
    private static int Winner(int letter) => letter - (letter % 3) + ((letter + 1) % 3);

    /// <summary>The share of random rows whose highest score is that of the row itself.</summary>
    private static double OwnShare(bool isTied, long seed)
    {
        var random = new RandomStream(seed).Fork(3);
        var query = new Linear<float>(DModel, DModel, random, bias: false);
        var key = isTied ? query : new Linear<float>(DModel, DModel, random, bias: false);
        using var tape = new Tape<float>(Mode.Inference);
        var x = tape.Constant(Initializers.Normal<float>([RandomRows, DModel], 1, random));
        var scores = new ScaledDotProductAttention<float>().Scores(query.Forward(x), key.Forward(x)).ToArray();
        return scores.Chunk(RandomRows).Select((row, i) => Array.IndexOf(row, row.Max()) == i ? 1.0 : 0).Average();
    }

    private sealed class Network : TokenNetwork
    {
        private static readonly Mask Self = new([Letters, Letters], i => i / Letters == i % Letters);

        private readonly Embedding<float> letters, marks;
        private readonly Linear<float> query, key, head;
        private readonly ScaledDotProductAttention<float> attention = new();

        public Network(bool isTied, int width, RandomStream random)
        {
            letters = Add("letters", new Embedding<float>(Letters, DModel, random));
            marks = Add("marks", new Embedding<float>(Marks, DModel, random));
            query = Add("query", new Linear<float>(DModel, width, random, bias: false));
            key = isTied ? query : Add("key", new Linear<float>(DModel, width, random, bias: false));
            head = Add("head", new Linear<float>(DModel, Marks, random));
        }

        public override Tensor<float> Logits(Tape<float> tape, TokenBatch batch)
        {
            Tensor<float> Rows(Embedding<float> table, Func<int, int> id) => Op.Reshape(
                Op.Scale(table.Forward(tape, Array.ConvertAll(batch.Tokens, token => id(token))), Math.Sqrt(DModel)),
                [batch.Layout.Sequences, Letters, DModel]);
            var x = Rows(letters, token => token / Marks); // [sequences, letters, dModel]
            var y = attention.Forward(query.Forward(x), key.Forward(x), Rows(marks, token => token % Marks), Self);
            return head.Forward(Op.Reshape(y.Output, [batch.Layout.Rows, DModel])); // [rows, marks]
        }
    }
}
