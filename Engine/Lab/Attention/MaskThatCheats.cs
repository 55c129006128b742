using Engine.Inspection;
using Engine.Layers;
using Engine.Training;

namespace Engine.Lab;

/// <summary>What a decoder learns that sees the words which it shall say.</summary>
internal static class MaskThatCheats
{
    private const double Learned = 0.8, LossRatio = 0.5, Useless = 0.2;
    private const int Pairs = 10_000, Updates = 840, Parts = 14;
    private const string Source = "我现在爱你", Target = "I love you now";
    private static readonly Bilingual[] Names = [new("有 mask", "with the mask"), new("没有 mask", "without the mask")];

    public static LabEntry Entry { get; } = new()
    {
        Name = "mask-that-cheats",
        Group = LabGroup.Attention,
        Seconds = 17,
        IsCertain = false,
        Claims = ["A13", "A14"],
        Question = new(
            "Decoder 训练时为什么要把后面的词 mask 掉？比如翻译“我现在爱你”，不 mask 会怎样？",
            "Why does a decoder in training not see the later words? What becomes of \"I love you now\" without the "
            + "mask?"),
        Claim = new(
            "训练时必须遮住后面的词，这样训练和推理才一致",
            "in training later words must be hidden, so that training is like inference"),
        Answer = new(
            "不 mask，模型在训练时直接抄下一个词：损失极低，却什么也没学会；推理时后面没有词可抄，输出就是乱的。"
            + "mask 让第 i 个位置只能看到前 i 个词，和推理时一样。",
            "Without the mask the model copies the next word in training: its loss is the lowest, and it has learned "
            + "nothing; in inference there is no next word to copy. With the mask place i sees the first i words "
            + "alone, as in inference."),
        Rule = new(
            $"有 mask 的模型译对 {Learned:0%} 以上，没有 mask 的模型训练损失不到前者的 {LossRatio:0%}，译对的却不到 {Useless:0%}，才算成立",
            $"holds if the model with the mask translates over {Learned:0%} of new sentences exactly, and the model "
            + $"without has less than {LossRatio:0%} of its training loss, but less than {Useless:0%} exact"),
        Literature = new(
            "Vaswani 等（2017）3.2.3 节：遮住后面的位置，保持自回归",
            "Vaswani et al. 2017, section 3.2.3: later positions are masked to keep the model auto-regressive"),
        Sources =
        [
            "Engine/Models/Transformer/DecoderLayer.cs", "Engine/Layers/Attention/MultiHeadAttention.cs",
            "Engine/Text/Toy/ChineseEnglishTask.cs",
        ],
        Papers = [new("Vaswani et al. 2017", "1706.03762")],
        Next = ["receptive-field", "minus-1e9"],
        View = "attention",
        Recorded = VerdictKind.Holds,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var updates = run.IsFull ? Updates : Parts;
        var found = run.EachSeed([false, true], (omitted, seed) => Learn(run, omitted, seed, updates));
        Measured[] losses = [.. found.Select(seeds => Measured.Of(seeds, one => one.Curve[^1]))];
        Measured[] exact = [.. found.Select(seeds => Measured.Of(seeds, one => one.Exact))];
        var ratio = new Measured([.. losses[1].Values.Zip(losses[0].Values, (without, with) => without / with)]);
        string[] words = ["[BOS]", .. Target.Split(' ')];
        var mask = found[0][0].Weights;
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new("训练损失（每个词，最后几步的平均）", "training loss, nats per word, mean of the last updates"),
                    Measured.Columns(new("训练", "training"), run), [.. losses.Select((loss, i) => loss.Row(Names[i]))]),
                new LabTable(
                    new("新句子完全译对的份额", "share of new sentences that are translated exactly"),
                    Measured.Columns(new("训练", "training"), run), [.. exact.Select((share, i) => share.Row(Names[i]))]),
                new LabTable(
                    new("因果 mask：要说的词（行）能看到哪些词（1 = 能看到）", "the causal mask: which words a word to say sees (1)"),
                    [new("要说", "to say"), .. words.Select(word => (Bilingual)word)],
                    [
                        .. words.Select((_, i) => new LabRow(
                            i + 1 < words.Length ? words[i + 1] : "[EOS]",
                            [.. words.Select((_, j) => MeanOf(mask, i, j) > 0 ? 1.0 : 0)])),
                    ]),
            ],
            Pictures =
            [
                new LabPlot(
                    new("训练损失", "training loss"), new(new("更新次数", "updates")),
                    new(new("损失（nat/词）", "loss, nats per word"), IsLogarithmic: true),
                    [
                        .. found.Select((seeds, i) => Measured.Line(
                            Names[i],
                            Enumerable.Range(0, Parts).Select(part => (
                                (double)(part + 1) * updates / Parts, Measured.Of(seeds, one => one.Curve[part]))))),
                    ]),
                .. found.Select((seeds, i) => Heat(Names[i], words, seeds[0].Weights)),
            ],
            Verdict = Verdict.All(
                new(
                    $"没有 mask 的训练损失是有 mask 的 {ratio.Mean:0%}，译对的却是 {exact[1].Mean:0%} 对 {exact[0].Mean:0%}；"
                    + $"“{Source}”它译成{Says(1, "空句")}，有 mask 的译成{Says(0, "空句")}",
                    $"without the mask the loss is {ratio.Mean:0%} of the loss with it, but {exact[1].Mean:0%} against "
                    + $"{exact[0].Mean:0%} are exact; for \"{Target}\" it says {Says(1, "nothing")}, with the mask "
                    + Says(0, "nothing")),
                exact[0].Above(Learned), ratio.Below(LossRatio), exact[1].Below(Useless)),
        };

        string Says(int training, string nothing) =>
            found[training][0].Says is { Length: > 0 } says ? $"\"{says}\"" : nothing;
    }

    private static Found Learn(LabRun run, bool omitsMask, long seed, int updates)
    {
        var (train, test) = ToyText.Of("zh-en", run.IsFull ? Pairs : 50, run.IsFull ? 200 : 2, new RandomStream(seed));
        var model = TranslationModel.Create(SmallTraining.Small(seed, "zh-en"), train);
        var training = new SmallTraining(run, model, train, updates)
        {
            Omitted = new Interventions { CausalMask = omitsMask },
        };
        var curve = new double[Parts];
        for (var part = 0; part < Parts; part++) curve[part] = training.Train(updates / Parts).TrainingLoss;
        var weights = training.Weights(Source, Target).Single(layer => layer.Kind == AttentionKind.Decoder);
        return new Found(
            curve, training.Exact(test), model.Answer([Source], new ThreadTeam(1))[0], weights);
    }

    private static LabHeat Heat(Bilingual name, string[] words, AttentionWeights<float> weights) => new(
        new($"Decoder 自注意力的权重，{name.Chinese}", $"weights of the decoder's self-attention, {name.English}"),
        new("读到的词", "word read"), new("看的词", "word looked at"), [.. words.Select(word => (Bilingual)word)],
        [
            .. words.Select((word, i) => new LabRow(word, [.. words.Select((_, j) => MeanOf(weights, i, j))])),
        ]);

    /// <summary>A weight's mean over the heads.</summary>
    private static double MeanOf(AttentionWeights<float> weights, int query, int key) =>
        Enumerable.Range(0, weights.Heads).Average(head => (double)weights[head, query, key]);

    private sealed record Found(double[] Curve, double Exact, string Says, AttentionWeights<float> Weights);
}
