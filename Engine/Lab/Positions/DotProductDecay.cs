using Engine.Layers;

namespace Engine.Lab;

/// <summary>The inner products of sinusoidal positions, and of rotated rows, by distance.</summary>
internal static class DotProductDecay
{
    private const int Distances = 120;
    private static readonly int[] Widths = [16, 64, 128, 512];

    public static LabEntry Entry { get; } = new()
    {
        Name = "dot-product-decay",
        Group = LabGroup.Positions,
        Seconds = 1,
        Claims = ["D10", "D11", "D16", "D17"],
        Question = new(
            "两个位置编码的内积随距离递减吗？能区分方向吗？RoPE 呢？",
            "Do products of positions fall with distance? Do they know direction? And RoPE?"),
        Claim = new(
            "位置编码的内积随相对距离增大而减小，但不能区分方向",
            "the inner product of position codes falls with distance, and knows no direction"),
        Answer = new(
            "只是大体上递减：d=64 时从 k=6 起就有回升，120 步里有几十步在升。内积是 Σcos(kω)，对 k 和 −k 一样，所以单独看没有方向；经过 W_Q、W_K 之后就有了。RoPE "
            + "的远程衰减是一个上界，不是对任意 q、k 都成立。",
            "It falls on the whole only: at d = 64 it rises first at k = 6, and in dozens of 119 steps. The product "
            + "is Σ cos(kω), the same for k and −k, so it knows no direction; after W_Q and W_K it does. RoPE's decay "
            + "is an upper bound, and not true of any q and k."),
        Rule = new("任何一步都不回升，才算“递减”", "falls if no step rises"),
        Literature = new(
            "Yan 等（2019）指出内积无方向；Barbero 等（2024）质疑 RoPE 的衰减",
            "Yan et al. 2019 on direction; Barbero et al. 2024 on RoPE's decay"),
        Sources = ["Engine/Layers/Positions/SinusoidalPositions.cs", "Engine/Operations/Attention/Rotary.cs"],
        Tests = ["RotaryTests.The_product_of_a_query_and_a_key_depends_on_their_distance_alone"],
        Exhibits = ["Rotary positions turn the wrong way", "Keys are turned against their queries"],
        Papers =
        [
            new("Yan et al. 2019", "1911.04474"), new("Su et al. 2021", "2104.09864"),
            new("Barbero et al. 2024", "2410.06205"),
        ],
        Next = ["rotate-by-k", "unique-position"],
        View = "positions",
        Recorded = VerdictKind.DoesNotHold,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var lines = Widths.Select(d => (D: d, Products: Sinusoidal(d))).ToArray();
        var random = run.Random();
        double[] q = Normal(random, 64), k = Normal(random, 64);
        double[] equal = Rotary(q, q), unequal = Rotary(q, k);
        var direction = Direction(random);
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new("内积在哪里回升", "where products rise"),
                    [new("编码", "codes"), new("首次回升的 k", "first rise at k"), new("回升的步数，共 119", "rises of 119 steps")],
                    [
                        .. lines.Select(line => Rises($"PE, d = {line.D}", line.Products)),
                        Rises("RoPE, q = k, d = 64", equal), Rises("RoPE, random q, k", unequal),
                    ]),
                new LabTable(
                    new("方向：|f(k) − f(−k)| 的最大值，k ≤ 20", "direction: the largest |f(k) − f(−k)|, k ≤ 20"),
                    [new("内积", "product"), new("差", "difference")],
                    [new LabRow("PE · PE", direction.Plain), new LabRow("W_Q PE · W_K PE", direction.Projected)]),
            ],
            Pictures =
            [
                new LabPlot(
                    new("内积随距离的变化", "products by distance"), new(new("距离 k", "distance k")), new(
                        new("内积 / 自身内积", "product / own square")),
                    [
                        .. lines.Select(line => Line($"d = {line.D}", line.Products)), Line("RoPE, q = k", equal),
                    ]),
            ],
            Verdict = Verdict.Of(
                lines.All(line => First(line.Products) < 0),
                new(
                    $"d=64 时从 k={First(lines[1].Products)} 起回升，119 步中有 {Count(lines[1].Products)} 步在升",
                    $"at d = 64 it rises first at k = {First(lines[1].Products)}, and in {Count(lines[1].Products)} "
                    + "of 119 steps")),
        };
    }

    private static LabLine Line(string name, double[] products) =>
        new(new(name, name), [.. products.Select((product, k) => ((double)k, product / products[0]))]);

    private static LabRow Rises(string name, double[] products) =>
        new(name, First(products) is > 0 and var k ? k : double.NaN, Count(products));

    /// <summary>The first distance whose product is above that of the distance before; -1 if there is none.</summary>
    private static int First(double[] products) =>
        Enumerable.Range(1, products.Length - 1).FirstOrDefault(k => products[k] > products[k - 1], -1);

    private static int Count(double[] products) =>
        Enumerable.Range(1, products.Length - 1).Count(k => products[k] > products[k - 1]);

    private static double[] Sinusoidal(int d)
    {
        var codes = new SinusoidalPositions<double>(d).Rows(Distances).ToArray();
        return [.. Enumerable.Range(0, Distances).Select(k => Dot(codes[..d], codes[(k * d)..((k + 1) * d)]))];
    }

    /// <summary>The products of a query at position 0 with a key at each position.</summary>
    private static double[] Rotary(double[] q, double[] k)
    {
        using var tape = new Tape<double>(Mode.Inference);
        double[] keys = [.. Enumerable.Range(0, Distances).SelectMany(_ => k)];
        var turned = Op.Rotary(
            tape.Constant([Distances, k.Length], keys), new RotaryAngles<double>(k.Length),
            SequenceLayout.Full(1, Distances), k.Length).ToArray();
        return [.. Enumerable.Range(0, Distances).Select(at => Dot(q, turned[(at * k.Length)..((at + 1) * k.Length)]))];
    }

    private static (double Plain, double Projected) Direction(RandomStream random)
    {
        const int D = 64, Middle = 30, Most = 20;
        var codes = new SinusoidalPositions<double>(D).Rows(2 * Middle).ToArray();
        double[] wq = Normal(random, D * D), wk = Normal(random, D * D);
        double[] Code(int at) => codes[(at * D)..((at + 1) * D)];
        double[] Map(double[] w, double[] x) =>
            [.. Enumerable.Range(0, D).Select(i => Dot(w[(i * D)..((i + 1) * D)], x) / D)];
        double Largest(Func<int, double> f) => Enumerable.Range(1, Most).Max(k => Math.Abs(f(k) - f(-k)));
        var query = Map(wq, Code(Middle));
        return (Largest(k => Dot(Code(Middle), Code(Middle + k))), Largest(k => Dot(query, Map(wk, Code(Middle + k)))));
    }

    private static double[] Normal(RandomStream random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => random.NextNormal())];

    private static double Dot(double[] x, double[] y) => x.Zip(y, (a, b) => a * b).Sum();
}
