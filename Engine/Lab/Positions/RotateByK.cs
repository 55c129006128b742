using Engine.Layers;

namespace Engine.Lab;

/// <summary>Whether a linear map takes the code of a position to that of a later position.</summary>
internal static class RotateByK
{
    private const double Linear = 1e-9;
    private const int D = 16, Positions = 128;

    public static LabEntry Entry { get; } = new()
    {
        Name = "rotate-by-k",
        Group = LabGroup.Positions,
        Seconds = 1,
        Claims = ["D7", "D9"],
        Question = new(
            "为什么 sin/cos 能表示相对位置？是因为周期性吗？", "Why do sines carry relative positions? Because they are periodic?"),
        Claim = new(
            "PE(pos+k) 可以由 PE(pos) 线性表示；这来自三角函数的周期性", "PE(pos + k) is linear in PE(pos), because sines are periodic"),
        Answer = new(
            "前半句对：和角公式给出一个只与 k 有关的旋转矩阵。后半句不对：eᵃᵗsin、eᵃᵗcos 不是周期函数，同样可以线性表示；而且最长的波长是 62832，普通句子根本走不完一个周期。",
            "The first half is right: the angle sum gives a rotation that depends on k alone. The second is not: "
            + "growing spirals eᵃᵗ sin, eᵃᵗ cos are not periodic and linear as well, and the longest wavelength is 62,"
            + "832."),
        Rule = new(
            $"在没用来拟合的位置上残差小于 {Linear}，才算线性；螺线也能拟合，就不是周期性的功劳",
            $"linear if the residual on positions that were not fitted is below {Linear}; periodicity is not the "
            + "reason if spirals fit too"),
        Literature = new("Vaswani 等（2017）第 3.5 节", "Vaswani et al. 2017, section 3.5"),
        Sources = ["Engine/Layers/Positions/SinusoidalPositions.cs"],
        Papers = [new("Vaswani et al. 2017", "1706.03762")],
        Next = ["dot-product-decay", "unique-position"],
        Parameters = [new("k", 5, 1, 50, new("相隔的位置数 k", "the distance k"))],
        View = "positions",
        Recorded = VerdictKind.HoldsIf,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var k = (int)run["k"];
        var random = run.Random();
        var sines = new SinusoidalPositions<double>(D).Rows(Positions).ToArray();
        double[] table = [.. Enumerable.Range(0, Positions * D).Select(_ => random.NextNormal())];
        double[] spirals = [.. Enumerable.Range(0, Positions * D).Select(at =>
        {
            var (t, i) = (at / D, at % D / 2);
            var angle = t * Math.Pow(10000, -2.0 * i / D);
            return Math.Exp(0.01 * t) * (at % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
        })];
        var rows = ((Bilingual Name, double[] Codes)[])
        [
            (new("正弦", "sinusoidal"), sines), (new("增长的螺线", "growing spirals"), spirals), (
                new("随机表", "a random table"), table),
        ];
        double[] residuals = [.. rows.Select(row => Residual(row.Codes, k))];
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new($"PE(pos+{k}) − M PE(pos) 的相对残差", $"relative residual of PE(pos + {k}) − M PE(pos)"),
                    [new("编码", "codes"), new("残差", "residual")],
                    [.. rows.Zip(residuals, (row, residual) => new LabRow(row.Name, residual))]),
            ],
            Verdict = residuals[0] < Linear && residuals[1] < Linear
                ? new(
                    VerdictKind.HoldsIf,
                    new(
                        $"线性成立（残差 {residuals[0]:0e0}），但不靠周期性：螺线的残差也只有 {residuals[1]:0e0}",
                        $"linear it is (residual {residuals[0]:0e0}), but not by periodicity: spirals have "
                        + $"{residuals[1]:0e0}"))
                : Verdict.Of(residuals[0] < Linear, new($"残差 {residuals[0]:G2}", $"residual {residuals[0]:G2}")),
        };
    }

    /// <summary>
    /// Fits M on the first half of the positions, pair by pair of features; its residual on the second.
    /// </summary>
    private static double Residual(double[] codes, int k)
    {
        var (error, size, half) = (0.0, 0.0, Positions / 2);
        for (var pair = 0; pair < D; pair += 2)
        {
            double xx = 0, xy = 0, yy = 0, x0 = 0, x1 = 0, y0 = 0, y1 = 0;
            for (var p = 0; p + k < half; p++)
            {
                var (x, y) = (codes[(p * D) + pair], codes[(p * D) + pair + 1]);
                var (u, v) = (codes[((p + k) * D) + pair], codes[((p + k) * D) + pair + 1]);
                (xx, xy, yy) = (xx + (x * x), xy + (x * y), yy + (y * y));
                (x0, x1, y0, y1) = (x0 + (u * x), x1 + (u * y), y0 + (v * x), y1 + (v * y));
            }
            var determinant = (xx * yy) - (xy * xy);
            double a = ((x0 * yy) - (x1 * xy)) / determinant, b = ((x1 * xx) - (x0 * xy)) / determinant;
            double c = ((y0 * yy) - (y1 * xy)) / determinant, e = ((y1 * xx) - (y0 * xy)) / determinant;
            for (var p = half; p + k < Positions; p++)
            {
                var (x, y) = (codes[(p * D) + pair], codes[(p * D) + pair + 1]);
                var (u, v) = (codes[((p + k) * D) + pair], codes[((p + k) * D) + pair + 1]);
                error += Math.Pow(u - (a * x) - (b * y), 2) + Math.Pow(v - (c * x) - (e * y), 2);
                size += (u * u) + (v * v);
            }
        }
        return Math.Sqrt(error / size);
    }
}
