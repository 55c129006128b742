using Engine.Layers;

namespace Engine.Lab;

/// <summary>A table of positions for [length, batch, d], added to [batch, length, d].</summary>
internal static class PeCodeBug
{
    private const double Invisible = 1e-6;
    private const int Batch = 3, Length = 4, D = 8;

    public static LabEntry Entry { get; } = new()
    {
        Name = "pe-code-bug",
        Group = LabGroup.Positions,
        Seconds = 1,
        Claims = ["D18"],
        Question = new(
            "手撕位置编码：pe 的形状是 [max_len, 1, d]，直接加到 [B, T, d] 上，哪里错了？",
            "Positions by hand: a buffer of [max_len, 1, d] is added to [B, T, d]. What is wrong?"),
        Claim = new("x = x + pe[:x.size(0)] 给每个词加上了位置编码", "x = x + pe[:x.size(0)] adds a position to each word"),
        Answer = new(
            "它按第 0 维取位置。batch 在前时，第 0 维是句子的编号：同一句里所有的词得到同一个编码，相同的句子反而不同。广播不会报错，训练照样进行。",
            "It takes positions by dimension 0. With the batch first, dimension 0 counts sentences: all words of a "
            + "sentence get one code, and equal sentences differ. Broadcasting raises no error, and training goes on."),
        Rule = new(
            $"同句各词加上的编码相差小于 {Invisible}，而相同的句子变得不同，就是错的；成立则需要相反",
            $"wrong if the codes of one sentence's words differ by less than {Invisible} and equal sentences become "
            + "different"),
        Literature = new("PyTorch 教程的 PositionalEncoding 假定 [T, B, d]", "PyTorch's tutorial assumes [T, B, d]"),
        Sources = ["Engine/Layers/Positions/SinusoidalPositions.cs"],
        Exhibits = ["Positions number the sentences of a batch", "A second sentence goes on counting"],
        Next = ["shuffle-the-words", "unique-position"],
        View = "positions",
        Recorded = VerdictKind.DoesNotHold,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        using var tape = new Tape<double>(Mode.Inference);
        var table = new SinusoidalPositions<double>(D).Rows(Math.Max(Batch, Length)).ToArray();
        var words = Initializers.Normal<double>([1, Length, D], 1, run.Random()).ToArray();
        // The same sentence three times, [batch, length, d].
        var x = tape.Constant([Batch, Length, D], [.. Enumerable.Range(0, Batch).SelectMany(_ => words)]);
        var wrong = Op.Add(x, tape.Constant([Batch, 1, D], table[..(Batch * D)])).ToArray(); // pe[:x.size(0)]
        var right = Op.Add(x, tape.Constant([1, Length, D], table[..(Length * D)])).ToArray(); // pe[:, :x.size(1)]
        (double Words, double Sentences) Differences(double[] y)
        {
            double Added(int b, int t, int c) => y[(((b * Length) + t) * D) + c] - words[(t * D) + c];
            var columns = Enumerable.Range(0, D).ToArray();
            return (
                columns.Max(c => Math.Abs(Added(0, 1, c) - Added(0, 0, c))),
                columns.Max(c => Math.Abs(Added(1, 0, c) - Added(0, 0, c))));
        }
        var (bad, good) = (Differences(wrong), Differences(right));
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new("加上的编码相差多少", "how much the added codes differ"),
                    [new("代码", "code"), new("同句相邻的词", "neighbours in a sentence"), new("相同的两句", "equal sentences")],
                    [
                        new LabRow("pe[:x.size(0)]", bad.Words, bad.Sentences),
                        new LabRow("pe[:, :x.size(1)]", good.Words, good.Sentences),
                    ]),
            ],
            Verdict = Verdict.Of(
                bad.Words > Invisible && bad.Sentences < Invisible,
                new(
                    $"同句的词相差 {bad.Words:0.##}，相同的句子相差 {bad.Sentences:0.00}",
                    $"words of a sentence differ by {bad.Words:0.##}, equal sentences by {bad.Sentences:0.00}")),
        };
    }
}
