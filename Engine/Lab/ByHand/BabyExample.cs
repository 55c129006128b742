namespace Engine.Lab;

/// <summary>
/// The example of the question 婴儿在干嘛 about a picture: its words are queries, the picture's regions keys and values.
/// </summary>
internal static class BabyExample
{
    private static readonly Bilingual[]
        Words = [new("婴儿", "the baby"), new("在", "is"), new("干嘛", "doing what")],
        Regions = [new("脸", "face"), new("手", "hands"), new("积木", "blocks"), new("窗", "window")],
        Features = [new("人", "person"), new("动作", "action"), new("物", "thing")],
        Pair = [new("人", "person"), new("动作", "action")],
        Values = [new("谁", "who"), new("做什么", "what")];

    private static readonly double[]
        WordVectors = [1, 0, 0, 0.2, 0.3, 0, 0, 1, 0.5], // [3, 3]
        RegionVectors = [1, 0, 0, 0.4, 1, 0.2, 0, 0.7, 1, 0, 0, 0.3], // [4, 3]
        QueryWeights = [3, 0, 0, 0, 3, 1], // [2, 3]
        KeyWeights = [1, 0, 0, 0, 1, 0.5],
        ValueWeights = [1, 0, 0, 0, 0.5, 1];

    /// <summary>The index of the words' weights among the tables.</summary>
    public const int WeightsTable = 9;

    /// <summary>Every step, from the words and regions to the output.</summary>
    public static IReadOnlyList<LabTable> Tables()
    {
        using var tape = new Tape<double>(Mode.Inference);
        var (x, m) = (tape.Constant([3, 3], WordVectors), tape.Constant([4, 3], RegionVectors));
        var (wQ, wK, wV) = (
            tape.Constant([2, 3], QueryWeights), tape.Constant([2, 3], KeyWeights),
            tape.Constant([2, 3], ValueWeights));
        var (q, k, v) = (Op.Linear(x, wQ), Op.Linear(m, wK), Op.Linear(m, wV)); // [3, 2], [4, 2], [4, 2]
        var scores = Op.MatMul(q, Op.Transpose(k)) * (1 / Math.Sqrt(2)); // [3, 4]
        var (output, weights) = Op.ScaledDotProductAttention(q, k, v); // [3, 2], [3, 4]
        return
        [
            Table(new("问题里的词 x", "the question's words, x"), Words, Features, x),
            Table(new("图片的区域 r", "the picture's regions, r"), Regions, Features, m),
            Table("W_Q", Pair, Features, wQ),
            Table("W_K", Pair, Features, wK),
            Table("W_V", Values, Features, wV),
            Table(new("查询 Q = x W_Q^T", "queries Q = x W_Q^T"), Words, Pair, q),
            Table(new("键 K = r W_K^T", "keys K = r W_K^T"), Regions, Pair, k),
            Table(new("值 V = r W_V^T", "values V = r W_V^T"), Regions, Values, v),
            Table(new("分数 Q K^T / sqrt(2)", "scores Q K^T / sqrt(2)"), Words, Regions, scores),
            Table(new("权重：每一行做 softmax", "weights: the softmax of each row"), Words, Regions, weights),
            Table(new("输出：权重乘 V", "output: weights times V"), Words, Values, output),
        ];
    }

    private static LabTable Table(
        Bilingual title, IReadOnlyList<Bilingual> rows, IReadOnlyList<Bilingual> columns, Tensor<double> values) => new(
        title, [new("", ""), .. columns],
        [.. values.ToArray().Chunk(columns.Count).Zip(rows, (row, name) => new LabRow(name, row))]);
}
