using Engine.Layers;

namespace Engine.Lab;

/// <summary>How far apart the codes of sinusoidal positions lie.</summary>
internal static class UniquePosition
{
    private const double Distinct = 1e-3;
    private static readonly int[] Widths = [4, 64, 512];

    public static LabEntry Entry { get; } = new()
    {
        Name = "unique-position",
        Group = LabGroup.Positions,
        Seconds = 3,
        Claims = ["D4", "D6"],
        Question = new(
            "每个位置的编码唯一吗？“偶数用 sin”说的是位置还是维度？",
            "Is each position's code unique? Are \"even\" positions or dimensions sines?"),
        Claim = new("每个位置有唯一的编码", "each position has a code of its own"),
        Answer = new(
            "唯一：几千个位置里，最近的两个编码也隔得很开，维度越高越开。偶数维用 sin、奇数维用 cos，说的是维度；每个位置的编码里两种都有。",
            "Yes: among thousands of positions even the nearest codes are apart, the more the wider they are. Even "
            + "dimensions are sines and odd ones cosines; every position has both."),
        Rule = new($"任何两个位置的距离都大于 {Distinct}，才算唯一", $"unique if no two codes are nearer than {Distinct}"),
        Literature = new("Vaswani 等（2017）第 3.5 节", "Vaswani et al. 2017, section 3.5"),
        Sources = ["Engine/Layers/Positions/SinusoidalPositions.cs"],
        Exhibits = ["A sine and its cosine have two frequencies", "Positions are counted from one"],
        Papers = [new("Vaswani et al. 2017", "1706.03762")],
        Next = ["rotate-by-k", "dot-product-decay"],
        View = "positions",
        Recorded = VerdictKind.Holds,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var positions = run.IsFull ? 5000 : 500;
        var rows = Widths.Select(d =>
        {
            // The distance of two codes depends on their lag alone: |PE(p + k) - PE(p)|² = Σ 2 - 2 cos(k ω).
            var codes = new SinusoidalPositions<double>(d).Rows(positions);
            var (least, at) = (double.PositiveInfinity, 0);
            for (var lag = 1; lag < positions; lag++)
            {
                var sum = 0.0;
                for (var i = 0; i < d; i++)
                {
                    var difference = codes[(lag * d) + i] - codes[i];
                    sum += difference * difference;
                }
                if (Math.Sqrt(sum) < least) (least, at) = (Math.Sqrt(sum), lag);
            }
            return (D: d, Least: least, Lag: at);
        }).ToArray();
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new($"{positions} 个位置里最近的两个编码", $"the nearest of {positions} codes"),
                    [new("维度 d", "d"), new("最小距离", "least distance"), new("相隔", "lag")],
                    [.. rows.Select(row => new LabRow($"{row.D}", row.Least, row.Lag))]),
            ],
            Verdict = Verdict.Of(
                rows.All(row => row.Least > Distinct),
                new(
                    $"最小距离 {rows[0].Least:0.000}(d=4)到 {rows[^1].Least:0.00}(d=512)",
                    $"least distances from {rows[0].Least:0.000} (d = 4) to {rows[^1].Least:0.00} (d = 512)")),
        };
    }
}
