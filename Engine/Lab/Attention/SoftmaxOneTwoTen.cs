namespace Engine.Lab;

/// <summary>The softmax of one large logit, and its derivative.</summary>
internal static class SoftmaxOneTwoTen
{
    private const double Exact = 0.999541338035342, Tolerance = 1e-12, Larger = 100;

    public static LabEntry Entry { get; } = new()
    {
        Name = "softmax-1-2-10",
        Group = LabGroup.Attention,
        Seconds = 1,
        Claims = ["B12"],
        Question = new("为什么 [1,2,10] 的 softmax 会让梯度更新变慢？", "Why does the softmax of [1, 2, 10] stall learning?"),
        Claim = new(
            "softmax([1,2,10]) 里最大的一个占到 0.99954，梯度几乎为零",
            "the largest of softmax([1, 2, 10]) is 0.99954, and gradients stall"),
        Answer = new(
            "softmax 的导数是 diag(y) − yyᵀ：y 接近 one-hot 时每一项都接近 0。除以 √dK=8 之后差距只剩 1 左右，导数大几百倍。",
            "The derivative of the softmax is diag(y) − yyᵀ: near a one-hot y each entry is near 0. Divided by √dK = "
            + "8 the logits are about 1 apart, and the derivative is hundreds of times larger."),
        Rule = new(
            $"最大项等于 1/(1+e⁻⁸+e⁻⁹)(误差 {Tolerance})，且除以 8 后雅可比范数至少大 {Larger} 倍",
            $"holds if the largest is 1/(1 + e⁻⁸ + e⁻⁹) within {Tolerance}, and the Jacobian after division by 8 is "
            + $"at least {Larger} times larger"),
        Literature = new("Vaswani 等（2017）第 3.2.1 节", "Vaswani et al. 2017, section 3.2.1"),
        Sources = ["Engine/Operations/Activations/Softmax.cs"],
        Exhibits = ["Softmax's gradient lacks the sum over its row"],
        Papers = [new("Vaswani et al. 2017", "1706.03762")],
        Next = ["scale-sqrt-dk"],
        Parameters = [new("largest", 10, -20, 100, new("最大的 logit", "the largest logit"))],
        View = "weight",
        Recorded = VerdictKind.Holds,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        double[] widths = [1, 3, 64];
        var rows = widths.Select(dK =>
        {
            double[] logits = [.. ((double[])[1, 2, run["largest"]]).Select(z => z / Math.Sqrt(dK))];
            return new LabRow($"dK = {dK}", [.. SoftmaxJacobian.Softmax(logits), SoftmaxJacobian.Norm(logits)]);
        }).ToArray();
        var gain = rows[^1].Values[3] / rows[0].Values[3];
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new("softmax([1,2,10]/√dK) 及其雅可比矩阵的范数", "softmax([1, 2, 10] / √dK), and the norm of its Jacobian"),
                    [new("缩放", "scale"), new("y₁", "y₁"), new("y₂", "y₂"), new("y₃", "y₃"), new("范数", "norm")],
                    rows),
            ],
            Verdict = Verdict.Of(
                Math.Abs(rows[0].Values[2] - Exact) < Tolerance && gain >= Larger,
                new(
                    $"最大项 {rows[0].Values[2]:0.00000}；导数相差 {gain:0} 倍",
                    $"the largest is {rows[0].Values[2]:0.00000}; derivatives differ by {gain:0}")),
        };
    }
}
