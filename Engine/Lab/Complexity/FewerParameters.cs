using Engine.Layers;

namespace Engine.Lab;

/// <summary>Parameters and multiply-adds of layers that mix positions.</summary>
internal static class FewerParameters
{
    private const int D = 64;
    private static readonly int[] Lengths = [16, 64, 256, 1024];

    public static LabEntry Entry { get; } = new()
    {
        Name = "fewer-parameters",
        Group = LabGroup.Complexity,
        Seconds = 1,
        Claims = ["B38"],
        Question = new(
            "Attention 的参数和计算量比 CNN、RNN 少吗？", "Has attention fewer parameters and less computation than CNN and RNN?"),
        Claim = new(
            "Attention 比 CNN、RNN 参数少、计算量小", "attention has fewer parameters and computes less than CNN and RNN"),
        Answer = new(
            "参数不少：同样宽 d 时，RNN 是 2d²，窗口为 3 的卷积是 3d²，注意力是 4d²，只少于 GRU 的 6d² 和 LSTM 的 8d²。计算量也要看长度：注意力还有 2n²d 一项，n 大过 d "
            + "之后优势就没有了。它的好处是步与步之间不用等待。",
            "Not parameters: for width d an RNN has 2d², a convolution over 3 positions 3d², attention 4d², which is "
            + "below GRU's 6d² and LSTM's 8d² alone. Computation depends on the length: attention has 2n²d besides. "
            + "Its gain is that no step waits for another."),
        Rule = new(
            "注意力的参数和每个长度上的乘加都最少，才算成立",
            "holds if attention has the fewest parameters, and the fewest multiply-adds at every length"),
        Literature = new(
            "Vaswani 等（2017）表 1:n<d 时自注意力的计算少于循环层",
            "Vaswani et al. 2017, table 1: self-attention computes less than recurrence if n < d"),
        Sources =
        [
            "Engine/Layers/Attention/MultiHeadAttention.cs", "Engine/Layers/Recurrence/Rnn.cs",
            "Engine/Layers/Recurrence/Gru.cs", "Engine/Layers/Recurrence/Lstm.cs", "Engine/Layers/Conv1d.cs",
        ],
        Papers = [new("Vaswani et al. 2017", "1706.03762")],
        Next = ["n-squared-d", "heads-cost"],
        Recorded = VerdictKind.DoesNotHold,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var random = run.Random();
        (string Name, Module<double> Layer)[] layers =
        [
            ("RNN", new Rnn<double>(D, D, random)), (
                "Conv1d (3)", new Conv1d<double>(D, D, Window.Centered(3), random)),
            ("attention", new MultiHeadAttention<double>(D, 4, random)), ("GRU", new Gru<double>(D, D, random)),
            ("LSTM", new Lstm<double>(D, D, random)),
        ];
        // A weight meets each position once; attention multiplies pairs of positions besides.
        double Weights(Module<double> layer) => layer.Parameters.Where(p => p.Shape.Rank > 1).Sum(p => (double)p.Count);
        double Products((string Name, Module<double> Layer) layer, int n) =>
            (n * Weights(layer.Layer)) + (layer.Name == "attention" ? 2.0 * n * n * D : 0);
        var attention = layers.Single(layer => layer.Name == "attention");
        var isLeast = layers.All(layer => Weights(attention.Layer) <= Weights(layer.Layer)
            && Lengths.All(n => Products(attention, n) <= Products(layer, n)));
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new($"宽 {D} 的层", $"layers of width {D}"),
                    [
                        new("层", "layer"), new("权重 / d²", "weights / d²"),
                        .. Lengths.Select(n => new Bilingual($"乘加，n={n}", $"multiply-adds, n = {n}")),
                    ],
                    [
                        .. layers.Select(layer => new LabRow(
                            layer.Name, [Weights(layer.Layer) / (D * D), .. Lengths.Select(n => Products(layer, n))])),
                    ]),
            ],
            Verdict = Verdict.Of(
                isLeast,
                new(
                    $"注意力 {Weights(attention.Layer) / (D * D):0}d²，RNN {Weights(layers[0].Layer) / (D * D):0}d²",
                    $"attention has {Weights(attention.Layer) / (D * D):0}d², an RNN "
                    + $"{Weights(layers[0].Layer) / (D * D):0}d²")),
        };
    }
}
