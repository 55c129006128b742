using Engine.Layers;
using Engine.Optimizers;

namespace Engine.Lab;

/// <summary>Norms in small batches.</summary>
internal static class BatchOfTwo
{
    private const double Falls = 0.05, Stays = 0.03;
    private const int Width = 32, Largest = 32;
    private static readonly int[] Sizes = [2, 4, 8, Largest];
    private static readonly (string Name, Func<int, Layer<float>> Create)[] Norms =
    [
        ("BatchNorm", width => new BatchNorm<float>(width)), ("GroupNorm", width => new GroupNorm<float>(4, width)),
        ("LayerNorm", width => new LayerNorm<float>(width)),
    ];

    // Ten sentences: nine of five words, and one of twenty.
    private static readonly int[] Lengths = [5, 5, 5, 5, 5, 5, 5, 5, 5, 20];

    public static LabEntry Entry { get; } = new()
    {
        Name = "batch-of-two",
        Group = LabGroup.Normalization,
        Seconds = 6,
        IsCertain = false,
        Claims = ["E11", "E12"],
        Question = new(
            "batch 很小时 BN 为什么差？九句 5 个词、一句 20 个词会怎样？",
            "Why is BN bad in small batches? What of nine sentences of 5 words and one of 20?"),
        Claim = new(
            "BN 在小 batch 上效果差，应该用 GN；句长不一时，长句后面的位置只有一个样本",
            "BN is bad in small batches, where GN should be used; of sentences of different lengths, late positions "
            + "have one sample"),
        Answer = new(
            "两个样本的均值和方差噪声太大，训练时的输出和推理时用滑动平均的输出对不上。GN、LN 只看一个样本，与 batch 大小无关。“长句后面只有一个样本”是按位置统计才有的问题；真正的 BN 把一个通道的全部 "
            + "65 个词放在一起统计。",
            "Mean and variance of two samples are noise: what a network learns with them does not fit the running "
            + "averages of use. GN and LN look at one sample and do not depend on the batch. That late positions have "
            + "one sample would be a problem of statistics by position; BN pools all 65 words of a channel."),
        Rule = new(
            $"batch 从 {Largest} 减到 {Sizes[0]}，BN 的正确率下降 {Falls:0%} 以上，而 GN 的下降不超过 {Stays:0%}",
            $"holds if accuracy falls by over {Falls:0%} with BN from batches of {Largest} to {Sizes[0]}, and by no "
            + $"more than {Stays:0%} with GN"),
        Literature = new(
            "Wu 与 He（2018）：batch 为 2 时 BN 的错误率大增，GN 不变",
            "Wu and He 2018: at batches of 2 BN errs far more, GN does not"),
        Sources =
        [
            "Engine/Layers/Normalization/BatchNorm.cs", "Engine/Layers/Normalization/GroupNorm.cs",
            "Engine/Layers/Normalization/LayerNorm.cs",
        ],
        Papers = [new("Wu and He 2018", "1803.08494")],
        Next = ["axes-of-norms", "running-variance"],
        Recorded = VerdictKind.Holds,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var sizes = run.IsFull ? Sizes : [Sizes[0], Largest];
        var cases = Norms.SelectMany(norm => sizes.Select(size => (norm.Create, size))).ToArray();
        var found = run.EachSeed(cases, (one, seed) => Train(run, one.Create, one.size, seed));
        Measured Of(int norm, int size) => new([.. found[(norm * sizes.Length) + size]]);
        Measured Fall(int norm) =>
            new([.. Of(norm, sizes.Length - 1).Values.Zip(Of(norm, 0).Values, (large, small) => large - small)]);
        int[] AtPosition(int from, int to) => [.. Lengths.Select(length => Math.Clamp(length - from, 0, to - from))];
        return new LabResult
        {
            Tables =
            [
                .. Norms.Select((norm, n) => new LabTable(
                    new(
                        $"新样本的正确率，{norm.Name}（看过的样本一样多）",
                        $"accuracy on new points, {norm.Name} (the same number of points seen)"),
                    Measured.Columns(new("batch", "batch"), run), [
                        .. sizes.Select((size, s) => Of(n, s).Row($"{size}"))
                    ])),
                new LabTable(
                    new("一个 batch 的均值离真值多少个标准差", "how far a batch's mean is from the true mean, in deviations"),
                    Measured.Columns(new("batch", "batch"), run),
                    [.. sizes.Select(size => Measured.Of(run.Seeds, seed => Off(seed, size)).Row($"{size}"))]),
                new LabTable(
                    new(
                        "九句 5 个词、一句 20 个词：一个通道统计几个数",
                        "nine sentences of 5 words and one of 20: numbers that a mean is of"),
                    [new("怎样统计", "statistics"), new("个数", "numbers")],
                    [
                        new LabRow(new("按位置，第 1 个词", "by position, word 1"), Count(AtPosition(0, 1))),
                        new LabRow(new("按位置，第 20 个词", "by position, word 20"), Count(AtPosition(19, 20))),
                        new LabRow(new("BatchNorm，整个 batch", "BatchNorm, the whole batch"), Count(Lengths)),
                    ]),
            ],
            Pictures =
            [
                new LabPlot(
                    new("正确率随 batch 的变化", "accuracy by batch"), new(new("batch", "batch"), IsLogarithmic: true),
                    new(new("新样本的正确率", "accuracy on new points")),
                    [
                        .. Norms.Select(
                            (norm, n) => Measured.Line(norm.Name, sizes.Select((size, s) => ((double)size, Of(n, s)))))
                    ]),
            ],
            Verdict = Verdict.All(
                new(
                    $"batch 从 {Largest} 到 {Sizes[0]}：BN 下降 {Fall(0).Mean:0.0%}，GN 下降 {Fall(1).Mean:0.0%}，LN 下降 "
                    + $"{Fall(2).Mean:0.0%}",
                    $"from batches of {Largest} to {Sizes[0]} BN loses {Fall(0).Mean:0.0%}, GN {Fall(1).Mean:0.0%}, "
                    + $"LN {Fall(2).Mean:0.0%}"),
                Fall(0).Above(Falls),
                Fall(1).Values.All(fall => fall <= Stays) ? VerdictKind.Holds : Fall(1).Below(Stays)),
        };
    }

    private static double Train(LabRun run, Func<int, Layer<float>> norm, int size, long seed)
    {
        const double RateOfLargest = 0.2;
        var random = new RandomStream(seed);
        ToyClasses train = new(512, 0.7, random.Fork(0)), test = new(1024, 0.7, random.Fork(0), part: 1);
        var network = new DeepClassifier(3, Width, Op.Relu, norm, random.Fork(1), gain: Math.Sqrt(2));
        // The rate is proportional to the batch, so that equal numbers of points move the weights equally far.
        var sgd = new Sgd<float>(network.Parameters, RateOfLargest * size / Largest);
        var seen = run.IsFull ? 12_800 : 64;
        for (var i = 0; i < seen; i += size)
        {
            run.Pause();
            using var tape = new Tape<float>();
            sgd.Step(tape.Backward(network.Loss(tape, train.Draw(size, random))));
        }
        return network.Accuracy(test.All);
    }

    /// <summary>The root mean square of a batch's mean, of numbers with mean 0 and deviation 1.</summary>
    private static double Off(long seed, int size)
    {
        const int Channels = 4096;
        using var tape = new Tape<double>();
        var means = Op.Mean(tape.Constant(
            Initializers.Normal<double>([size, Channels], 1, new RandomStream(seed).Fork(2))), 0).ToArray();
        return Math.Sqrt(means.Average(mean => mean * mean));
    }

    /// <summary>How many numbers of a channel BatchNorm takes the mean of, in a batch of some lengths.</summary>
    private static double Count(int[] lengths)
    {
        using var tape = new Tape<double>();
        var layout = SequenceLayout.Packed([.. lengths.Where(length => length > 0)]);
        var x = tape.Constant(Tensor<double>.Zeros([layout.Rows, 1]));
        var one = tape.Constant([1], [1]);
        return Op.BatchNorm(x, one, one, layout: layout).Moments.Count;
    }
}
