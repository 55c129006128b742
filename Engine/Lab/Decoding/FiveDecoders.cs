using Engine.Decoding;

namespace Engine.Lab;

/// <summary>Greedy, beam, sampling, top-k and top-p on one model.</summary>
internal static class FiveDecoders
{
    private const int Draws = 5;

    public static LabEntry Entry { get; } = new()
    {
        Name = "five-decoders",
        Group = LabGroup.Decoding,
        Seconds = 4,
        IsCertain = false,
        Claims = ["I1", "I2", "I5", "I6", "I7"],
        Question = new("有哪些解码策略？各有什么优缺点？", "Which ways of decoding are there, and what is each good for?"),
        Claim = new(
            "采样多样但不连贯；贪心简单但容易重复；Top-k 是对贪心的优化",
            "sampling is diverse and incoherent; greedy is simple and repeats itself; top-k optimizes greedy"),
        Answer = new(
            "贪心和束搜索找概率大的句子，采样按概率抽句子。Top-k 和 top-p 是给采样截尾，不是改进贪心：k=1 才是贪心，k 越大越像采样。翻译要准，用贪心或束；写作要多样，用截尾的采样。"
            + "重复主要是开放式长文本里的问题，束搜索同样会有。",
            "Greedy and beam search look for likely sentences, sampling draws by probability. Top-k and top-p cut the "
            + "tail off sampling; they do not improve greedy: k = 1 is greedy, and a larger k is closer to sampling. "
            + "For translation take greedy or a beam, for stories a truncated sample. Repetition is mostly a matter "
            + "of long open-ended text, and a beam has it too."),
        Rule = new(
            "“采样多样但不连贯”：译文之间的差别比贪心大，BLEU 更低；“贪心重复”：重复的句子比参考译文多，也比采样多；“Top-k 优化贪心”：BLEU 比贪心高。相差都要超过种子之间的差别",
            "sampling is diverse and incoherent if its translations differ more and have a lower BLEU; greedy repeats "
            + "if more of its sentences repeat words than references and samples do; top-k optimizes greedy if its "
            + "BLEU is higher; each by more than the seeds lie apart"),
        Literature = new(
            "Holtzman 等（2020）：贪心和束搜索在开放式生成中重复，top-p 截掉不可靠的尾巴；Fan 等（2018）提出 top-k 采样",
            "Holtzman et al. 2020: greedy and beam repeat in open-ended text, top-p cuts the unreliable tail; Fan et "
            + "al. 2018: top-k sampling"),
        Sources =
        [
            "Engine/Decoding/Greedy.cs", "Engine/Decoding/Beam.cs", "Engine/Decoding/Sampling.cs",
            "Engine/Decoding/SamplingOptions.cs",
        ],
        Papers = [new("Holtzman et al. 2020", "1904.09751"), new("Fan et al. 2018", "1805.04833")],
        Next = ["wider-beam"],
        Parameters =
        [
            new("updates", 200, 1, 2000, new("模型训练多少步", "updates of the model")),
            new("k", 5, 1, 1000, new("top-k 的 k", "k of top-k")),
            new("p", 0.9, 0.01, 1, new("top-p 的 p", "p of top-p")),
        ],
        Recorded = VerdictKind.DoesNotHold,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        (Bilingual Name, Func<long, DecodingOptions> Options)[] decoders =
        [
            (new("贪心", "greedy"), _ => new GreedyOptions()),
            (new("束搜索，宽 5", "beam of 5"), _ => new BeamOptions { Width = Draws, NBest = Draws }),
            (new("采样", "sampling"), seed => new SamplingOptions { NBest = Draws, Seed = seed }),
            (new($"top-k，k={run["k"]}", $"top-k, k = {run["k"]}"),
                seed => new SamplingOptions { NBest = Draws, Seed = seed, TopK = (int)run["k"] }),
            (new($"top-p，p={run["p"]}", $"top-p, p = {run["p"]}"),
                seed => new SamplingOptions { NBest = Draws, Seed = seed, TopP = run["p"] }),
            (new("top-k，k=1", "top-k, k = 1"), seed => new SamplingOptions { NBest = Draws, Seed = seed, TopK = 1 }),
        ];
        var found = run.EachSeed([0], (_, seed) =>
            Decode(run, seed, [.. decoders.Select(one => one.Options(seed))]))[0];
        Measured Of(int decoder, Func<Figures, double> figure) =>
            Measured.Of(found, one => figure(one.Decoders[decoder]));
        Measured bleuOfGreedy = Of(0, one => one.Bleu), references = Measured.Of(found, one => one.ReferencesRepeat);
        LabTable Table(Bilingual title, Func<Figures, double> figure, params IEnumerable<LabRow> more) => new(
            title, Measured.Columns(new("解码", "decoder"), run),
            [.. decoders.Select((decoder, d) => Of(d, figure).Row(decoder.Name)), .. more]);
        return new LabResult
        {
            Tables =
            [
                Table(new("BLEU（第一个译文）", "BLEU of the first translation"), one => one.Bleu),
                Table(
                    new(
                        $"一句的其他 {Draws - 1} 个译文里，第一个没有的词的份额",
                        $"share of words of a sentence's {Draws - 1} other translations that its first has not"),
                    one => one.Differ),
                Table(
                    new("有重复的词的译文的份额（同一个词连着出现，或两个词的组合出现两次）",
                        "share of translations that repeat: a word twice in a row, or a pair of words twice"),
                    one => one.Repeats, references.Row(new("参考译文", "references"))),
            ],
            Pictures =
            [
                new LabPlot(
                    new("质量与多样性：一个点一种解码", "quality and diversity: a point for each decoder"),
                    new(new("其他译文里新词的份额", "share of new words in other translations")), new(new("BLEU", "BLEU")),
                    [
                        .. decoders.Select((decoder, d) => Measured.Line(
                            decoder.Name, [(Of(d, one => one.Differ).Mean, Of(d, one => one.Bleu))])),
                    ]),
            ],
            Verdict = Verdict.All(
                new(
                    $"BLEU：贪心 {bleuOfGreedy.Mean:0.0}，采样 {Of(2, one => one.Bleu).Mean:0.0}，top-k "
                    + $"{Of(3, one => one.Bleu).Mean:0.0}；重复：贪心 {Of(0, one => one.Repeats).Mean:0%}，采样 "
                    + $"{Of(2, one => one.Repeats).Mean:0%}",
                    $"BLEU: greedy {bleuOfGreedy.Mean:0.0}, sampling {Of(2, one => one.Bleu).Mean:0.0}, top-k "
                    + $"{Of(3, one => one.Bleu).Mean:0.0}; repeating: greedy {Of(0, one => one.Repeats).Mean:0%}, "
                    + $"sampling {Of(2, one => one.Repeats).Mean:0%}"),
                Exceeds(Of(2, one => one.Differ), Of(0, one => one.Differ)),
                Exceeds(bleuOfGreedy, Of(2, one => one.Bleu)),
                Exceeds(Of(0, one => one.Repeats), references),
                Exceeds(Of(0, one => one.Repeats), Of(2, one => one.Repeats)),
                Exceeds(Of(3, one => one.Bleu), bleuOfGreedy)),
        };
    }

    /// <summary>Whether a figure is above another by more than the seeds' differences vary.</summary>
    private static VerdictKind Exceeds(Measured figure, Measured other) =>
        new Measured([.. figure.Values.Zip(other.Values, (a, b) => a - b)]).Above(0);

    private static Seed Decode(LabRun run, long seed, DecodingOptions[] decoders)
    {
        var model = new HalfTrained(run, seed, run.IsFull ? (int)run["updates"] : 3, sentences: run.IsFull ? 200 : 5);
        var figures = decoders.Select(options =>
        {
            run.Pause();
            var translations = model.Decode(options);
            return new Figures(
                model.Bleu(translations.Select(list => list[0].Text)).Score,
                HalfTrained.Difference(translations),
                translations.SelectMany(list => list).Average(one => Repeats(one.Text) ? 1.0 : 0));
        }).ToArray();
        return new Seed(figures, model.References.Average(text => Repeats(text) ? 1.0 : 0));
    }

    private static bool Repeats(string text)
    {
        var words = HalfTrained.Words(text);
        var pairs = words.Zip(words.Skip(1)).ToArray();
        return pairs.Any(pair => pair.First == pair.Second) || pairs.Distinct().Count() < pairs.Length;
    }

    private sealed record Figures(double Bleu, double Differ, double Repeats);

    private sealed record Seed(Figures[] Decoders, double ReferencesRepeat);
}
