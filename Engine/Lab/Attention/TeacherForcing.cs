using System.Numerics.Tensors;
using Engine.Text;
using Engine.Training;

namespace Engine.Lab;

/// <summary>A decoder with the truth before it, in one pass and in steps, and with its own words before it.</summary>
internal static class TeacherForcing
{
    private const double Same = 1e-4, Gap = 0.01;
    private const int Updates = 300, Places = 8, Late = 4; // places from the fifth on are late
    private static readonly Bilingual[] Names =
        [new("前面是标准答案", "the truth before it"), new("前面是自己说的词", "its own words before it")];

    public static LabEntry Entry { get; } = new()
    {
        Name = "teacher-forcing",
        Group = LabGroup.Attention,
        Seconds = 5,
        IsCertain = false,
        Claims = ["A16", "A17", "A18"],
        Question = new(
            "Decoder 训练时能并行吗？用了 mask 和 teacher forcing，训练和推理还有 gap 吗？",
            "Is a decoder parallel in training? With mask and teacher forcing, is a gap to inference left?"),
        Claim = new(
            "teacher forcing 让 Decoder 训练时并行；加上 mask，训练和推理之间就没有 gap",
            "teacher forcing makes the decoder parallel in training, and with the mask no gap to inference is left"),
        Answer = new(
            "前一半对：答案已知，一次前向就算出所有位置，和逐词计算的结果一样；推理时才要一个词一个词来。"
            + "后一半不对：训练时前面总是标准答案，推理时前面是自己说的词，说错一个，后面就跟着错（exposure bias）。",
            "The first half is right: the answer is known, so that one pass computes all places, with the result of "
            + "going word by word; inference alone must wait for each word. The second is not: in training the words "
            + "before are always right, in inference they are the model's own, and one error brings others (exposure "
            + "bias)."),
        Rule = new(
            $"一次算完与逐词计算的 logits 相差不到 {Same}，才算并行；从第 {Late + 1} 个词起，用自己的词比用标准答案正确率低 {Gap:0%} 以上，就有 gap",
            $"parallel if the logits of one pass and of single steps differ by less than {Same}; there is a "
            + "gap if from "
            + $"word {Late + 1} on the accuracy after own words is over {Gap:0%} lower than after the truth"),
        Literature = new(
            "Bengio 等（2015）、Ranzato 等（2016）：teacher forcing 留下 exposure bias",
            "Bengio et al. 2015, Ranzato et al. 2016: teacher forcing leaves an exposure bias"),
        Sources =
        [
            "Engine/Models/Transformer/TransformerState.cs", "Engine/Text/Corpora/Batch.cs",
            "Engine/Training/ModelFolder/TranslationModel.cs",
        ],
        Tests = ["TransformerTests.Decoding_step_by_step_equals_decoding_the_whole"],
        Papers = [new("Bengio et al. 2015", "1506.03099"), new("Ranzato et al. 2016", "1511.06732")],
        Next = ["mask-that-cheats"],
        Parameters = [new("updates", Updates, 50, 5000, new("更新次数", "updates"))],
        Recorded = VerdictKind.DoesNotHold,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var found = run.EachSeed(["zh-en"], (task, seed) => Learn(run, task, seed))[0];
        var places = found[0].Right[0].Length;
        var difference = Measured.Of(found, one => one.Difference);
        Measured Right(int way, int place) => Measured.Of(found, one => one.Right[way][place]);
        Measured LateRight(int way) =>
            Measured.Of(found, one => one.Right[way][Math.Min(Late, places - 1)..].Average());
        var gap = Measured.Of(
            found, one => one.Right[0][Math.Min(Late, places - 1)..].Average()
                - one.Right[1][Math.Min(Late, places - 1)..].Average());
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new("logits 的最大差：一次前向与逐词计算", "largest difference of logits: one pass against single steps"),
                    Measured.Columns(new("量", "quantity"), run), [difference.Row(new("最大差", "difference"))]),
                new LabTable(
                    new($"第 {Late + 1} 个词起的正确率", $"accuracy from word {Late + 1} on"),
                    Measured.Columns(new("条件", "condition"), run),
                    [.. Names.Select((name, way) => LateRight(way).Row(name)), gap.Row(new("差", "gap"))]),
                new LabTable(
                    new("正确率，按词的位置", "accuracy by the place of the word"),
                    [new("条件", "condition"), .. Enumerable.Range(1, places).Select(place => (Bilingual)$"{place}")],
                    [
                        .. Names.Select((name, way) => new LabRow(
                            name, [.. Enumerable.Range(0, places).Select(place => Right(way, place).Mean)])),
                    ]),
            ],
            Pictures =
            [
                new LabPlot(
                    new("越往后，自己的错误越多", "own errors add up"), new(new("第几个词", "place of the word")),
                    new(new("正确的份额", "share right")),
                    [
                        .. Names.Select((name, way) => Measured.Line(
                            name, Enumerable.Range(0, places).Select(place => (place + 1.0, Right(way, place))))),
                    ]),
            ],
            Verdict = Verdict.All(
                new(
                    $"logits 最多差 {difference.Values.Max():0.0e0}；后面的词，用标准答案对 {LateRight(0).Mean:0%}，用自己的词对 "
                    + $"{LateRight(1).Mean:0%}",
                    $"logits differ by at most {difference.Values.Max():0.0e0}; of the late words "
                    + $"{LateRight(0).Mean:0%} "
                    + $"are right after the truth, {LateRight(1).Mean:0%} after own words"),
                difference.Below(Same), gap.Below(Gap)),
        };
    }

    private static (double Difference, double[][] Right) Learn(LabRun run, string task, long seed)
    {
        var (train, test) = ToyText.Of(task, run.IsFull ? 10_000 : 50, run.IsFull ? 300 : 5, new RandomStream(seed));
        var updates = run.IsFull ? (int)run["updates"] : 3;
        var model = TranslationModel.Create(SmallTraining.Small(seed, task), train);
        var training = new SmallTraining(run, model, train, updates).Train(updates);
        var places = run.IsFull ? Places : 2;
        double[][] right = [new double[places], new double[places]];
        var (asked, difference) = (new int[places], 0.0);
        foreach (var ((source, target), answer) in test.Pairs.Zip(training.Answers(test)))
        {
            run.Pause();
            var pair = model.Encode(source, target);
            var (guesses, apart) = WithTruth(model, new Batch(pair));
            difference = Math.Max(difference, apart);
            var own = model.Target.Encode(answer);
            for (var place = 0; place < Math.Min(places, pair.Target.Length); place++)
            {
                asked[place]++;
                if (guesses[place] == pair.Target[place]) right[0][place]++;
                if (place < own.Length && own[place] == pair.Target[place]) right[1][place]++;
            }
        }
        return (
            difference, [.. right.Select(way => way.Zip(asked, (count, all) => count / Math.Max(all, 1)).ToArray())]);
    }

    /// <summary>
    /// The likeliest word at each place with the truth before it, and how far the logits of single steps are from the
    /// logits of one pass.
    /// </summary>
    private static (int[] Guesses, double Difference) WithTruth(TranslationModel model, Batch batch)
    {
        using var tape = new Tape<float>(Mode.Inference);
        var whole = model.Network.Logits(model.Forward(tape, batch)); // [target rows, vocabulary]
        var memory = model.Network.Encode(tape, batch.Source, batch.SourceLayout); // [source rows, dModel]
        using var state = model.Network.BeginDecoding(memory, batch.SourceLayout);
        var (guesses, difference) = (new int[batch.TargetInput.Length], 0.0);
        for (var place = 0; place < guesses.Length; place++)
        {
            var row = whole.Data.Slice(place * whole.Shape[1], whole.Shape[1]);
            guesses[place] = TensorPrimitives.IndexOfMax(row);
            using var one = new Tape<float>(Mode.Inference);
            var step = state.Step(one, [batch.TargetInput[place]]).ToArray(); // [1, vocabulary]
            for (var i = 0; i < step.Length; i++) difference = Math.Max(difference, Math.Abs(step[i] - row[i]));
        }
        return (guesses, difference);
    }
}
