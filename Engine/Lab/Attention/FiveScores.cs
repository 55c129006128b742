using Engine.Layers;

namespace Engine.Lab;

/// <summary>The usual scores of attention, learning to look something up.</summary>
internal static class FiveScores
{
    private const double Learned = 0.9;
    private const int Keys = 64, Values = 8, DModel = 64, Updates = 300, Lists = 32;

    private static readonly (Bilingual Name, Func<RandomStream, Attention<float>> Create)[] Scores =
    [
        (new("点积", "dot product"), _ => new DotProductAttention<float>()),
        (new("缩放点积", "scaled dot product"), _ => new ScaledDotProductAttention<float>()),
        (new("双线性", "bilinear"), random => new BilinearAttention<float>(DModel, DModel, random)),
        (
            new("加性（Bahdanau）", "additive (Bahdanau)"),
            random => new AdditiveAttention<float>(DModel, DModel, DModel, random)),
        (new("余弦，锐度 1", "cosine, sharpness 1"), _ => new CosineAttention<float>()),
        (new("余弦，锐度 10", "cosine, sharpness 10"), _ => new CosineAttention<float>(10)),
    ];

    public static LabEntry Entry { get; } = new()
    {
        Name = "five-scores",
        Group = LabGroup.Attention,
        Seconds = 4,
        IsCertain = false,
        Claims = ["B33"],
        Question = new(
            "Attention 的权重常见的计算方式有哪些？有差别吗？",
            "Which scores does attention usually have, and do they differ?"),
        Claim = new(
            "点积、缩放点积、双线性、加性、余弦都能用，效果没有差别",
            "dot product, scaled, bilinear, additive and cosine scores all work, and equally well"),
        Answer = new(
            "都能用来查找，差别在尺度和代价。点积和双线性的分数随宽度变大，不除以 √d_k，softmax 就饱和，学得慢；"
            + "余弦的分数在 −1 到 1 之间，不乘一个锐度，权重又集中不起来；加性自带参数，每一对查询和键都要过一层小网络。",
            "All can look things up; they differ in scale and cost. Dot products and bilinear scores grow with "
            + "the width: "
            + "unless divided by √d_k they saturate the softmax and learn slowly. Cosines lie between −1 and 1: "
            + "without a "
            + "sharpness the weights cannot concentrate. Additive scores have parameters and run a small network for "
            + "each pair."),
        Rule = new(
            $"按键查值，更新次数相同：两种打分的正确率之差超过种子间的差异，就有差别；全部达到 {Learned:0%} 而没有差别，说法成立",
            $"look up the value of a key, after equal updates: scores differ if their accuracies differ by more than "
            + $"seeds do; the claim holds if all reach {Learned:0%} and none differ"),
        Literature = new(
            "Vaswani 等（2017）3.2.1 节：加性与点积理论复杂度相近，d_k 大时不缩放的点积更差；Luong 等（2015）比较了几种打分",
            "Vaswani et al. 2017, section 3.2.1: additive and dot-product attention cost alike in theory, unscaled dot "
            + "products do worse for large d_k; Luong et al. 2015 compare several"),
        Sources =
        [
            "Engine/Layers/Attention/DotProductAttention.cs", "Engine/Layers/Attention/ScaledDotProductAttention.cs",
            "Engine/Layers/Attention/BilinearAttention.cs", "Engine/Layers/Attention/AdditiveAttention.cs",
            "Engine/Layers/Attention/CosineAttention.cs",
        ],
        Tests = ["AttentionKindTests.Weights_and_output_follow_from_the_papers_score"],
        Papers =
        [
            new("Vaswani et al. 2017", "1706.03762"), new("Luong et al. 2015", "1508.04025"),
            new("Bahdanau et al. 2015", "1409.0473"),
        ],
        Next = ["scale-sqrt-dk", "shared-query-key"],
        Parameters = [new("length", 16, 2, 64, new("表里有多少对键和值", "pairs of keys and values in a list"))],
        Recorded = VerdictKind.DoesNotHold,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var found = run.EachSeed([.. Enumerable.Range(0, Scores.Length)], (score, seed) => Learn(run, score, seed));
        Measured[] accuracies = [.. found.Select(seeds => Measured.Of(seeds, one => one.Accuracy))];
        Measured[] weights = [.. found.Select(seeds => Measured.Of(seeds, one => one.Weight))];
        var differ = accuracies.Any(one => accuracies.Any(one.IsAbove));
        var learned = Verdict.All("", [.. accuracies.Select(one => one.Above(Learned))]).Kind;
        var (best, worst) = (accuracies.MaxBy(one => one.Mean), accuracies.MinBy(one => one.Mean));
        string Chinese(Measured one) => Scores[Array.IndexOf(accuracies, one)].Name.Chinese;
        string English(Measured one) => Scores[Array.IndexOf(accuracies, one)].Name.English;
        Bilingual head = new("打分", "score");
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new($"查对的份额（瞎猜 {1.0 / Values:0.000}）", $"share looked up right (chance {1.0 / Values:0.000})"),
                    Measured.Columns(head, run), [.. accuracies.Select((one, i) => one.Row(Scores[i].Name))]),
                new LabTable(
                    new("放在正确的键上的权重", "weight on the right key"), Measured.Columns(head, run),
                    [.. weights.Select((one, i) => one.Row(Scores[i].Name))]),
                new LabTable(
                    new($"打分的参数个数，宽 {DModel}", $"parameters of the score, width {DModel}"),
                    [head, new("参数", "parameters")],
                    [
                        .. Scores.Select(score => new LabRow(
                            score.Name, score.Create(run.Random()).Parameters.Sum(parameter => parameter.Count))),
                    ]),
            ],
            Pictures =
            [
                new LabBars(
                    new("查找任务", "looking up"), new(new("份额", "share")),
                    [new("查对", "right"), new("正确的键的权重", "weight on the right key")],
                    [.. Scores.Select((score, i) => new LabRow(score.Name, accuracies[i].Mean, weights[i].Mean))]),
            ],
            Verdict = new(
                differ ? VerdictKind.DoesNotHold
                : learned == VerdictKind.Holds ? VerdictKind.Holds : VerdictKind.NotShown,
                new(
                    $"最好的是{Chinese(best)}，{best.Mean:0%}；最差的是{Chinese(worst)}，{worst.Mean:0%}",
                    $"best is {English(best)} with {best.Mean:0%}, worst {English(worst)} with {worst.Mean:0%}")),
        };
    }

    private static (double Accuracy, double Weight) Learn(LabRun run, int score, long seed)
    {
        var random = new RandomStream(seed);
        var length = run.IsFull ? (int)run["length"] : 3;
        var network = new Network(Scores[score].Create, random.Fork(0));
        network.Learn(
            run, run.IsFull ? Updates : 3, 0.003, stream => Examples(stream, Lists, length), random.Fork(1));
        var test = Examples(random.Fork(2), run.IsFull ? 500 : 4, length);
        using var tape = new Tape<float>(Mode.Inference);
        var weights = network.Attend(tape, test).Weights.ToArray(); // [lists, 1, length]
        return (
            network.Accuracy(test),
            weights.Chunk(length).Select((row, list) => (double)row[Asked(test, list, length)]).Average());
    }

    /// <summary>Lists of different keys, each with a value, and the key that is asked for, three ids a pair.</summary>
    private static TokenBatch Examples(RandomStream random, int lists, int length)
    {
        var tokens = new List<int>();
        var targets = new int[lists];
        for (var list = 0; list < lists; list++)
        {
            int[] keys = [.. Enumerable.Range(0, Keys)];
            random.Shuffle(keys.AsSpan());
            int[] values = [.. Enumerable.Range(0, length).Select(_ => random.NextInteger(Values))];
            var asked = random.NextInteger(length);
            targets[list] = values[asked];
            tokens.AddRange([.. keys[..length], .. values, keys[asked]]);
        }
        return new TokenBatch([.. tokens], SequenceLayout.Full(lists, (2 * length) + 1), targets);
    }

    /// <summary>The place of the key that a list asks for.</summary>
    private static int Asked(TokenBatch batch, int list, int length)
    {
        var tokens = batch.Tokens.AsSpan(batch.Layout.Start(list), batch.Layout.Length(list));
        return tokens[..length].IndexOf(tokens[^1]);
    }

    private sealed class Network : TokenNetwork
    {
        private readonly Embedding<float> queries, keys, values;
        private readonly Attention<float> attention;
        private readonly Linear<float> head;

        public Network(Func<RandomStream, Attention<float>> create, RandomStream random)
        {
            queries = Add("queries", new Embedding<float>(Keys, DModel, random));
            keys = Add("keys", new Embedding<float>(Keys, DModel, random));
            values = Add("values", new Embedding<float>(Values, DModel, random));
            attention = Add("attention", create(random));
            head = Add("head", new Linear<float>(DModel, Values, random));
        }

        public override Tensor<float> Logits(Tape<float> tape, TokenBatch batch) =>
            head.Forward(Op.Reshape(Attend(tape, batch).Output, [batch.Layout.Sequences, DModel])); // [lists, values]

        public (Tensor<float> Output, Tensor<float> Weights) Attend(Tape<float> tape, TokenBatch batch)
        {
            var (lists, length) = (batch.Layout.Sequences, batch.Layout.Length(0) / 2);
            Tensor<float> Rows(Embedding<float> table, int start, int count) => Op.Reshape(
                Op.Scale(
                    table.Forward(
                        tape, [.. batch.Tokens.Chunk((2 * length) + 1).SelectMany(row => row[start..(start + count)])]),
                    Math.Sqrt(DModel)),
                [lists, count, DModel]); // [lists, count, dModel]
            return attention.Forward(
                Rows(queries, 2 * length, 1), Rows(keys, 0, length), Rows(values, length, length));
        }
    }
}
