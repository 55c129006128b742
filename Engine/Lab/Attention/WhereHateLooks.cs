using Engine.Inspection;
using Engine.Kernels;
using Engine.Layers;
using Engine.Models;
using Engine.Text;
using Engine.Training;

namespace Engine.Lab;

/// <summary>Where attention pooling looks in an opinion, and whether the answer hangs on these words.</summary>
internal static class WhereHateLooks
{
    private const double Looks = 0.8, Explains = 0.5, Elsewhere = 0.6, Right = 0.95;
    private static readonly string[] Shown = ["i hated the film", "the film was not very good"];

    public static LabEntry Entry { get; } = new()
    {
        Name = "where-hate-looks",
        Group = LabGroup.Attention,
        Seconds = 2,
        IsCertain = false,
        Claims = ["B34", "R7"],
        Question = new(
            "“I hate this movie”里，注意力真的在 hate 上吗？注意力能当解释吗？",
            "In \"I hate this movie\", is attention really on hate, and does it explain?"),
        Claim = new(
            "注意力能找出关键词，比如“I hate this movie”里的 hate", "attention finds the key words, such as hate in \"I hate "
            + "this movie\""),
        Answer = new(
            "不一定。它看的是双向 RNN 的状态，状态里已经混进了前后的词：权重几乎全在 was 上也能答对，换个种子看的地方又不同。权重大不等于去掉它答案就变。要解释，就去掉词再看概率变多少。",
            "Not always. They weigh the states of an RNN that reads in both directions, and a state already holds the "
            + "words around it: a model can be right with all its weight on \"was\", and another seed looks "
            + "elsewhere. A large weight does not mean that the answer changes without the word: to explain, leave "
            + "the word out."),
        Rule = new(
            $"每个种子里，权重最大的词是关键词（观点词、否定词、转折词）的句子都不少于 {Looks:0%}，且权重与“去掉这个词后概率的变化”的 Kendall τ 超过 "
            + $"{Explains}，才成立；有一个种子正确率不低于 {Right:0%}，看关键词却不到 {Elsewhere:0%}，就不成立",
            "holds if in every seed the largest weight is on a key word (an opinion, an inversion, a conjunction) in "
            + $"at least {Looks:0%} of sentences, and Kendall's τ of weights and of what leaving the word out changes "
            + $"is over {Explains}; refuted by one seed that is right in {Right:0%} and looks at key words in less "
            + $"than {Elsewhere:0%}"),
        Literature = new(
            "Jain 与 Wallace（2019）：注意力不是解释；Wiegreffe 与 Pinter（2019）反驳",
            "Jain and Wallace 2019: attention is not explanation; Wiegreffe and Pinter 2019 object"),
        Sources =
        [
            "Engine/Layers/Attention/AttentionPooling.cs", "Engine/Models/Classification/Classifier.cs",
            "Engine/Layers/Recurrence/Gru.cs",
        ],
        Papers = [new("Jain and Wallace 2019", "1902.10186"), new("Wiegreffe and Pinter 2019", "1908.04626")],
        Next = ["softmax-1-2-10"],
        Parameters = [new("updates", 300, 1, 5000, new("训练步数", "updates"))],
        Recorded = VerdictKind.DoesNotHold,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var found = run.EachSeed([0], (_, seed) => Learn(run, seed))[0];
        Measured looks = Measured.Of(found, one => one.Looks), explains = Measured.Of(found, one => one.Tau);
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new("新句子", "new sentences"), Measured.Columns(new("量", "quantity"), run),
                    [
                        Measured.Of(found, one => one.Exact).Row(new("正确率", "accuracy")),
                        looks.Row(new("权重最大的词是关键词", "largest weight on a key word")),
                        Measured.Of(found, one => one.Chance).Row(
                            new("关键词占全部词的份额（碰巧）", "share of key words among all (chance)")),
                        explains.Row(new("Kendall τ：权重与去掉该词的变化", "Kendall's τ of weight and change without the word")),
                    ]),
                .. Shown.Select((sentence, s) => new LabTable(
                    new($"“{sentence}”的权重", $"weights of \"{sentence}\""), Measured.Columns(new("词", "word"), run),
                    [
                        .. HalfTrained.Words(sentence).Select((word, w) =>
                            Measured.Of(found, one => one.Shown[s].Weights[w]).Row(word)),
                    ])),
            ],
            Pictures =
            [
                .. Shown.Select((sentence, s) => new LabBars(
                    new($"“{sentence}”", $"\"{sentence}\""), new(new("份额", "share")),
                    [new("注意力权重", "attention weight"), new("去掉该词后概率的变化", "change of the probability without the word")],
                    [
                        .. HalfTrained.Words(sentence).Select((word, w) => new LabRow(
                            word, Measured.Of(found, one => one.Shown[s].Weights[w]).Mean,
                            Measured.Of(found, one => one.Shown[s].Changes[w]).Mean)),
                    ])),
            ],
            Verdict = new(
                found.Any(one => one.Exact >= Right && one.Looks < Elsewhere) ? VerdictKind.DoesNotHold
                    : found.All(one => one.Looks >= Looks && one.Tau > Explains) ? VerdictKind.Holds
                    : VerdictKind.NotShown,
                new(
                    $"{looks.Mean:0%} 的句子里权重最大的是关键词；τ = {explains.Mean:0.00}",
                    $"the largest weight is on a key word in {looks.Mean:0%} of sentences; τ = {explains.Mean:0.00}")),
        };
    }

    private static Found Learn(LabRun run, long seed)
    {
        var (train, test) = ToyText.Of(
            "sentiment", run.IsFull ? 1500 : 100, run.IsFull ? 200 : 5, new RandomStream(seed));
        var configuration = SmallTraining.Small(seed, "sentiment") with
        {
            Task = "classify", Architecture = "gru", Pooling = Pooling.Attention,
        };
        var model = ClassificationModel.Create(configuration, train);
        var updates = run.IsFull ? (int)run["updates"] : 3;
        var training = new SmallTraining(run, model, train, updates).Train(updates);
        Reading[] readings = [.. test.Source.Select(line => Read(model, line))];
        var tops = readings.Select(reading => Decides(reading, Array.IndexOf(reading.Weights, reading.Weights.Max())));
        return new Found(
            training.Exact(test), tops.Average(decides => decides ? 1.0 : 0),
            readings.SelectMany(reading => reading.Words).Average(word => SentimentTask.Decides(word) ? 1.0 : 0),
            readings.Average(reading => Tau(reading.Weights, reading.Changes)), [
                .. Shown.Select(line => Read(model, line))
            ]);

        static bool Decides(Reading reading, int word) => SentimentTask.Decides(reading.Words[word]);
    }

    /// <summary>The weight of each word, and how much the answer's probability changes without it.</summary>
    private static Reading Read(ClassificationModel model, string line)
    {
        var words = HalfTrained.Words(line);
        var observer = new PassObserver(
            model.Network, new Interventions(), new HashSet<string> { ObservedAttention.PoolingScores });
        using var tape = new Tape<float>(Mode.Inference) { Observer = observer };
        model.EvaluateLoss(tape, new Batch(model.Encode(line, model.Names[0])));
        // The end of the line has a score too; its weight is no word's.
        double[] scores = [.. observer.Values.Single().Values.Select(score => (double)score)];
        var weights = SoftmaxTwin.Forward(scores, scores.Length);
        string[] without = [line, .. words.Select((_, w) => string.Join(' ', words.Where((_, i) => i != w)))];
        var probabilities = model.Probabilities(without, new ThreadTeam(1));
        var answer = probabilities[0][0];
        return new Reading(
            words, weights[..words.Length],
            [
                .. probabilities.Skip(1).Select(
                    labels => Math.Abs(labels.Single(one => one.Key == answer.Key).Value - answer.Value)),
            ]);
    }

    /// <summary>Kendall's τ: pairs that two rankings order alike, less the other pairs, by all pairs.</summary>
    private static double Tau(double[] a, double[] b)
    {
        var (sum, pairs) = (0, 0);
        for (var i = 0; i < a.Length; i++)
        {
            for (var j = 0; j < i; j++, pairs++) sum += Math.Sign(a[i] - a[j]) * Math.Sign(b[i] - b[j]);
        }
        return (double)sum / pairs;
    }

    private sealed record Reading(string[] Words, double[] Weights, double[] Changes);

    private sealed record Found(double Exact, double Looks, double Chance, double Tau, Reading[] Shown);
}
