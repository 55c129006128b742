namespace Engine.Lab;

/// <summary>Attention and LayerNorm written by hand, right and with each known mistake.</summary>
internal static class AttentionByHand
{
    private const double Agrees = AnswerCheck.Tolerance;
    private const string Evenly = "A query that sees nothing attends evenly";

    public static LabEntry Entry { get; } = new()
    {
        Name = "attention-by-hand",
        Group = LabGroup.Attention,
        Seconds = 1,
        Claims = ["B3", "B17", "B18", "B32", "E20"],
        Question = new(
            "手撕 Multi-Head Attention 和 LayerNorm（前向和反向），怎么知道写对了？",
            "Write attention and LayerNorm by hand, forward and backward. How do you know that they are right?"),
        Claim = new(
            "Q、K、V 由 x 乘三个矩阵得到；手写的 MHA（masked_fill −1e9）和 LayerNorm 的前向、反向是对的",
            "Q, K and V come from x by three matrices; the MHA written by hand (masked_fill −1e9) and LayerNorm's "
            + "forward and backward are right"),
        Answer = new(
            "前向对了不等于反向对：要和另一个实现比输出，也比每一个梯度。LayerNorm 的样例是对的；masked_fill(−1e9) 在一行全被遮住时变成"
            + "均匀分布。用 engine lab write mha 拿输入，用 engine lab check 找出错在哪里。",
            "A right forward does not make a right backward: compare outputs and each gradient with another "
            + "implementation. The LayerNorm is right; masked_fill(−1e9) attends evenly where a whole row is hidden. "
            + "engine lab write mha gives inputs, engine lab check names the mistake."),
        Rule = new(
            $"与引擎相差不到 {Agrees:0e+0} 才算写对；masked_fill(−1e9) 只在没有整行被遮住时写对，就是“有条件”；"
            + "每个已知的错误都要能从结果认出来",
            $"right if the difference from the engine is below {Agrees:0e+0}; \"holds if\" if masked_fill(−1e9) is "
            + "right only where no row is hidden whole; the result of each known mistake must tell which it is"),
        Literature = new(
            "Vaswani 等（2017）第 3.2 节；LayerNorm 的反向见 Ba 等（2016）和 llm.c",
            "Vaswani et al. 2017, section 3.2; for LayerNorm's backward Ba et al. 2016 and llm.c"),
        Sources =
        [
            "Engine/Layers/Attention/MultiHeadAttention.cs", "Engine/Operations/Normalization/LayerNorm.cs",
            "Engine/Lab/ByHand/MultiHeadByHand.cs", "Engine/Lab/ByHand/LayerNormByHand.cs",
        ],
        Tests =
        [
            "ByHandTests.A_solution_written_line_by_line_agrees_with_the_engine",
            "ByHandTests.Every_known_mistake_is_named_and_no_other",
        ],
        Exhibits =
        [
            Evenly, "Softmax's gradient lacks the sum over its row",
            "LayerNorm's gradient lacks the term of the variance",
        ],
        Papers = [new("Vaswani et al. 2017", "1706.03762"), new("Ba et al. 2016", "1607.06450")],
        Next = ["scale-sqrt-dk", "minus-1e9", "what-layernorm-averages"],
        View = "weight",
        Recorded = VerdictKind.HoldsIf,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        Exercise[] exercises = [MultiHeadByHand.Exercise, LayerNormByHand.Exercise];
        var results = exercises.Select(exercise => Try(exercise, run.Seed)).ToArray();
        var (worst, known, told) = (
            results.Max(result => result.Error), exercises.Sum(exercise => exercise.Mistakes.Count),
            results.Sum(result => result.Mistakes.Count(row => row.Values[1] == 1)));
        double[] filled = [Filled(run.Seed, false), Filled(run.Seed, true)];
        var baby = BabyExample.Tables();
        var weights = baby[BabyExample.WeightsTable];
        return new LabResult
        {
            Tables =
            [
                .. baby,
                new LabTable(
                    new("逐行手写的解与引擎的差（相对于最大值）", "solutions by hand against the engine, by the largest value"),
                    [new("题目", "exercise"), new("最大的差", "largest difference")],
                    [.. exercises.Zip(results, (exercise, result) => new LabRow(exercise.Name, result.Error))]),
                new LabTable(
                    new("masked_fill(−1e9) 与引擎的差", "masked_fill(−1e9) against the engine"),
                    [new("batch", "batch"), new("最大的差", "largest difference")],
                    [
                        new LabRow(new("每个 query 至少看见一个键", "each query sees a key"), filled[0]),
                        new LabRow(new("有一个长度为 0 的句子", "a sentence of length 0"), filled[1]),
                    ]),
                .. exercises.Zip(results, (exercise, result) => new LabTable(
                    new($"{exercise.Name} 的错误", $"mistakes in {exercise.Name}"),
                    [
                        new("错误", "mistake"), new("错了的张量", "wrong tensors"), new("认出来了", "told which"),
                    ],
                    result.Mistakes)),
            ],
            Pictures =
            [
                new LabHeat(
                    new("“婴儿在干嘛”：每个词看图片的哪里", "what is the baby doing: where each word looks"),
                    new("词", "word"), new("图片的区域", "region of the picture"), [.. weights.Columns.Skip(1)],
                    weights.Rows),
            ],
            Verdict = new Verdict(
                !(worst < Agrees && told == known && filled[0] < Agrees) ? VerdictKind.DoesNotHold
                    : filled[1] < Agrees ? VerdictKind.Holds : VerdictKind.HoldsIf,
                new(
                    $"没有整行被遮住时，−1e9 相差 {filled[0]:0e+0}，否则 {filled[1]:0.00}；{known} 个错误认出了 {told} 个",
                    $"where no row is hidden whole, −1e9 differs by {filled[0]:0e+0}, else by {filled[1]:0.00}; {told} "
                    + $"of {known} mistakes are told")),
        };
    }

    /// <summary>How far attention with scores of −1e9 is off.</summary>
    private static double Filled(long seed, bool hasEmptySentence)
    {
        var exercise = MultiHeadByHand.Exercise;
        var given = new ExerciseValues();
        foreach (var (name, value) in exercise.New(seed))
        {
            if (name == "lengths" && !hasEmptySentence) given.Add(name, [3], 4, 2, 1);
            else given.Add(name, value);
        }
        var answer = exercise.Solution(given, exercise.Mistakes.Single(mistake => mistake.Exhibit == Evenly));
        return AnswerCheck.Of(exercise, given, exercise.Right(given), answer).Tensors.Max(tensor => tensor.Error);
    }

    private static (double Error, IReadOnlyList<LabRow> Mistakes) Try(Exercise exercise, long seed)
    {
        var given = exercise.New(seed);
        var right = exercise.Right(given);
        AnswerReport Report(Mistake? mistake) =>
            AnswerCheck.Of(exercise, given, right, exercise.Solution(given, mistake));

        return (
            Report(null).Tensors.Max(tensor => tensor.Error),
            [
                .. exercise.Mistakes.Select(mistake =>
                {
                    var report = Report(mistake);
                    var isTold = report.Mistakes is [var only] && only.Mistake == mistake;
                    return new LabRow(
                        mistake.Words, report.Tensors.Count(tensor => !tensor.IsRight), isTold ? 1 : 0);
                }),
            ]);
    }
}
