using Engine.Layers;

namespace Engine.Lab;

/// <summary>The longest chain of operations that wait for each other, by the length of the sequence.</summary>
internal static class RnnMustWait
{
    private const int DModel = 16, Heads = 2;
    private static readonly int[] Lengths = [8, 16, 32, 64, 128, 256];

    public static LabEntry Entry { get; } = new()
    {
        Name = "rnn-must-wait",
        Group = LabGroup.Attention,
        Seconds = 1,
        Claims = ["A19", "B39"],
        Question = new("Transformer 为什么能并行？RNN 为什么不能？", "Why is a Transformer parallel, and an RNN not?"),
        Claim = new(
            "注意力一次算完所有位置，不用等前一步；RNN 必须一步一步等",
            "attention computes all positions at once and waits for none; an RNN must wait step by step"),
        Answer = new(
            "看最长的依赖链：注意力层的链长与 n 无关，RNN 的链长随 n 增长，再多硬件也缩短不了。"
            + "但“更快”还要看条件：n² 的计算不能太大，硬件要能并行；而且生成时 Transformer 同样要一个词一个词等。",
            "Count the longest chain of operations that wait for each other: in an attention layer its length does not "
            + "depend on n, in an RNN it grows with n, and no hardware shortens it. Faster it is only where n² is "
            + "affordable and the hardware parallel; and in generation a Transformer waits for each word too."),
        Rule = new(
            "注意力的链长对所有 n 都一样，而 RNN 的链长至少是 n，才算成立",
            "holds if attention's chain is equally long for all n, and the RNN's has at least n operations"),
        Literature = new(
            "Vaswani 等（2017）表 1：顺序操作 O(1) 对 O(n)",
            "Vaswani et al. 2017, table 1: O(1) sequential operations against O(n)"),
        Sources =
        [
            "Engine/Layers/Attention/MultiHeadAttention.cs", "Engine/Layers/Recurrence/Recurrent.cs",
            "Engine/Layers/Conv1d.cs", "Engine/Autograd/TapeObserver.cs",
        ],
        Papers = [new("Vaswani et al. 2017", "1706.03762")],
        Next = ["teacher-forcing", "rnn-near-and-far", "n-squared-d"],
        Recorded = VerdictKind.Holds,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        int[] lengths = run.IsFull ? Lengths : Lengths[..2];
        var random = run.Random();
        var attention = new MultiHeadAttention<double>(DModel, Heads, random);
        var convolution = new Conv1d<double>(DModel, DModel, Window.Centered(3), random);
        (Bilingual Name, Func<Tensor<double>, Tensor<double>> Compute)[] layers =
        [
            (new("注意力", "attention"), x => attention.Forward(x, SequenceLayout.Full(1, x.Shape[0]))),
            (new("卷积", "convolution"), x => convolution.Forward(x, SequenceLayout.Full(1, x.Shape[0]))),
            ("RNN", x => Steps(new Rnn<double>(DModel, DModel, random), x)),
            ("GRU", x => Steps(new Gru<double>(DModel, DModel, random), x)),
        ];
        var chains = layers.Select(layer => lengths.Select(n => (double)Chain(layer.Compute, n)).ToArray()).ToArray();
        var (shortest, longest) = (chains[0].Min(), chains[0].Max());
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new("最长的依赖链（运算个数）", "longest chain of operations that wait for each other"),
                    [new("层", "layer"), .. lengths.Select(n => (Bilingual)$"n = {n}")],
                    [.. layers.Select((layer, i) => new LabRow(layer.Name, chains[i]))]),
            ],
            Pictures =
            [
                new LabPlot(
                    new("依赖链随序列长度", "chains by the length of the sequence"),
                    new(new("序列长度 n（词）", "length n, tokens"), IsLogarithmic: true),
                    new(new("链长（运算个数）", "length of the chain, operations"), IsLogarithmic: true),
                    [
                        .. layers.Select((layer, i) => new LabLine(
                            layer.Name, [.. lengths.Select((n, j) => ((double)n, chains[i][j]))])),
                    ]),
            ],
            Verdict = Verdict.Of(
                shortest == longest && chains[2].Zip(lengths).All(pair => pair.First >= pair.Second),
                new(
                    $"n={lengths[^1]} 时，注意力的链有 {longest:0} 个运算，RNN 有 {chains[2][^1]:0} 个",
                    $"at n = {lengths[^1]} attention's chain has {longest:0} operations, the RNN's {chains[2][^1]:0}")),
        };
    }

    /// <summary>A recurrence over rows that come one by one, as they must.</summary>
    private static Tensor<double> Steps(Recurrent<double> recurrent, Tensor<double> x)
    {
        var state = x.Tape.Constant(Tensor<double>.Zeros([1, recurrent.StateWidth])); // [1, state width]
        var y = x;
        for (var t = 0; t < x.Shape[0]; t++) (y, state) = recurrent.Step(Op.Slice(x, 0, t, 1), state);
        return y;
    }

    private static int Chain(Func<Tensor<double>, Tensor<double>> compute, int n)
    {
        var depths = new Depths();
        using var tape = new Tape<double> { Observer = depths };
        return depths.Of(compute(tape.Constant(Tensor<double>.Zeros([n, DModel]))));
    }

    /// <summary>For each tensor on a tape, the longest chain of operations that it waited for.</summary>
    private sealed class Depths : TapeObserver<double>
    {
        private readonly Dictionary<int, int> depths = [];

        public int Of(Tensor<double> x) => depths.GetValueOrDefault(x.Node);

        public override void Recorded(
            int node, CatalogueEntry? entry, Tensor<double> y, ReadOnlySpan<Tensor<double>?> inputs)
        {
            var longest = 0;
            foreach (var input in inputs) longest = Math.Max(longest, input is null ? 0 : Of(input));
            depths[node] = entry is null ? 0 : longest + 1; // a leaf waits for nothing
        }
    }
}
