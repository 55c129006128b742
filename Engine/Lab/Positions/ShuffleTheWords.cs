using Engine.Layers;
using Engine.Models;

namespace Engine.Lab;

/// <summary>Whether an encoder notices that its words are shuffled.</summary>
internal static class ShuffleTheWords
{
    private const double Ignores = 1e-9;
    private const int Words = 8;

    public static LabEntry Entry { get; } = new()
    {
        Name = "shuffle-the-words",
        Group = LabGroup.Positions,
        Seconds = 1,
        Claims = ["D1"],
        Question = new("没有位置编码，把词序打乱会怎样？", "Without positions, what happens if the words are shuffled?"),
        Claim = new("自注意力本身不区分词序，必须加位置编码", "self-attention ignores order, so that positions are needed"),
        Answer = new(
            "编码器没有位置编码时，打乱输入只会把输出同样打乱，每个词的向量一点不变（置换等变）。解码器不一样：因果掩码让每个位置看到的词数不同，它本身就透露了顺序。",
            "An encoder without positions shuffles its outputs as its inputs were, and no word's vector changes. A "
            + "decoder differs: under a causal mask each position sees another number of words, which tells the "
            + "order."),
        Rule = new(
            $"打乱再还原后输出相差小于 {Ignores}，才算“不区分”",
            $"ignores order if the outputs, put back in order, differ by less than {Ignores}"),
        Literature = new(
            "Vaswani 等（2017）第 3.5 节；Haviv 等（2022）关于因果掩码",
            "Vaswani et al. 2017, section 3.5; Haviv et al. 2022 on the causal mask"),
        Sources = ["Engine/Models/Transformer/EncoderLayer.cs"],
        Tests = ["TransformerTests.An_encoder_without_positions_does_not_know_the_order_of_its_rows"],
        Papers = [new("Vaswani et al. 2017", "1706.03762"), new("Haviv et al. 2022", "2203.16634")],
        Next = ["dot-product-decay"],
        View = "switches",
        Recorded = VerdictKind.Holds,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var rows = Enum.GetValues<PositionEncoding>().Select(kind =>
            (Kind: kind, Moved: Moved(run, kind, causal: false))).ToArray();
        var decoder = Moved(run, PositionEncoding.None, causal: true);
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new("打乱词序再还原：输出的最大变化", "words shuffled, outputs put back: the largest change"),
                    [new("位置编码", "positions"), new("变化", "change")],
                    [
                        .. rows.Select(row => new LabRow($"{row.Kind}".ToLowerInvariant(), row.Moved)),
                        new LabRow(new("无，加因果掩码", "none, with a causal mask"), decoder),
                    ]),
            ],
            Verdict = Verdict.Of(
                rows.Single(row => row.Kind == PositionEncoding.None).Moved < Ignores
                    && rows.Where(row => row.Kind != PositionEncoding.None).All(row => row.Moved > Ignores),
                new(
                    $"编码器没有位置编码时变化 {rows.Single(row =>
                        row.Kind == PositionEncoding.None).Moved:0e0};加因果掩码时 {decoder:0.00}",
                    $"without positions an encoder changes by {rows.Single(row =>
                        row.Kind == PositionEncoding.None).Moved:0e0}; under a causal mask by {decoder:0.00}")),
        };
    }

    private static double Moved(LabRun run, PositionEncoding positions, bool causal)
    {
        var network = new Transformer<double>(
            new TransformerConfiguration
            {
                SourceVocabulary = 20, TargetVocabulary = 20, DModel = 16, DFf = 32, Heads = 2, EncoderLayers = 2,
                DecoderLayers = 1, Positions = positions, MaximumLength = Words,
            },
            run.Random());
        int[] words = [.. Enumerable.Range(4, Words)], order = [.. Enumerable.Range(0, Words)];
        run.Random(1).Shuffle<int>(order);
        double[] before = Encode(words), after = Encode([.. order.Select(i => words[i])]);
        return order.Select((from, to) => (From: from, To: to)).Max(pair => Enumerable.Range(0, 16).Max(feature =>
            Math.Abs(before[(pair.From * 16) + feature] - after[(pair.To * 16) + feature])));

        double[] Encode(int[] ids)
        {
            using var tape = new Tape<double>(Mode.Inference);
            var layout = SequenceLayout.Full(1, Words);
            if (!causal) return network.Encode(tape, ids, layout).ToArray();
            var memory = tape.Constant(Tensor<double>.Zeros([1, 16]));
            return network.Decode(tape, ids, layout, memory, SequenceLayout.Full(1, 1)).ToArray();
        }
    }
}
