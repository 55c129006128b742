namespace Engine.Lab;

/// <summary>Ways of hiding keys, and how much weight leaks to them.</summary>
internal static class MinusOneE9
{
    private const double Leak = 1e-6;
    private static readonly double[] Scores = [0.3, 0.7];

    public static LabEntry Entry { get; } = new()
    {
        Name = "minus-1e9",
        Group = LabGroup.Attention,
        Seconds = 1,
        Claims = ["B30", "B31"],
        Question = new("Padding 怎么做 mask？“很小的值”到底是多小？", "How does one mask padding? How small is \"a small value\"?"),
        Claim = new(
            "padding mask 把填充位置设为负无穷；masked softmax 把分数设成一个很小的值",
            "a padding mask sets the padded token to −∞; a masked softmax sets its score to a small value"),
        Answer = new(
            "被换掉的是分数，不是词向量：词向量里的 −∞ 会变成 NaN。要很负，不是很小：1e-9 什么也遮不住。−1e9 够用，但一行全被遮住时会变成均匀分布，−∞ 会变成 NaN；本引擎输出 0。",
            "The score is replaced, not the token: −∞ in a token becomes NaN. It must be very negative, not small: "
            + "1e-9 hides nothing. −1e9 does, but a row whose keys are all hidden becomes uniform, and NaN with −∞; "
            + "here it is 0."),
        Rule = new(
            $"漏到填充上的权重小于 {Leak}，且全部遮住时输出仍是有限数，才算遮住",
            $"a value masks if less than {Leak} of the weight leaks and a fully hidden row stays finite"),
        Literature = new("常见实现：masked_fill(mask,−inf) 或 −1e9", "usual code: masked_fill(mask, −inf), or −1e9"),
        Sources = ["Engine/Operations/Activations/MaskedSoftmax.cs"],
        Exhibits =
        [
            "The mask is applied after the softmax", "A query that sees nothing is not a number",
            "A query that sees nothing attends evenly", "Padding is attended to",
        ],
        Next = ["scale-sqrt-dk"],
        View = "attention",
        Recorded = VerdictKind.DoesNotHold,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        (string Name, double Value)[] fills = [
            ("0", 0), ("1e-9", 1e-9), ("-10", -10), ("-1e4", -1e4), ("-1e9", -1e9), ("-inf", double.NegativeInfinity)
        ];
        var rows = fills.Select(fill => (fill.Name, Leak: Leaked(fill.Value), Hidden: Hidden(fill.Value))).ToList();
        rows.Add(("MaskedSoftmax", Leaked(null), Hidden(null)));
        bool Masks((string Name, double Leak, double Hidden) row) => row.Leak < Leak && double.IsFinite(row.Hidden);
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new("两个真实的键，两个填充", "two real keys, two padded"),
                    [
                        new("填充的分数", "score of padding"), new("漏到填充的权重", "weight on padding"),
                        new("全遮住时的权重", "weight if all are hidden")
                    ],
                    [.. rows.Select(row => new LabRow(row.Name, row.Leak, row.Hidden))]),
                new LabTable(
                    new("把 −∞ 写进词向量", "−∞ written into the token"),
                    [new("量", "quantity"), new("值", "value")],
                    [new LabRow(new("q·k", "q · k"), (1 * double.NegativeInfinity) + (-1 * double.NegativeInfinity))]),
            ],
            Verdict = Verdict.Of(
                Masks(rows[1]),
                new(
                    $"“很小的值”1e-9 漏掉 {rows[1].Leak:0%}；−1e9 漏 {rows[4].Leak:0}，但全遮住时是 {rows[4].Hidden:0.00}",
                    $"a small value, 1e-9, leaks {rows[1].Leak:0%}; −1e9 leaks {rows[4].Leak:0}, but gives "
                    + $"{rows[4].Hidden:0.00} where all is hidden")),
        };
    }

    private static double Leaked(double? fill) => Weights([.. Scores, 0.1, 0.4], [2, 3], fill)[2..].Sum();

    private static double Hidden(double? fill) => Weights([.. Scores, 0.1, 0.4], [0, 1, 2, 3], fill)[0];

    /// <summary>The weights if some scores are replaced by a value; null for the engine's own mask.</summary>
    private static double[] Weights(double[] scores, int[] hidden, double? fill)
    {
        using var tape = new Tape<double>(Mode.Inference);
        if (fill is not { } value)
            return Op.MaskedSoftmax(tape.Constant([1, 4], scores), new Mask([1, 4], i => hidden.Contains(i))).ToArray();
        foreach (var i in hidden) scores[i] = value;
        return Op.Softmax(tape.Constant([1, 4], scores)).ToArray();
    }
}
