using Engine.Layers;
using Engine.Text;
using Engine.Training;

namespace Engine.Lab;

/// <summary>ReLU, GELU and SwiGLU in feed-forward networks with equal numbers of weights.</summary>
internal static class SwigluEqual
{
    private const int DFf = 96, GatedDFf = DFf * 2 / 3;

    private static readonly (string Name, Activation Kind, int DFf)[] Networks =
    [
        ("ReLU", Activation.Relu, DFf), ("GELU", Activation.Gelu, DFf), ("SwiGLU", Activation.Swiglu, GatedDFf),
    ];

    public static LabEntry Entry { get; } = new()
    {
        Name = "swiglu-equal",
        Group = LabGroup.Activations,
        Seconds = 15,
        IsCertain = false,
        Claims = ["F19", "F20", "F21"],
        Question = new("SwiGLU 为什么比 ReLU 好？", "Why is SwiGLU better than ReLU?"),
        Claim = new(
            "SwiGLU 平滑、好优化；门控对长文本泛化好；它还有可学习的参数",
            "SwiGLU is smooth and easier to optimize; its gate generalizes to long texts; and it has weights to learn"),
        Answer = new(
            "比较要让参数一样多：SwiGLU 有三个矩阵，d_ff 要乘 2/3；“有可学习的参数”不算优点，哪种 FFN 都有。大模型上它的困惑度略低，原因没有定论，提出它的论文自己写的是“归功于神的恩典”。"
            + "长文本泛化好没有证据。",
            "Compare with equal numbers of weights: SwiGLU has three matrices, so d_ff becomes 2/3 of it. That it has "
            + "weights to learn is no advantage, since every FFN has. In large models its perplexity is a little "
            + "lower; why, nobody knows: its paper thanks divine benevolence. Of long texts there is no evidence."),
        Rule = new(
            "参数相同，新句子的损失和长句的损失都低于 ReLU，差距超过种子之间的差别，才成立；否则这个规模看不出来，或者不成立",
            "with equal weights, holds if the losses of new sentences and of long ones are below ReLU's by more than "
            + "the seeds' differences vary; within them nothing is shown"),
        Literature = new(
            "Shazeer（2020）：GLU 变体在 T5 "
            + "上困惑度更低，论文对原因不作解释", "Shazeer 2020: gated variants have a lower perplexity in T5; the paper "
            + "gives no reason"),
        Sources =
        [
            "Engine/Operations/Activations/Swiglu.cs", "Engine/Operations/Activations/Gelu.cs",
            "Engine/Layers/FeedForward.cs",
        ],
        Papers = [new("Shazeer 2020", "2002.05202")],
        Next = ["dead-relu", "sigmoid-depth"],
        Parameters = [new("updates", 400, 1, 5000, new("训练步数", "updates"))],
        Recorded = VerdictKind.NotShown,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var found = run.EachSeed(Networks, (network, seed) => Train(run, network.Kind, network.DFf, seed));
        Measured Of(int network, Func<Found, double> figure) => Measured.Of(found[network], figure);
        Measured Gain(Func<Found, double> figure) =>
            new([.. Of(0, figure).Values.Zip(Of(2, figure).Values, (relu, swiglu) => relu - swiglu)]);
        Measured gain = Gain(one => one.Loss), gainOfLong = Gain(one => one.LongLoss);
        LabTable Table(Bilingual title, Func<Found, double> figure) => new(
            title, Measured.Columns(new("FFN", "FFN"), run),
            [.. Networks.Select((network, n) => Of(n, figure).Row(network.Name))]);
        return new LabResult
        {
            Tables =
            [
                Table(new("新句子的损失（nat/词）", "loss of new sentences, nats per word"), one => one.Loss),
                Table(new("其中较长的一半", "the longer half of them"), one => one.LongLoss),
                Table(new("训练损失", "training loss"), one => one.TrainingLoss),
                new LabTable(
                    new("模型的参数", "weights of the model"),
                    [
                        new("FFN", "FFN"), new("d_ff", "d_ff"), new("FFN 的矩阵元素", "elements of FFN matrices"),
                        new("全部参数", "all weights")
                    ],
                    [
                        .. Networks.Select((network, n) => new LabRow(
                            network.Name, network.DFf, found[n][0].Matrices, found[n][0].Weights)),
                    ]),
            ],
            Pictures =
            [
                new LabBars(
                    new("新句子的损失，按种子", "loss of new sentences, by seed"), new(new("损失（nat/词）", "loss, nats per word")),
                    [.. Networks.Select(network => (Bilingual)network.Name)],
                    [
                        .. run.Seeds.Select((seed, s) => new LabRow(
                            new($"种子 {seed}", $"seed {seed}"), [.. found.Select(seeds => seeds[s].Loss)])),
                    ]),
            ],
            Verdict = Verdict.All(
                new(
                    $"SwiGLU 的损失比 ReLU 低 {gain.Mean:0.000}（种子之间相差 {gain.Spread:0.000}），长句低 "
                    + $"{gainOfLong.Mean:0.000}（{gainOfLong.Spread:0.000}）",
                    $"SwiGLU's loss is {gain.Mean:0.000} below ReLU's (the seeds vary by {gain.Spread:0.000}), of "
                    + $"long sentences {gainOfLong.Mean:0.000} ({gainOfLong.Spread:0.000})"),
                gain.Above(0), gainOfLong.Above(0)),
        };
    }

    private static Found Train(LabRun run, Activation activation, int dFf, long seed)
    {
        var (train, test) = ToyText.Of("zh-en", run.IsFull ? 2000 : 300, run.IsFull ? 300 : 20, new RandomStream(seed));
        var configuration = SmallTraining.Small(seed, "zh-en") with { Activation = activation, DFf = dFf };
        var updates = run.IsFull ? (int)run["updates"] : 3;
        var training = new SmallTraining(run, TranslationModel.Create(configuration, train), train, updates)
            .Train(updates);
        var longer = ParallelCorpus.Of(
            [.. test.Pairs.OrderByDescending(pair => pair.Source.Length).Take(test.Count / 2)]);
        var parameters = training.Model.Network.NamedParameters;
        return new Found(
            training.Loss(test), training.Loss(longer), training.TrainingLoss,
            parameters.Where(named => IsOfFeedForward(named.Key)).Sum(named => named.Value.Count),
            parameters.Sum(named => named.Value.Count));
    }

    private static bool IsOfFeedForward(string path) =>
        path.Split('.') is [.., "linear1" or "linear2" or "w1" or "w2" or "w3", "weight"];

    private sealed record Found(double Loss, double LongLoss, double TrainingLoss, double Matrices, double Weights);
}
