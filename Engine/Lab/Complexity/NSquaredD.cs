using Engine.Layers;

namespace Engine.Lab;

/// <summary>The multiply-adds of an encoder layer's terms, by the length of the sentence.</summary>
internal static class NSquaredD
{
    private const double Dominates = 0.5;
    private const int D = 64;
    private static readonly int[] Lengths = [16, 32, 64, 128, 256, 384, 512, 1024];

    public static LabEntry Entry { get; } = new()
    {
        Name = "n-squared-d",
        Group = LabGroup.Complexity,
        Seconds = 5,
        Claims = ["C1", "C2", "C3", "C4", "C5", "C6", "C7"],
        Question = new(
            "推导 Self-Attention 和 FFN 的复杂度。n 多大时注意力才是瓶颈？",
            "Derive the costs of attention and FFN. From which n is attention the bottleneck?"),
        Claim = new("总复杂度 O(n²d + nd²)，n>d 时 n²d 占主导", "the total is n²d + nd²; for n > d the term n²d dominates"),
        Answer = new(
            "常数不能丢：投影 4nd²，注意力 2n²d，FFN(宽 4d)8nd²。n=d 时注意力只占 2/14≈14%；n=2d 才与投影相等，n=6d 才占整层的一半——d=512 时是 3072 个词。",
            "Constants matter: projections 4nd², attention 2n²d, FFN (4d wide) 8nd². At n = d attention is 2/14, 14%; "
            + "at n = 2d it equals the projections, and only at n = 6d it is half of the layer: 3,072 tokens for d = "
            + "512."),
        Rule = new(
            $"n=d 时 n²d 的两项占整层超过 {Dominates:0%}，才算“占主导”",
            $"dominates if the two terms of n²d exceed {Dominates:0%} of the layer at n = d"),
        Literature = new(
            "Vaswani 等（2017）表 1 只比较层的阶数，不含常数", "Vaswani et al. 2017, table 1, compares orders without constants"),
        Sources = ["Engine/Layers/Attention/MultiHeadAttention.cs", "Engine/Layers/FeedForward.cs"],
        Papers = [new("Vaswani et al. 2017", "1706.03762")],
        Next = ["heads-cost"],
        Recorded = VerdictKind.DoesNotHold,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var attention = new MultiHeadAttention<double>(D, 4, run.Random());
        var feedForward = new FeedForward<double>(D, 4 * D, run.Random(1));
        var lengths = run.IsFull ? Lengths : Lengths[..5];
        var rows = lengths.Select(n =>
        {
            run.Pause();
            var x = Initializers.Normal<double>([n, D], 1, run.Random(2));
            MultiplyAdds counter = new(), ofFeedForward = new();
            using (var tape = new Tape<double> { Observer = counter })
                attention.Forward(tape.Constant(x), SequenceLayout.Full(1, n));
            counter.CountAttention(D / 4);
            using (var tape = new Tape<double> { Observer = ofFeedForward }) feedForward.Forward(tape.Constant(x));
            double projections = counter.Of["Linear"], products = counter.Of["Q K^T"] + counter.Of["P V"];
            double ffn = ofFeedForward.Total;
            return (
                N: n, Projections: projections, Products: products, Ffn: ffn,
                Share: products / (projections + products + ffn));
        }).ToArray();
        var atD = rows.First(row => row.N == D).Share;
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new($"一层的乘加次数，d={D}", $"multiply-adds of a layer, d = {D}"),
                    [
                        new("n", "n"), new("四个投影", "4 projections"), new("QKᵀ 与 PV", "QKᵀ and PV"), new("FFN", "FFN"),
                        new("注意力的份额", "share of QKᵀ, PV"),
                    ],
                    [.. rows.Select(row => new LabRow($"{row.N}", row.Projections, row.Products, row.Ffn, row.Share))]),
            ],
            Pictures =
            [
                new LabPlot(
                    new("n²d 的份额", "the share of n²d"), new("n / d", IsLogarithmic: true),
                    new(new("份额", "share")),
                    [
                        new LabLine(
                            new("QKᵀ 与 PV", "QKᵀ and PV"), [.. rows.Select(row => ((double)row.N / D, row.Share))])
                    ]),
            ],
            Verdict = Verdict.Of(
                atD > Dominates,
                new($"n=d 时占 {atD:0.0%}", $"{atD:0.0%} at n = d")),
        };
    }
}
