using Engine.Decoding;

namespace Engine.Lab;

/// <summary>What a beam finds as it gets wider.</summary>
internal static class WiderBeam
{
    private const double MayFall = 0.5, Differs = 0.5;
    private const int Draws = 4;
    private static readonly int[] Widths = [1, 2, 4, 8, 16, 32, 64];

    public static LabEntry Entry { get; } = new()
    {
        Name = "wider-beam",
        Group = LabGroup.Decoding,
        Seconds = 5,
        IsCertain = false,
        Claims = ["I3", "I4"],
        Question = new("Beam Search 的宽度是不是越大越好？", "Is a wider beam better?"),
        Claim = new(
            "Beam Search 保留 k 个最优候选，兼顾质量和多样性", "beam search keeps the k best, and balances quality and diversity"),
        Answer = new(
            "束宽只让搜索更接近模型概率最大的句子，而概率最大的句子不一定最好：不做长度惩罚时，短句概率大，束越宽译文越短。k 个候选只差一两个词，要多样性就采样。",
            "A wider beam only comes closer to the sentence that is likeliest to the model, and the likeliest is not "
            + "the best: without a length penalty short sentences are likely, and translations shrink. The k "
            + "candidates differ by a word or two; for diversity one samples."),
        Rule = new(
            $"“质量”：束变宽时 BLEU 从未比之前最好的低 {MayFall} 以上；“多样性”：候选之间的差别至少是采样的 {Differs:0%}。两者都成立才算“兼顾”",
            $"quality holds if BLEU never falls by more than {MayFall} as the beam widens; diversity if candidates "
            + $"differ at least {Differs:0%} as much as samples do"),
        Literature = new(
            "Koehn 与 Knowles（2017）：束太宽译文变差；Stahlberg 与 Byrne（2019）：半数以上的句子，模型最喜欢的是空译文",
            "Koehn and Knowles 2017: wide beams translate worse; Stahlberg and Byrne 2019: for over half of the "
            + "sentences the likeliest translation is the empty one"),
        Sources =
        [
            "Engine/Decoding/Beam.cs", "Engine/Decoding/BeamSentence.cs", "Engine/Decoding/BeamOptions.cs",
            "Engine/Text/Metrics/Bleu.cs",
        ],
        Papers =
        [
            new("Koehn and Knowles 2017", "1706.03872"), new("Stahlberg and Byrne 2019", "1908.10090"),
            new("Wu et al. 2016", "1609.08144"),
        ],
        Parameters =
        [
            new("updates", 200, 1, 2000, new("模型训练多少步", "updates of the model")),
            new("penalty", 0, 0, 2, new("长度惩罚 α", "alpha of the length penalty")),
        ],
        Recorded = VerdictKind.DoesNotHold,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var widths = run.IsFull ? Widths : Widths[..3];
        var found = run.EachSeed([0], (_, seed) => Decode(run, seed, widths))[0];
        Measured Of(int width, Func<Found, double> figure) => Measured.Of(found, one => figure(one.Beams[width]));
        var falls = new Measured([.. found.Select(one => Fall([.. one.Beams.Select(beam => beam.Bleu)]))]);
        var diversity = new Measured([.. found.Select(one => one.CandidatesDiffer / one.SamplesDiffer)]);
        LabTable Table(Bilingual title, Func<Found, double> figure) => new(
            title, Measured.Columns(new("束宽", "width"), run),
            [.. widths.Select((width, w) => Of(w, figure).Row($"{width}"))]);
        return new LabResult
        {
            Tables =
            [
                Table(new("BLEU", "BLEU"), beam => beam.Bleu),
                Table(new("译文长度 / 参考长度", "length of translations by length of references"), beam => beam.Ratio),
                Table(
                    new("译文的平均对数概率", "mean log-probability of a translation"), beam => beam.LogProbability),
                new LabTable(
                    new(
                        $"一句的其他 {Draws - 1} 个译文里，第一个没有的词的份额",
                        $"share of words of a sentence's {Draws - 1} other translations that its first has not"),
                    Measured.Columns(new("译文", "translations"), run),
                    [
                        Measured.Of(found, one => one.CandidatesDiffer).Row(new("束的候选", "a beam's candidates")),
                        Measured.Of(found, one => one.SamplesDiffer).Row(new("采样", "samples")),
                    ]),
            ],
            Pictures =
            [
                new LabPlot(
                    new("BLEU 随束宽的变化", "BLEU by width"), new(new("束宽", "width"), IsLogarithmic: true),
                    new(new("BLEU", "BLEU")),
                    [Measured.Line("BLEU", widths.Select((width, w) => ((double)width, Of(w, beam => beam.Bleu))))]),
                new LabPlot(
                    new("长度之比随束宽的变化", "length ratio by width"), new(new("束宽", "width"), IsLogarithmic: true),
                    new(new("译文长度 / 参考长度", "translations by references")),
                    [
                        Measured.Line(
                            new("长度之比", "length ratio"),
                            widths.Select((width, w) => ((double)width, Of(w, beam => beam.Ratio)))),
                    ]),
            ],
            Verdict = Verdict.All(
                new(
                    $"BLEU 最多下降 {falls.Mean:0.0}；候选的差别是采样的 {diversity.Mean:0%}",
                    $"BLEU falls by up to {falls.Mean:0.0}; candidates differ {diversity.Mean:0%} as much as samples"),
                falls.Below(MayFall), diversity.Above(Differs)),
        };
    }

    /// <summary>By how much a score falls below its best so far, at most.</summary>
    private static double Fall(double[] scores) =>
        scores.Select((score, i) => scores[..(i + 1)].Max() - score).Max();

    private static Seed Decode(LabRun run, long seed, int[] widths)
    {
        var model = new HalfTrained(
            run, seed, run.IsFull ? (int)run["updates"] : 3, sentences: run.IsFull ? 100 : 5);
        var beams = widths.Select(width =>
        {
            run.Pause();
            var best = model.Decode(new BeamOptions { Width = width, LengthPenalty = run["penalty"] });
            var score = model.Bleu(best.Select(list => list[0].Text));
            return new Found(score.Score, score.Ratio, best.Average(list => list[0].Score));
        }).ToArray();
        return new Seed(
            beams,
            HalfTrained.Difference(
                model.Decode(new BeamOptions { Width = Draws, NBest = Draws, LengthPenalty = run["penalty"] })),
            HalfTrained.Difference(model.Decode(new SamplingOptions { NBest = Draws, Seed = seed })));
    }

    private sealed record Found(double Bleu, double Ratio, double LogProbability);

    private sealed record Seed(Found[] Beams, double CandidatesDiffer, double SamplesDiffer);
}
