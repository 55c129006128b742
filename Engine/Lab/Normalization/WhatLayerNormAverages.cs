using Engine.Layers;

namespace Engine.Lab;

/// <summary>Which words a normalization mixes.</summary>
internal static class WhatLayerNormAverages
{
    private const double Moves = 1e-12;

    public static LabEntry Entry { get; } = new()
    {
        Name = "what-layernorm-averages",
        Group = LabGroup.Normalization,
        Seconds = 1,
        Claims = ["E2", "E3"],
        Question = new("Transformer 里的 LayerNorm 到底对什么求均值？", "Over what does the Transformer's LayerNorm average?"),
        Claim = new("LayerNorm 对一句话里的所有词求均值", "LayerNorm averages over the words of a sentence"),
        Answer = new(
            "对每个词自己的 d 个特征求均值，不跨词。改动一个词，别的词经过 LayerNorm 完全不变。跨句子的词求均值是另一种归一化，会让解码器看到未来。",
            "Over the d features of each word alone. If one word changes, LayerNorm leaves all others as they are. To "
            + "average over the words of a sentence is another normalization, and shows a decoder the future."),
        Rule = new(
            $"改动一个词后，同句别的词变化超过 {Moves}，才算“对整句求均值”",
            $"over the sentence if another word of it moves by more than {Moves}"),
        Literature = new(
            "Ba 等（2016）；PyTorch 的 nn.LayerNorm(d_model)", "Ba et al. 2016; PyTorch's nn.LayerNorm(d_model)"),
        Sources =
        [
            "Engine/Layers/Normalization/LayerNorm.cs", "Engine/Layers/Normalization/InstanceNorm.cs",
            "Engine/Layers/Normalization/BatchNorm.cs",
        ],
        Exhibits = ["LayerNorm goes down the columns", "A decoder's normalization over positions sees the future"],
        Papers = [new("Ba et al. 2016", "1607.06450")],
        Next = ["running-variance", "fold-batchnorm"],
        View = "step",
        Recorded = VerdictKind.DoesNotHold,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        (string Name, Norm<double> Norm)[] norms =
        [
            ("LayerNorm", new LayerNorm<double>(8)), ("InstanceNorm", new InstanceNorm<double>(8)), (
                "BatchNorm", new BatchNorm<double>(8)),
        ];
        var rows = norms.Select(norm => (norm.Name, Moved: Moved(run, norm.Norm))).ToArray();
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new("改动第一句的第二个词，各词的最大变化", "the second word of the first sentence changes: what moves"),
                    [
                        new("归一化", "normalization"), new("它自己", "the word"), new("同句别的词", "its sentence"),
                        new("别的句子", "another sentence"),
                    ],
                    [.. rows.Select(row => new LabRow(row.Name, row.Moved))]),
            ],
            Verdict = Verdict.Of(
                rows[0].Moved[1] > Moves,
                new(
                    $"LayerNorm：同句别的词变化 {rows[0].Moved[1]:0.##}",
                    $"LayerNorm moves the rest of the sentence by {rows[0].Moved[1]:0.##}")),
        };
    }

    private static double[] Moved(LabRun run, Norm<double> norm)
    {
        const int Length = 5, Features = 8, Changed = 1;
        var layout = SequenceLayout.Full(2, Length);
        var x = Initializers.Normal<double>([2 * Length, Features], 1, run.Random()).ToArray();
        double[] before = Apply(x);
        x[(Changed * Features) + 3] += 1;
        var after = Apply(x);
        double Of(IEnumerable<int> words) => words.Max(word => Enumerable.Range(0, Features).Max(feature =>
            Math.Abs(before[(word * Features) + feature] - after[(word * Features) + feature])));
        return
        [
            Of([Changed]), Of(Enumerable.Range(0, Length).Where(word => word != Changed)),
            Of(Enumerable.Range(Length, Length)),
        ];

        double[] Apply(double[] values)
        {
            using var tape = new Tape<double>(Mode.Training);
            return norm.Forward(tape.Constant([2 * Length, Features], values), layout).ToArray();
        }
    }
}
