using Engine.Layers;
using Engine.Models;

namespace Engine.Lab;

/// <summary>Which inputs an output depends on, from the gradients of the tape.</summary>
internal static class ReceptiveField
{
    private const int Length = 12, D = 8, Kernel = 3;

    public static LabEntry Entry { get; } = new()
    {
        Name = "receptive-field",
        Group = LabGroup.Attention,
        Seconds = 1,
        Claims = ["A12", "B40", "B41"],
        Question = new("感受野：CNN、编码器、解码器各能看到多远？", "How far do a CNN, an encoder and a decoder see?"),
        Claim = new(
            "CNN 要堆很多层才能看到全局，Transformer 一层就能看到", "a CNN needs many layers to see everything, a Transformer one"),
        Answer = new(
            "窗口为 k 的卷积堆 L 层，看到 1+L(k−1) 个位置；编码器一层就看到整句；解码器的第 i 行只看到目标的前 i+1 个词，外加整个源句。“能看到”不等于“会去看”：有效感受野更小。",
            "L convolutions over k positions see 1 + L(k − 1); an encoder sees the whole sentence in one layer; row i "
            + "of a decoder sees the target up to i, and the whole source. To be able to see is not to look: the "
            + "effective field is smaller."),
        Rule = new("导数不为零的输入正好是上面这些位置", "holds if exactly these inputs have a derivative that is not 0"),
        Literature = new(
            "Luo 等（2016）：有效感受野比理论值小得多；Vaswani 等（2017）表 1",
            "Luo et al. 2016: the effective field is far smaller; Vaswani et al. 2017, table 1"),
        Sources =
        [
            "Engine/Layers/Conv1d.cs", "Engine/Models/Transformer/EncoderLayer.cs",
            "Engine/Models/Transformer/DecoderLayer.cs",
        ],
        Tests = ["TransformerTests.A_causal_mask_hides_the_future"],
        Exhibits = ["A causal mask is off by one", "A decoder's convolution sees the next token"],
        Papers = [new("Luo et al. 2016", "1701.04128"), new("Vaswani et al. 2017", "1706.03762")],
        Next = ["which-memory"],
        View = "attention",
        Recorded = VerdictKind.Holds,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        const int Middle = Length / 2;
        var rows = new List<LabRow>();
        var asSaid = true;
        for (var layers = 1; layers <= 4; layers++)
        {
            Conv1d<double>[] convolutions =
                [
                    .. Enumerable.Range(0, layers).Select(
                        i => new Conv1d<double>(D, D, Window.Centered(Kernel), run.Random(i)))
                ];
            var layout = SequenceLayout.Full(1, Length);
            var seen = Seen(run, Middle, (x, _) =>
                convolutions.Aggregate(x, (y, layer) => layer.Forward(y, layout))).Target;
            var said = Math.Min(1 + (layers * (Kernel - 1)), Length);
            asSaid &= seen == said;
            rows.Add(new LabRow(new($"卷积，{layers} 层", $"{layers} convolutions"), seen, said, double.NaN));
        }
        var configuration = new TransformerConfiguration
        {
            SourceVocabulary = 9, TargetVocabulary = 9, DModel = D, DFf = 16, Heads = 2, EncoderLayers = 1,
            DecoderLayers = 1,
        };
        var encoder = new EncoderLayer<double>(configuration, run.Random(10));
        var decoder = new DecoderLayer<double>(configuration, run.Random(11));
        var full = SequenceLayout.Full(1, Length);
        var ofEncoder = Seen(run, Middle, (x, _) => encoder.Forward(x, full)).Target;
        var ofDecoder = Seen(run, Middle, (x, memory) => decoder.Forward(x, full, memory, full));
        asSaid &= ofEncoder == Length && ofDecoder == (Middle + 1, Length);
        rows.Add(new LabRow(new("编码器，1 层", "1 encoder layer"), ofEncoder, Length, double.NaN));
        rows.Add(new LabRow(new("解码器，1 层", "1 decoder layer"), ofDecoder.Target, Middle + 1, ofDecoder.Source));
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new(
                        $"{Length} 个位置中，第 {Middle + 1} 个输出依赖几个输入",
                        $"of {Length} inputs: how many output {Middle + 1} depends on"),
                    [new("层", "layers"), new("测得", "measured"), new("应为", "expected"), new("源句", "of the source")],
                    rows),
            ],
            Verdict = Verdict.Of(
                asSaid,
                new(
                    $"四层卷积看到 {rows[3].Values[0]:0} 个位置，一层编码器看到 {ofEncoder} 个",
                    $"four convolutions see {rows[3].Values[0]:0} positions, one encoder layer {ofEncoder}")),
        };
    }

    /// <summary>How many rows of the input, and of the memory, have a derivative.</summary>
    private static (int Target, int Source) Seen(
        LabRun run, int row, Func<Tensor<double>, Tensor<double>, Tensor<double>> layers)
    {
        using var tape = new Tape<double>(Mode.Evaluation);
        var x = tape.Variable(Initializers.Normal<double>([Length, D], 1, run.Random(20)));
        var memory = tape.Variable(Initializers.Normal<double>([Length, D], 1, run.Random(21)));
        var weights = tape.Constant(Initializers.Normal<double>([1, D], 1, run.Random(22)));
        var gradients = tape.Backward(Op.Sum(Op.Slice(layers(x, memory), 0, row, 1) * weights));
        int Count(Tensor<double> leaf)
        {
            var g = gradients[leaf].ToArray();
            return Enumerable.Range(0, Length).Count(i => g[(i * D)..((i + 1) * D)].Any(value => value != 0));
        }
        return (Count(x), Count(memory));
    }
}
