using Engine.Layers;

namespace Engine.Lab;

/// <summary>Parameters and multiply-adds of attention by the number of heads.</summary>
internal static class HeadsCost
{
    private const double Lower = 0.01;
    private const int DModel = 64, Tokens = 32;
    private static readonly int[] Counts = [1, 2, 4, 8, 16];

    public static LabEntry Entry { get; } = new()
    {
        Name = "heads-cost",
        Group = LabGroup.Complexity,
        Seconds = 1,
        Claims = ["B25", "B26", "B27", "C8", "C9"],
        Question = new("多头会降低计算复杂度吗？为什么更快？", "Do several heads lower the cost, or raise the speed?"),
        Claim = new("多头把维度切小，降低了计算量，并行训练更快", "heads cut the width, so that they lower computation and train faster"),
        Answer = new(
            "不会。h 个头各宽 d/h，合起来的投影和乘积与一个宽 d 的头完全一样多，softmax 反而要做 h 倍。一个头同样可以并行；切细了的矩阵乘法只会更慢。多头换来的是 h 套不同的权重分布。",
            "No. h heads of width d / h have exactly the products of one head of width d, and h times its softmax. "
            + "One head is as parallel, and thinner products are slower. What heads buy is h distributions of "
            + "weights."),
        Rule = new(
            $"乘加次数随头数下降超过 {Lower:0%}，才算“降低”；时间不参与判断",
            $"lowers if the count falls by more than {Lower:0%}; no clock decides"),
        Literature = new(
            "Vaswani 等（2017）第 3.2.2 节：总计算量与单头相近",
            "Vaswani et al. 2017, section 3.2.2: the total cost is similar to a single head's"),
        Sources = ["Engine/Layers/Attention/MultiHeadAttention.cs", "Engine/Operations/Attention/Attention.cs"],
        Exhibits = ["Heads take every second column"],
        Papers = [new("Vaswani et al. 2017", "1706.03762")],
        Next = ["n-squared-d", "scale-sqrt-dk"],
        View = "attention",
        Recorded = VerdictKind.DoesNotHold,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var rows = Counts.Select(heads =>
        {
            var attention = new MultiHeadAttention<double>(DModel, heads, run.Random());
            var counter = new MultiplyAdds();
            using var tape = new Tape<double> { Observer = counter };
            attention.Forward(
                tape.Constant(Initializers.Normal<double>([Tokens, DModel], 1, run.Random(1))),
                SequenceLayout.Full(1, Tokens));
            counter.CountAttention(DModel / heads);
            var products = counter.Total - counter.Of["weights"];
            return (
                Heads: heads, Parameters: attention.Parameters.Sum(p => (double)p.Count), Products: (double)products,
                Exps: (double)counter.Of["weights"]);
        }).ToArray();
        var (least, one) = (rows.Min(row => row.Products), rows[0].Products);
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new($"n={Tokens},d={DModel}", $"n = {Tokens}, d = {DModel}"),
                    [
                        new("头数", "heads"), new("参数", "parameters"), new("乘加", "multiply-adds"),
                        new("softmax 的指数", "exponentials")
                    ],
                    [.. rows.Select(row => new LabRow($"{row.Heads}", row.Parameters, row.Products, row.Exps))]),
            ],
            Verdict = Verdict.Of(
                least < one * (1 - Lower),
                new(
                    $"1 个头 {one:N0} 次乘加，16 个头 {rows[^1].Products:N0} 次",
                    $"{one:N0} multiply-adds with one head, {rows[^1].Products:N0} with 16")),
        };
    }
}
