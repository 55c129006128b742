using Engine.Layers;

namespace Engine.Lab;

/// <summary>Classes that no example showed, recognised by their descriptions.</summary>
internal static class ZeroShot
{
    private const double Times = 2;
    private const int Seen = 30, Unseen = 5, Attributes = 12, Inputs = 32, Batch = 64, Redraws = 20;
    private const double Noise = 1;

    public static LabEntry Entry { get; } = new()
    {
        Name = "zero-shot",
        Group = LabGroup.Recommendation,
        Seconds = 2,
        IsCertain = false,
        Claims = ["R9"],
        Question = new(
            "zero-shot 是什么？没见过的类别为什么也能分？", "What is zero-shot? How can a model tell classes that it never saw?"),
        Claim = new(
            "训练和测试的类别不相交，靠类别的描述就能识别没见过的类别",
            "training and test classes are disjoint; descriptions of classes let a model recognise unseen ones"),
        Answer = new(
            "模型学的不是类别，而是从输入到属性（描述）的映射；新类别只要给出它的属性，就能比较。所以 zero-shot 不是零信息："
            + "描述要是错的，准确率就退回随机水平。few-shot 则是每个新类别给几个样本。",
            "The model learns a map from inputs to attributes, the description, not to classes; a new class needs its "
            + "attributes alone to be compared. So zero-shot is not without information: with wrong descriptions "
            + "accuracy falls to chance. Few-shot gives a few examples of each new class instead."),
        Rule = new(
            $"没见过的 {Unseen} 类，准确率高于随机（{1.0 / Unseen:0%}）的 {Times} 倍，而属性换成随机的之后低于它，才算成立",
            $"holds if accuracy on {Unseen} unseen classes is over {Times} times chance ({1.0 / Unseen:0%}), and below "
            + "this with random attributes"),
        Literature = new(
            "Lampert 等（2009）：用属性识别没见过的类别；Radford 等（2021，CLIP）：用文字描述",
            "Lampert et al. 2009: unseen classes by attributes; Radford et al. 2021 (CLIP): by texts"),
        Sources = ["Engine/Layers/Linear.cs", "Engine/Operations/Losses/CrossEntropy.cs"],
        Papers = [new("Lampert et al. 2009"), new("Radford et al. 2021", "2103.00020")],
        Parameters =
        [
            new("noise", Noise, 0, 10, new("输入的噪声", "the noise of inputs")),
        ],
        Recorded = VerdictKind.Holds,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var found = run.EachSeed([0], (_, seed) => Learn(run, seed))[0];
        Measured seen = Measured.Of(found, one => one.Seen), right = Measured.Of(found, one => one.Right),
            wrong = Measured.Of(found, one => one.Wrong);
        const double threshold = Times / Unseen;
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new("准确率", "accuracy"), Measured.Columns(new("类别", "classes"), run),
                    [
                        seen.Row(new($"见过的 {Seen} 类（新样本）", $"{Seen} seen classes, new examples")),
                        right.Row(new($"没见过的 {Unseen} 类，给出属性", $"{Unseen} unseen classes, by their attributes")),
                        wrong.Row(new($"没见过的 {Unseen} 类，属性是随机的", $"{Unseen} unseen classes, random attributes")),
                    ]),
            ],
            Verdict = Verdict.All(
                new(
                    $"没见过的类：给出属性 {right.Mean:0%}，随机属性 {wrong.Mean:0%}（随机是 {1.0 / Unseen:0%}）",
                    $"unseen classes: {right.Mean:0%} by attributes, {wrong.Mean:0%} by random ones ({1.0 / Unseen:0%} "
                    + "is chance)"),
                right.Above(threshold), wrong.Below(threshold)),
        };
    }

    private static (double Seen, double Right, double Wrong) Learn(LabRun run, long seed)
    {
        var random = new RandomStream(seed);
        var classes = Described(Seen + Unseen, random.Fork(1));
        var mix = Layers.Initializers.Normal<float>([Attributes, Inputs], 1, random.Fork(2)).ToArray();
        var network = new Sequential<float>(
            new Linear<float>(Inputs, 64, random.Fork(3), relu: true),
            new Linear<float>(64, Attributes, random.Fork(4)));
        var draws = random.Fork(5);

        (float[] X, int[] Y) Examples(int count, int first, int classCount)
        {
            var y = Enumerable.Range(0, count).Select(_ => draws.NextInteger(classCount)).ToArray();
            var x = y.SelectMany(label => Enumerable.Range(0, Inputs).Select(i =>
                (float)(Enumerable.Range(0, Attributes).Sum(a => classes[first + label][a] * mix[(a * Inputs) + i])
                    / Math.Sqrt(Attributes) + (run["noise"] * draws.NextNormal())))).ToArray();
            return (x, y);
        }

        // The logit of a class is the product of the predicted attributes and the class's own.
        Tensor<float> Logits(Tape<float> tape, float[] x, IReadOnlyList<float[]> described) => Op.Linear(
            network.Forward(tape.Constant([x.Length / Inputs, Inputs], x)),
            tape.Constant([described.Count, Attributes], [.. described.SelectMany(one => one)]));

        double Accuracy((float[] X, int[] Y) test, IReadOnlyList<float[]> described)
        {
            var logits = Fitting.Answer(tape => Logits(tape, test.X, described)).Chunk(described.Count);
            return logits.Zip(test.Y, (row, label) => Array.IndexOf(row, row.Max()) == label ? 1.0 : 0).Average();
        }

        Fitting.Train(run, network, run.IsFull ? 600 : 3, 0.003, tape =>
        {
            var (x, y) = Examples(Batch, 0, Seen);
            return Op.CrossEntropy(Logits(tape, x, classes[..Seen]), y);
        });
        var size = run.IsFull ? 1000 : 20;
        var unseen = Examples(size, Seen, Unseen);
        var wrong = Enumerable.Range(0, Redraws)
            .Average(i => Accuracy(unseen, Described(Unseen, random.Fork(6).Fork(i))));
        return (Accuracy(Examples(size, 0, Seen), classes[..Seen]), Accuracy(unseen, classes[Seen..]), wrong);
    }

    /// <summary>Different attributes, 1 or -1, for each class.</summary>
    private static float[][] Described(int count, RandomStream random)
    {
        var known = new HashSet<ulong>();
        while (known.Count < count) known.Add(random.NextBits() % (1 << Attributes));
        return [.. known.Select(bits => Enumerable.Range(0, Attributes)
            .Select(a => (bits >> a & 1) == 1 ? 1f : -1).ToArray())];
    }
}
