using Engine.Layers;
using Engine.Text;
using Engine.Training;

namespace Engine.Lab;

/// <summary>How models with each kind of positions do on sentences longer than in their training.</summary>
internal static class LongerThanTrained
{
    private const double Keeps = 0.9, Learned = 0.8;
    private const int Trained = 10, Judged = 15, Updates = 600, Letters = 16;
    private static readonly int[] Lengths = [8, Trained, 12, Judged, 20, 30];

    private static readonly (PositionEncoding Kind, Bilingual Name)[] Kinds =
    [
        (PositionEncoding.Sinusoidal, new("正弦余弦", "sinusoidal")), (PositionEncoding.Learned, new("可学习", "learned")),
        (PositionEncoding.Relative, new("相对（Shaw）", "relative (Shaw)")), (
            PositionEncoding.Rotary, new("RoPE", "rotary")),
        (PositionEncoding.None, new("无", "none")),
    ];

    public static LabEntry Entry { get; } = new()
    {
        Name = "longer-than-trained",
        Group = LabGroup.Positions,
        Seconds = 32,
        IsCertain = false,
        Claims = ["D8", "D12", "D13", "D15"],
        Question = new("什么是外推性？哪种位置编码能外推？", "What is extrapolation, and which positions have it?"),
        Claim = new(
            "sin/cos 没有上界，任意长度都有编码，所以能处理任意长度的句子",
            "sines are defined for any position, and so serve sentences of any length"),
        Answer = new(
            "外推性是模型在比训练更长的句子上保持效果的能力。有定义不等于能外推：没训练过的位置，编码算得出来，模型却没见过。"
            + "RoPE 学得慢；练到 1500 次更新，长 12 的能对一部分，长 20 的仍然不行。",
            "Extrapolation is the ability to keep working on sentences that are longer than in training. To be "
            + "defined is not enough: sines give each position a code, but the model has never seen the codes beyond "
            + "its training. Rotary positions learn slowly; after 1,500 updates some sentences of 12 come out right, "
            + "sentences of 20 do not."),
        Rule = new(
            $"只用不超过 {Trained} 个词的句子训练；长度 {Judged} 的全对率不低于长度 {Trained} 的 {Keeps:0%}，才算能外推；"
            + $"有一种编码不能外推，说法就不成立（长度 {Trained} 全对不到 {Learned:0%} 的不算）",
            $"trained on at most {Trained} tokens, a kind extrapolates if its exact answers at {Judged} are at least "
            + $"{Keeps:0%} of the exact answers at {Trained}; the claim does not hold if a kind does not extrapolate "
            + $"(kinds below {Learned:0%} at {Trained} do not count)"),
        Literature = new(
            "Press 等（2022）：正弦编码外推很差；Kazemnejad 等（2023）：各种编码的外推性因任务而异",
            "Press et al. 2022: sinusoidal positions extrapolate badly; Kazemnejad et al. 2023: it depends "
            + "on the task"),
        Sources =
        [
            "Engine/Layers/Positions/SinusoidalPositions.cs", "Engine/Layers/Positions/LearnedPositions.cs",
            "Engine/Layers/Positions/RelativePositions.cs", "Engine/Operations/Attention/Rotary.cs",
        ],
        Papers =
        [
            new("Press et al. 2022", "2108.12409"), new("Kazemnejad et al. 2023", "2305.19466"),
            new("Shaw et al. 2018", "1803.02155"),
        ],
        Next = ["rotate-by-k", "dot-product-decay", "causal-knows-order"],
        Parameters =
        [
            new(
                "positions", new("哪种位置编码", "the kind of positions"), "all", "sinusoidal", "learned", "relative",
                "rotary", "none"),
            new("task", new("任务", "the task"), "copy", "reverse"),
            new("updates", Updates, 100, 5000, new("更新次数", "updates")),
        ],
        View = "positions",
        Recorded = VerdictKind.DoesNotHold,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var kinds = run["positions"] == 0 ? Kinds : [Kinds[(int)run["positions"] - 1]];
        int[] lengths = run.IsFull ? Lengths : [Trained, Judged];
        var found = run.EachSeed(kinds, (kind, seed) => Learn(run, kind.Kind, seed, lengths));
        Measured Exact(int kind, int length) =>
            Measured.Of(found[kind], seed => seed[Array.IndexOf(lengths, length)]);
        Bilingual head = new("位置编码", "positions");
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new(
                        $"全对的份额，按句子长度（训练时 4 到 {Trained}）",
                        $"share of exact answers by length (trained on 4 to {Trained})"),
                    [head, .. lengths.Select(length => new Bilingual($"长 {length}", $"length {length}"))],
                    [
                        .. kinds.Select((kind, i) =>
                            new LabRow(kind.Name, [.. lengths.Select(length => Exact(i, length).Mean)])),
                    ]),
                .. ((int[])[Trained, Judged]).Select(length => new LabTable(
                    new($"长度 {length}，各个种子", $"length {length}, each seed"), Measured.Columns(head, run),
                    [.. kinds.Select((kind, i) => Exact(i, length).Row(kind.Name))])),
            ],
            Pictures =
            [
                new LabPlot(
                    new("外推：全对的份额", "extrapolation: share of exact answers"), new(new("句子长度（词）", "length, tokens")),
                    new(new("全对的份额", "share exact")),
                    [
                        .. kinds.Select((kind, i) => Measured.Line(
                            kind.Name, lengths.Select(length => ((double)length, Exact(i, length))))),
                    ]),
            ],
            Verdict = Judge([.. kinds.Select((kind, i) => (kind.Name, Exact(i, Trained), Exact(i, Judged)))]),
        };
    }

    internal static Verdict Judge((Bilingual Name, Measured Short, Measured Long)[] kinds)
    {
        var parts = kinds.Where(kind => kind.Short.Above(Learned) == VerdictKind.Holds)
            .Select(kind => (kind.Name, Kind: kind.Long.Above(Keeps * kind.Short.Mean))).ToArray();
        Bilingual Names(VerdictKind kind) => parts.Where(part => part.Kind == kind).ToArray() is { Length: > 0 } names
            ? new(
                string.Join("、", names.Select(part => part.Name.Chinese)),
                string.Join(", ", names.Select(part => part.Name.English)))
            : new("没有", "none");
        var (kept, lost) = (Names(VerdictKind.Holds), Names(VerdictKind.DoesNotHold));
        Bilingual because = new(
            $"能外推到 {Judged} 的：{kept.Chinese}；不能的：{lost.Chinese}",
            $"extrapolate to {Judged}: {kept.English}; do not: {lost.English}");
        return parts.Length == 0
            ? new Verdict(VerdictKind.NotShown, because)
            : Verdict.All(because, [.. parts.Select(part => part.Kind)]);
    }

    /// <summary>The share of exact answers at each length.</summary>
    private static double[] Learn(LabRun run, PositionEncoding kind, long seed, int[] lengths)
    {
        var random = new RandomStream(seed);
        var task = run.Choice("task");
        var (train, _) = ToyText.Of(task, run.IsFull ? 10_000 : 20, 0, random.Fork(0));
        var updates = run.IsFull ? (int)run["updates"] : 2;
        var model = TranslationModel.Create(
            SmallTraining.Small(seed, task) with { Positions = kind, MaxLength = Lengths[^1] + 1 }, train);
        var training = new SmallTraining(run, model, train, updates).Train(updates);
        return [
            .. lengths.Select(length => training.Exact(Text(task, length, run.IsFull ? 100 : 1, random.Fork(length))))
        ];
    }

    /// <summary>Sentences of one length.</summary>
    private static ParallelCorpus Text(string task, int length, int count, RandomStream random) => ParallelCorpus.Of(
    [
        .. Enumerable.Range(0, count).Select(_ =>
        {
            char[] letters = [.. Enumerable.Range(0, length).Select(_ => (char)('a' + random.NextInteger(Letters)))];
            return (new string(letters), new string([.. task == "copy" ? letters : letters.Reverse()]));
        }),
    ]);
}
