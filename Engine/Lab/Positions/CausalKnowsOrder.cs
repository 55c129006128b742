using Engine.Layers;

namespace Engine.Lab;

/// <summary>Whether a network without positions can say at which place a token stands.</summary>
internal static class CausalKnowsOrder
{
    private const double Knows = 3, Chance = 1.5;
    private const int Places = 12, Letters = 8, Begin = Letters, DModel = 32, Heads = 4, Updates = 500;

    private static readonly (Bilingual Name, bool IsCausal, bool HasBegin)[] Cases =
    [
        (new("双向，有 [BOS]", "sees all, with [BOS]"), false, true),
        (new("因果 mask，有 [BOS]", "causal mask, with [BOS]"), true, true),
        (new("因果 mask，没有 [BOS]", "causal mask, without [BOS]"), true, false),
    ];

    public static LabEntry Entry { get; } = new()
    {
        Name = "causal-knows-order",
        Group = LabGroup.Positions,
        Seconds = 7,
        IsCertain = false,
        Claims = ["D2"],
        Question = new(
            "不加位置编码，Decoder 知道词序吗？Encoder 呢？",
            "Without position encodings, does a decoder know the order of its tokens? Does an encoder?"),
        Claim = new(
            "没有位置编码，无论词序怎样，每个词得到的表示都一样",
            "without positions, tokens get the same representations whatever their order"),
        Answer = new(
            "Encoder 是这样：它对词序是等变的。Decoder 不是：因果 mask 让第 i 个词恰好看到前 i 个词，"
            + "注意力均匀时，给第一个词的权重就是 1/i，模型由此能数出自己在第几位。",
            "For an encoder, yes: it is equivariant to order. For a decoder, no: the causal mask shows token i just "
            + "the i tokens up to it. If attention is even, the first token gets the weight 1/i, from which the model "
            + "can tell its place."),
        Rule = new(
            $"让每个词说出自己的位置（共 {Places} 个）：带因果 mask 的正确率超过瞎猜的 {Knows} 倍，而双向的不到 {Chance} 倍，说法就不成立",
            $"each token is to name its place, one of {Places}: the claim does not hold if the accuracy with a causal "
            + $"mask exceeds {Knows} times chance, while it stays below {Chance} times chance without a mask"),
        Literature = new(
            "Haviv 等（2022）、Kazemnejad 等（2023）：没有位置编码的 Decoder 自己学会了位置",
            "Haviv et al. 2022, Kazemnejad et al. 2023: decoders without position encodings learn positions"),
        Sources = ["Engine/Layers/Attention/MultiHeadAttention.cs"],
        Tests = ["TransformerTests.An_encoder_without_positions_does_not_know_the_order_of_its_rows"],
        Papers = [new("Haviv et al. 2022", "2203.16634"), new("Kazemnejad et al. 2023", "2305.19466")],
        Next = ["shuffle-the-words", "mask-that-cheats"],
        Parameters =
        [
            new("layers", 2, 1, 4, new("层数", "the number of layers")),
        ],
        View = "switches",
        Recorded = VerdictKind.DoesNotHold,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var found = run.EachSeed(Cases, (one, seed) =>
        {
            var random = new RandomStream(seed);
            var network = new Network(one.IsCausal, (int)run["layers"], random.Fork(0));
            TokenBatch Draw(RandomStream stream, int sequences) => Examples(stream, sequences, one.HasBegin);
            network.Learn(run, run.IsFull ? Updates : 4, 0.003, stream => Draw(stream, 32), random.Fork(1));
            var test = Draw(random.Fork(2), run.IsFull ? 200 : 4);
            return Confusion(network.Answers(test), test.Targets);
        });
        Measured[] accuracies =
        [
            .. found.Select(seeds =>
                Measured.Of(seeds, table => Enumerable.Range(0, Places).Average(i => table[i, i]))),
        ];
        double knows = Knows / Places, chance = Chance / Places;
        var control = accuracies[0].Below(chance);
        var kind = control == VerdictKind.Holds ? accuracies[1].Below(knows) : VerdictKind.NotShown;
        Bilingual[] places = [.. Enumerable.Range(1, Places).Select(place => (Bilingual)$"{place}")];
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new(
                        $"说对自己位置的份额（瞎猜 {1.0 / Places:0.000}）",
                        $"share of tokens that name their place (chance {1.0 / Places:0.000})"),
                    Measured.Columns(new("网络（没有位置编码）", "network without positions"), run),
                    [.. accuracies.Select((accuracy, i) => accuracy.Row(Cases[i].Name))]),
            ],
            Pictures =
            [
                new LabPlot(
                    new("各个位置的正确率", "accuracy by place"), new(new("位置", "place")),
                    new(new("正确的份额", "share right")),
                    [
                        .. found.Select((seeds, i) => Measured.Line(
                            Cases[i].Name,
                            Enumerable.Range(0, Places).Select(
                                place => (place + 1.0, Measured.Of(seeds, table => table[place, place]))))),
                    ]),
                new LabHeat(
                    new("因果 mask，有 [BOS]：真实位置和说出的位置（份额）", "causal mask, with [BOS]: shares of the places named"),
                    new("真实位置", "place"), new("说出的位置", "place named"), places,
                    [
                        .. places.Select((place, i) => new LabRow(
                            place,
                            [.. places.Select((_, j) => Measured.Of(found[1], table => table[i, j]).Mean)])),
                    ]),
            ],
            Verdict = new(
                kind,
                new(
                    $"双向 {accuracies[0].Mean:0%}，因果 mask {accuracies[1].Mean:0%}，没有 [BOS] 时 {accuracies[2].Mean:0%}"
                    + $"（瞎猜 {1.0 / Places:0%}）",
                    $"{accuracies[0].Mean:0%} right without a mask, {accuracies[1].Mean:0%} with a causal mask, "
                    + $"{accuracies[2].Mean:0%} without [BOS]; chance is {1.0 / Places:0%}")),
        };
    }

    /// <summary>Sequences of random letters; each is to name its place.</summary>
    private static TokenBatch Examples(RandomStream random, int sequences, bool hasBegin)
    {
        var length = Places + (hasBegin ? 1 : 0);
        var (tokens, targets) = (new int[sequences * length], new int[sequences * length]);
        for (var row = 0; row < tokens.Length; row++)
        {
            targets[row] = (row % length) - (hasBegin ? 1 : 0); // [BOS] is not asked
            tokens[row] = targets[row] < 0 ? Begin : random.NextInteger(Letters);
        }
        return new TokenBatch(tokens, SequenceLayout.Full(sequences, length), targets);
    }

    /// <summary>For each place, the shares of the places that are named, [places, places].</summary>
    private static double[,] Confusion(int[] answers, int[] targets)
    {
        var (table, asked) = (new double[Places, Places], targets.Count(target => target == 0));
        foreach (var (answer, target) in answers.Zip(targets))
        {
            if (target >= 0) table[target, answer] += 1.0 / asked;
        }
        return table;
    }

    private sealed class Network : TokenNetwork
    {
        private readonly bool isCausal;
        private readonly Embedding<float> embedding;
        private readonly (LayerNorm<float> Norm1, MultiHeadAttention<float> Attention, LayerNorm<float> Norm2,
            FeedForward<float> FeedForward)[] layers;

        private readonly Linear<float> head;

        public Network(bool isCausal, int count, RandomStream random)
        {
            this.isCausal = isCausal;
            embedding = Add("embedding", new Embedding<float>(Letters + 1, DModel, random));
            layers =
            [
                .. Enumerable.Range(0, count).Select(i => (
                    Add($"{i}.norm1", new LayerNorm<float>(DModel)),
                    Add($"{i}.self_attn", new MultiHeadAttention<float>(DModel, Heads, random)),
                    Add($"{i}.norm2", new LayerNorm<float>(DModel)),
                    Add($"{i}", new FeedForward<float>(DModel, 2 * DModel, random)))),
            ];
            head = Add("head", new Linear<float>(DModel, Places, random));
        }

        public override Tensor<float> Logits(Tape<float> tape, TokenBatch batch)
        {
            var x = embedding.Forward(tape, batch.Tokens); // [rows, dModel]
            foreach (var layer in layers)
            {
                x += layer.Attention.Forward(layer.Norm1.Forward(x), batch.Layout, isCausal);
                x += layer.FeedForward.Forward(layer.Norm2.Forward(x));
            }
            return head.Forward(x); // [rows, places]
        }
    }
}
