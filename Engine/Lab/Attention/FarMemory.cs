using Engine.Layers;
using Engine.Models;

namespace Engine.Lab;

/// <summary>How far back networks of each kind learn to look.</summary>
internal static class FarMemory
{
    private const double Remembers = 0.9;
    private const int Names = 8, Fillers = 8, Ask = Names + Fillers, DModel = 32, Updates = 250, Sequences = 16;
    private const int Kernel = 3, ConvolutionLayers = 4;
    private static readonly int[] Distances = [5, 20, 60, 120];
    private static readonly string[] Kinds = ["RNN", "GRU", "LSTM", "CNN", "Transformer"];

    public static LabEntry Entry { get; } = new()
    {
        Name = "far-memory",
        Group = LabGroup.Attention,
        Seconds = 13,
        IsCertain = false,
        Claims = ["B37", "B43", "B44"],
        Question = new(
            "RNN、CNN、Transformer，谁能记住更远的信息？",
            "RNN, CNN or Transformer: which remembers what was said far back?"),
        Claim = new(
            "注意力能保住 RNN 会淡忘的远处信息，长序列上 Transformer 更好",
            "attention keeps far information that an RNN forgets; a Transformer is better on long sequences"),
        Answer = new(
            "注意力一步就到任何位置，距离再远路径也不变长；RNN 要一步步传，CNN 只看得到感受野以内。代价是 n² 的计算。"
            + "门控和更长的训练能让 RNN 记得更远，所以差别在“容易学”，不在“做不到”。",
            "Attention reaches any place in one step, however far; an RNN passes information on step by step, "
            + "and a CNN "
            + "sees its receptive field alone. The price is n². Gates and longer training let an RNN remember further: "
            + "attention learns it more easily, an RNN is not unable to."),
        Rule = new(
            $"隔着 T 个无关的词说出第一个词，正确率 {Remembers:0%} 以上才算记得；Transformer 记得的最大 T 比 RNN 和 CNN 都大，说法成立",
            $"a network remembers over T fillers if it names the first token with an accuracy of {Remembers:0%}; the "
            + "claim holds if the Transformer's largest T is greater than the T of the RNN and of the CNN"),
        Literature = new(
            "Bahdanau 等（2015）：注意力让长句翻译不再变差；Bai 等（2018）：卷积（TCN）在长序列上可以胜过 RNN",
            "Bahdanau et al. 2015: with attention long sentences are no worse; Bai et al. 2018: convolutions (TCN) can "
            + "beat RNNs on long sequences"),
        Sources =
        [
            "Engine/Layers/Recurrence/Rnn.cs", "Engine/Layers/Recurrence/Gru.cs", "Engine/Layers/Recurrence/Lstm.cs",
            "Engine/Layers/Conv1d.cs", "Engine/Models/Transformer/EncoderLayer.cs",
        ],
        Papers = [new("Bahdanau et al. 2015", "1409.0473"), new("Bai et al. 2018", "1803.01271")],
        Next = ["rnn-near-and-far", "receptive-field", "n-squared-d"],
        Parameters = [new("updates", Updates, 50, 5000, new("更新次数", "updates"))],
        Recorded = VerdictKind.Holds,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        int[] distances = run.IsFull ? Distances : [2];
        var cases = Kinds.SelectMany(kind => distances.Select(distance => (kind, distance))).ToArray();
        var found = run.EachSeed(cases, (one, seed) => Learn(run, one.kind, one.distance, seed));
        Measured Accuracy(int kind, int distance) => new(found[(kind * distances.Length) + distance]);
        VerdictKind Remembered(int kind, int distance) => Accuracy(kind, distance).Above(Remembers);
        // The farthest distance up to which a network surely remembers, and that beyond which it surely does not.
        int Farthest(int kind, Func<VerdictKind, bool> counts) =>
            distances.TakeWhile((_, i) => counts(Remembered(kind, i))).LastOrDefault();
        int Surely(int kind) => Farthest(kind, verdict => verdict == VerdictKind.Holds);
        int Perhaps(int kind) => Farthest(kind, verdict => verdict != VerdictKind.DoesNotHold);
        var transformer = Kinds.Length - 1;
        int[] others = [Array.IndexOf(Kinds, "RNN"), Array.IndexOf(Kinds, "CNN")];
        var kind = Surely(transformer) > others.Max(Perhaps) ? VerdictKind.Holds
            : Perhaps(transformer) <= others.Max(Surely) ? VerdictKind.DoesNotHold : VerdictKind.NotShown;
        Bilingual head = new("网络", "network");
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new(
                        $"说对第一个词的份额（瞎猜 {1.0 / Names:0.000}）",
                        $"share that names the first token (chance {1.0 / Names:0.000})"),
                    [head, .. distances.Select(distance => new Bilingual($"T={distance}", $"T = {distance}"))],
                    [
                        .. Kinds.Select((name, i) => new LabRow(
                            name, [.. distances.Select((_, j) => Accuracy(i, j).Mean)])),
                    ]),
                .. distances.Select((distance, j) => new LabTable(
                    new($"T={distance}，各个种子", $"T = {distance}, each seed"), Measured.Columns(head, run),
                    [.. Kinds.Select((name, i) => Accuracy(i, j).Row(name))])),
            ],
            Pictures =
            [
                new LabPlot(
                    new("隔着 T 个词还记得第一个词", "the first token, remembered over T fillers"),
                    new(new("T（词）", "T, tokens"), IsLogarithmic: true), new(new("正确的份额", "share right")),
                    [
                        .. Kinds.Select((name, i) => Measured.Line(
                            name, distances.Select((distance, j) => ((double)distance, Accuracy(i, j))))),
                    ]),
            ],
            Verdict = new(
                kind,
                new(
                    "记得的最大 T：" + string.Join("，", Kinds.Select((name, i) => $"{name} {Surely(i)}")),
                    "largest T: " + string.Join(", ", Kinds.Select((name, i) => $"{name} {Surely(i)}")))),
        };
    }

    private static double Learn(LabRun run, string kind, int distance, long seed)
    {
        var random = new RandomStream(seed);
        var network = new Network(kind, random.Fork(0));
        network.Learn(
            run, run.IsFull ? (int)run["updates"] : 3, 0.005, stream =>
                Examples(stream, Sequences, distance), random.Fork(1));
        return network.Accuracy(Examples(random.Fork(2), run.IsFull ? 200 : 4, distance));
    }

    /// <summary>A name, fillers, and a token that asks for the name.</summary>
    private static TokenBatch Examples(RandomStream random, int sequences, int distance)
    {
        var length = distance + 2;
        var (tokens, targets) = (new int[sequences * length], new int[sequences]);
        for (var row = 0; row < tokens.Length; row++)
        {
            tokens[row] = (row % length) switch
            {
                0 => targets[row / length] = random.NextInteger(Names),
                var place when place == length - 1 => Ask,
                _ => Names + random.NextInteger(Fillers),
            };
        }
        return new TokenBatch(tokens, SequenceLayout.Full(sequences, length), targets);
    }

    private sealed class Network : TokenNetwork
    {
        private readonly Embedding<float> embedding;
        private readonly SinusoidalPositions<float> positions = new(DModel);
        private readonly Recurrent<float>? recurrent;
        private readonly Conv1d<float>[] convolutions = [];
        private readonly EncoderLayer<float>? attention;
        private readonly Linear<float> head;

        public Network(string kind, RandomStream random)
        {
            embedding = Add("embedding", new Embedding<float>(Ask + 1, DModel, random));
            switch (kind)
            {
                case "CNN":
                    convolutions =
                    [
                        .. Enumerable.Range(0, ConvolutionLayers).Select(i => Add(
                            $"conv.{i}", new Conv1d<float>(DModel, DModel, Window.Causal(Kernel), random))),
                    ];
                    break;
                case "Transformer":
                    attention = Add("layer", new EncoderLayer<float>(
                        new TransformerConfiguration
                        {
                            SourceVocabulary = Ask + 1, TargetVocabulary = Names, DModel = DModel, DFf = 2 * DModel,
                            Heads = 4, EncoderLayers = 1, DecoderLayers = 0,
                        },
                        random));
                    break;
                default:
                    recurrent = Add("recurrent", kind switch
                    {
                        "RNN" => (Recurrent<float>)new Rnn<float>(DModel, DModel, random),
                        "GRU" => new Gru<float>(DModel, DModel, random),
                        _ => new Lstm<float>(DModel, DModel, random),
                    });
                    break;
            }
            head = Add("head", new Linear<float>(DModel, Names, random));
        }

        public override Tensor<float> Logits(Tape<float> tape, TokenBatch batch)
        {
            var x = Op.Scale(embedding.Forward(tape, batch.Tokens), Math.Sqrt(DModel)); // [rows, dModel]
            if (recurrent is not null) x = recurrent.Forward(x, batch.Layout);
            foreach (var convolution in convolutions) x += Op.Relu(convolution.Forward(x, batch.Layout));
            if (attention is not null) x = attention.Forward(x + positions.Forward(tape, batch.Layout), batch.Layout);
            return head.Forward(Op.SequenceRow(x, batch.Layout, ^1)); // [sequences, names]
        }
    }
}
