using Engine.Layers;

namespace Engine.Lab;

/// <summary>Sinusoidal positions, added to embedded words, by hand.</summary>
internal static class SinusoidalByHand
{
    private const string
        FromOne = "Positions are counted from one",
        TwoFrequencies = "A sine and its cosine have two frequencies",
        Goes = "A second sentence goes on counting",
        Sentences = "Positions number the sentences of a batch",
        Halves = "Sines stand in one half, cosines in the other",
        NotScaled = "Embeddings are not scaled before positions are added",
        NotBackward = "The embeddings' scale is forgotten in the backward pass";

    public static Exercise Exercise { get; } = new(
        draw: random => new() { { "words", [3, 5, 6], random }, { "dY", [3, 5, 6], random } },
        refuse: _ => null,
        right: Right,
        solve: Solve)
    {
        Name = "sinusoidal",
        Task = new(
            "手撕正弦位置编码，并加到一个 batch 的词向量上", "sinusoidal positions by hand, added to the words of a batch"),
        Formula =
        [
            "PE(pos, 2i) = sin(pos / 10000^(2i / d)),  PE(pos, 2i + 1) = cos(pos / 10000^(2i / d))",
            "y[b, t] = sqrt(d) words[b, t] + PE(t)            (pos counts from 0)",
            "L = Σ y dY  gives  dWords",
        ],
        Remark = new(
            "batch 在前：words 是 [B, T, d]。每个句子的位置都从 0 开始。编码不训练。",
            "The batch comes first: words is [B, T, d]. The positions of each sentence begin at 0, and are not "
            + "trained."),
        Inputs =
        [
            new("words", "B T d", new("词向量", "embedded words")),
            new("dY", "B T d", new("传到 y 的梯度", "the gradient that arrives at y")),
        ],
        Answers =
        [
            new("pe", "T d", new("位置编码", "the positions' vectors")),
            new("y", "B T d", new("输出", "the output")),
            new("dWords", "B T d", new("words 的梯度", "the gradient of words")),
        ],
        Mistakes =
        [
            new(FromOne, "PE(pos + 1), not PE(pos)", new("位置从 1 数起了；应该从 0", "positions count from 1; they begin at 0")),
            new(TwoFrequencies, "pos / 10000^(i / d), not 10000^(2 floor(i / 2) / d)", new(
                "sin 和 cos 用了不同的频率：一对维度共用指数 2i / d",
                "a sine and its cosine got two frequencies; a pair shares the exponent 2i / d")),
            new(Goes, "pos is the row of the batch, not of the sentence", new(
                "第二个句子接着第一个数下去了；每个句子都从 0 开始",
                "the second sentence goes on where the first ended; each begins at 0")),
            new(Sentences, "x + PE[:B] as [B, 1, d], not x + PE[:T] as [1, T, d]", new(
                "你给句子编了号，没有给词编号：pe 的形状是 [T, 1, d]，x 却是 batch 在前的 [B, T, d]",
                "you numbered the sentences, not the words: a table of [T, 1, d] was added to [B, T, d]")),
            new(Halves, "[sin .. sin, cos .. cos], not sin, cos, sin, cos", new(
                "你把 sin 放在前一半、cos 放在后一半；论文里是一维 sin、一维 cos 交替",
                "sines stand in the first half, cosines in the second; the paper has them in turn")),
            new(NotScaled, "x + PE, not sqrt(d) x + PE", new(
                "词向量忘了乘 sqrt(d)", "the words were not multiplied by sqrt(d)")),
            new(NotBackward, "dWords = dY, not sqrt(d) dY", new(
                "反向忘了 sqrt(d)：dWords 应该是 sqrt(d) dY", "the backward pass forgets sqrt(d): dWords is sqrt(d) dY")),
        ],
    };

    private static ExerciseValues Right(ExerciseValues given)
    {
        using var tape = new Tape<double>();
        var x = tape.Variable(given["words"]);
        var (b, t, d) = (x.Shape[0], x.Shape[1], x.Shape[2]);
        var positions = new SinusoidalPositions<double>(d);
        var rows = positions.Forward(tape, SequenceLayout.Full(b, t)); // [B T, d]
        var y = Op.Scale(x, Math.Sqrt(d)) + Op.Reshape(rows, x.Shape);
        var gradients = tape.Backward(Op.Sum(y * given["dY"]));
        return new()
        {
            { "pe", tape.Constant([t, d], positions.Rows(t)) }, { "y", y }, { "dWords", x, gradients },
        };
    }

    private static ExerciseValues Solve(Work work)
    {
        var x = work["words"];
        var (length, d) = (x.Shape[1], x.Shape[2]);
        var scale = Math.Sqrt(d);
        double Pe(int position, int i)
        {
            if (work.Makes(FromOne)) position++;
            var (pair, isSine) = work.Makes(Halves) ? (i % ((d + 1) / 2), i < (d + 1) / 2) : (i / 2, i % 2 == 0);
            var angle = position / Math.Pow(10000, (work.Makes(TwoFrequencies) ? i : 2 * pair) / (double)d);
            return isSine ? Math.Sin(angle) : Math.Cos(angle);
        }

        var added = work.ByIndex(x.Shape, at => Pe(
            work.Makes(Sentences) ? at[0] : work.Makes(Goes) ? (at[0] * length) + at[1] : at[1], at[2]));
        return new()
        {
            { "pe", work.ByIndex([length, d], at => Pe(at[0], at[1])) },
            { "y", (work.Makes(NotScaled) ? x : Op.Scale(x, scale)) + added },
            { "dWords", Op.Scale(work["dY"], work.Makes(NotScaled) || work.Makes(NotBackward) ? 1 : scale) },
        };
    }
}
