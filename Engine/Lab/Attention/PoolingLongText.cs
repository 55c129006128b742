using Engine.Models;
using Engine.Text;
using Engine.Training;

namespace Engine.Lab;

/// <summary>An opinion hidden in a long text: four ways to make one row of a GRU's rows.</summary>
internal static class PoolingLongText
{
    private const double Better = 0.02, Shrinks = 0.5;
    private const int Parts = 8, Early = 3; // of training: the measurements, and the measurement at half time
    private static readonly int[] Lengths = [0, 40, 120];
    private static readonly Pooling[] Poolings = [Pooling.Last, Pooling.Mean, Pooling.Max, Pooling.Attention];

    private static readonly string[] Neutral =
    [
        "there", "is", "a", "table", "near", "window", "and", "then", "people", "walk", "by", "train", "from", "street",
        "to", "river", "some", "days", "have", "rain",
    ];

    public static LabEntry Entry { get; } = new()
    {
        Name = "pooling-long-text",
        Group = LabGroup.Attention,
        Seconds = 8,
        IsCertain = false,
        Claims = ["B36"],
        Question = new(
            "长文本分类，RNN+Attention 比 RNN+Pooling 好吗？", "Long texts: is an RNN better with attention than with pooling?"),
        Claim = new(
            "长文本上 RNN+Attention 比 RNN+Pooling 效果好",
            "on long texts an RNN with attention does better than with pooling"),
        Answer = new(
            "要看任务。少数几个词决定标签时，平均池化把它们冲淡，取最后状态会忘记，注意力直接挑出重点，所以学得快得多。训练够久，平均和最大池化也能学会，差距随之缩小。比较时要说清训练了多久。",
            "It depends on the task. Where a few words decide, a mean dilutes them and the last state forgets them; "
            + "attention picks them out, and learns much sooner. With enough training a mean and a maximum learn it "
            + "too, and the gap closes: a comparison must say how long one trained."),
        Rule = new(
            $"训练到一半时，最长的文本上，注意力的正确率比其他三种里最好的高 {Better:0%} 以上，且超过种子之间的差别；到训练完时差距缩到不足一半（{Shrinks:0%}），就是“有条件成立”",
            $"holds if at half of the training, on the longest texts, attention's accuracy is over {Better:0%} above "
            + $"the best of the other three, beyond the seeds' differences; if the gap is below {Shrinks:0%} of "
            + "this at the end: holds if"),
        Literature = new(
            "Yang 等（2016）：层次注意力好于平均和最大池化；结果因任务而异",
            "Yang et al. 2016: hierarchical attention beats mean and maximum; it depends on the task"),
        Sources =
        [
            "Engine/Layers/Attention/AttentionPooling.cs", "Engine/Operations/Pooling/MaxPool.cs",
            "Engine/Operations/Pooling/MeanPool.cs", "Engine/Models/Classification/RecurrentClassifier.cs",
        ],
        Papers = [new("Yang et al. 2016")],
        Next = ["where-hate-looks"],
        Parameters =
        [
            new("updates", 400, Parts, 5000, new("训练步数", "updates")),
            new("length", Lengths[^1], 1, 200, new("最长的文本里中性词的个数", "neutral words in the longest texts")),
        ],
        Recorded = VerdictKind.HoldsIf,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        int[] lengths = [.. Lengths[..^1], run.IsFull ? (int)run["length"] : 10];
        var updates = run.IsFull ? (int)run["updates"] : Parts;
        var found = run.EachSeed(Poolings, (pooling, seed) => Train(run, pooling, seed, lengths, updates));
        Measured Longest(int pooling, int part) => Measured.Of(found[pooling], one => one.Longest[part]);
        int BestOther(int part) => Enumerable.Range(0, Poolings.Length - 1).MaxBy(p => Longest(p, part).Mean);
        Measured Gain(int part) => new(
        [
            .. Longest(Poolings.Length - 1, part).Values.Zip(Longest(BestOther(part), part).Values, (a, b) => a - b),
        ]);
        LabTable Table(Bilingual title, Func<Found, double> figure) => new(
            title, Measured.Columns(new("池化", "pooling"), run),
            [.. Poolings.Select((pooling, p) => Measured.Of(found[p], figure).Row(NameOf(pooling)))]);
        var early = Gain(Early).Above(Better);
        var shrinks = Gain(Parts - 1).Mean < Shrinks * Gain(Early).Mean;
        return new LabResult
        {
            Tables =
            [
                Table(
                    new(
                        $"{lengths[^1]} 个中性词时的正确率，训练到一半",
                        $"accuracy with {lengths[^1]} neutral words, at half of the training"),
                    one => one.Longest[Early]),
                .. lengths.Select((length, l) => Table(
                    new($"{length} 个中性词时的正确率，训练完", $"accuracy with {length} neutral words, at the end"),
                    one => one.AtEnd[l])),
            ],
            Pictures =
            [
                new LabPlot(
                    new($"{lengths[^1]} 个中性词时的正确率", $"accuracy with {lengths[^1]} neutral words"),
                    new(new("更新次数", "updates")), new(new("正确率", "accuracy")),
                    [
                        .. Poolings.Select((pooling, p) => Measured.Line(
                            NameOf(pooling),
                            Enumerable.Range(0, Parts).Select(part => (
                                (double)(part + 1) * updates / Parts, Longest(p, part))))),
                    ]),
            ],
            Verdict = new(
                early == VerdictKind.Holds && shrinks ? VerdictKind.HoldsIf : early,
                new(
                    $"训练到一半，注意力比最好的其他池化（{NameOf(Poolings[BestOther(Early)]).Chinese}）高 {Gain(Early).Mean:0%}；训练完高 "
                    + $"{Gain(Parts - 1).Mean:0%}；条件：训练得短",
                    $"at half of the training attention is {Gain(Early).Mean:0%} above the best other "
                    + $"({NameOf(Poolings[BestOther(Early)]).English}), at the end {Gain(Parts - 1).Mean:0%}; the "
                    + "condition: a short training")),
        };
    }

    private static Bilingual NameOf(Pooling pooling) => pooling switch
    {
        Pooling.Last => new("最后状态", "last state"),
        Pooling.Mean => new("平均", "mean"),
        Pooling.Max => new("最大", "maximum"),
        _ => new("注意力", "attention"),
    };

    private static Found Train(LabRun run, Pooling pooling, long seed, int[] lengths, int updates)
    {
        var random = new RandomStream(seed);
        var (opinions, others) = ToyText.Of("sentiment", run.IsFull ? 1500 : 60, run.IsFull ? 200 : 5, random.Fork(0));
        var draws = random.Fork(1);
        var train = Hide(opinions, draws, () => draws.NextInteger(lengths[^1] + 1));
        ParallelCorpus[] tests = [.. lengths.Select((length, l) => Hide(others, random.Fork(2 + l), () => length))];
        var configuration = SmallTraining.Small(seed, "sentiment") with
        {
            Task = "classify", Architecture = "gru", Pooling = pooling, BatchTokens = 1024,
        };
        var training = new SmallTraining(run, ClassificationModel.Create(configuration, train), train, updates);
        var curve = new double[Parts];
        for (var part = 0; part < Parts; part++) curve[part] = training.Train(updates / Parts).Exact(tests[^1]);
        return new Found(curve, [.. tests.Select(training.Exact)]);
    }

    /// <summary>Puts neutral words around each opinion, some before it and the others after it.</summary>
    private static ParallelCorpus Hide(ParallelCorpus opinions, RandomStream random, Func<int> count) =>
        ParallelCorpus.Of(
    [
        .. opinions.Pairs.Select(pair =>
        {
            string[] words = [.. Enumerable.Range(0, count()).Select(_ => Neutral[random.NextInteger(Neutral.Length)])];
            var before = random.NextInteger(words.Length + 1);
            return (string.Join(' ', [.. words[..before], pair.Source, .. words[before..]]), pair.Target);
        }),
    ]);

    private sealed record Found(double[] Longest, double[] AtEnd);
}
