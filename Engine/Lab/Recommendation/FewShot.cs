using Engine.Layers;

namespace Engine.Lab;

/// <summary>New classes of a few examples each, by the nearest mean of raw and of learned features.</summary>
internal static class FewShot
{
    private const double Gain = 0.1;
    private const int Known = 40, New = 5, Latent = 6, Inputs = 40, Learned = 16, Batch = 64;
    private const double Nuisance = 4; // the deviation of what does not tell classes apart
    private static readonly int[] Shots = [1, 2, 5, 20];

    public static LabEntry Entry { get; } = new()
    {
        Name = "few-shot",
        Group = LabGroup.Recommendation,
        Seconds = 2,
        IsCertain = false,
        Claims = ["R10"],
        Question = new(
            "few-shot 学习为什么要先预训练？只有一个样本怎么分类？", "Why does few-shot learning need pretraining? How can one example do?"),
        Claim = new(
            "few-shot：每个新类别只有少量样本，所以要先预训练",
            "few-shot: a few examples of each new class, so that a model needs pretraining"),
        Answer = new(
            "一个样本的类中心全是噪声：原始特征里与类别无关的方向占了大半。预训练在很多别的类别上学会哪些方向有用，"
            + "距离才有意义；样本多了，均值自己会消掉噪声，预训练的好处随之变小。",
            "The mean of a single example is mostly noise: most directions of raw features have nothing to do with the "
            + "class. Pretraining on many other classes learns which directions count, so that distances mean "
            + "something. With many examples the mean averages noise away, and the gain is smaller."),
        Rule = new(
            $"每类一个样本时，预训练特征的准确率比原始特征高 {Gain:0%} 以上（百分点），才算“需要”",
            $"needed if with one example a class accuracy is over {Gain:0%} (points) higher with learned features"),
        Literature = new(
            "Snell 等（2017）：原型网络，离哪个类中心最近就是哪一类",
            "Snell et al. 2017: prototypical networks, the nearest class mean in a learned space"),
        Sources = ["Engine/Layers/Linear.cs", "Engine/Operations/Losses/CrossEntropy.cs"],
        Papers = [new("Snell et al. 2017", "1703.05175")],
        Next = ["zero-shot"],
        Parameters =
        [
            new("nuisance", Nuisance, 0, 100, new("与类别无关的方向的标准差", "the deviation of directions without meaning")),
        ],
        Recorded = VerdictKind.Holds,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var found = run.EachSeed([0], (_, seed) => Learn(run, seed))[0];
        Measured Of(int shot, bool learned) =>
            Measured.Of(found, one => learned ? one[shot].Learned : one[shot].Raw);
        var gain = new Measured([.. found.Select(one => one[0].Learned - one[0].Raw)]);
        LabRow Row(int shot, bool learned, Bilingual name) =>
            Of(shot, learned).Row(new($"{name.Chinese}，k = {Shots[shot]}", $"{name.English}, k = {Shots[shot]}"));
        Bilingual raw = new("原始特征", "raw features"), trained = new("预训练特征", "learned features");
        int[] all = [.. Enumerable.Range(0, Shots.Length)];
        LabLine Line(bool learned, Bilingual name) =>
            Measured.Line(name, all.Select(shot => ((double)Shots[shot], Of(shot, learned))));
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new(
                        $"{New} 个新类别的准确率，每类 k 个样本（随机是 {1.0 / New:0%}）",
                        $"accuracy on {New} new classes with k examples each ({1.0 / New:0%} by chance)"),
                    Measured.Columns(new("特征", "features"), run),
                    [.. all.Select(shot => Row(shot, false, raw)), .. all.Select(shot => Row(shot, true, trained))]),
            ],
            Pictures =
            [
                new LabPlot(
                    new("新类别的准确率", "accuracy on new classes"),
                    new(new("每类的样本数 k", "examples a class, k"), IsLogarithmic: true),
                    new(new("准确率", "accuracy")), [Line(false, raw), Line(true, trained)]),
            ],
            Verdict = new(
                gain.Above(Gain),
                new(
                    $"k = 1 时预训练把准确率从 {Of(0, false).Mean:0%} 提高到 {Of(0, true).Mean:0%}",
                    $"at k = 1 pretraining takes accuracy from {Of(0, false).Mean:0%} to {Of(0, true).Mean:0%}")),
        };
    }

    private static (double Raw, double Learned)[] Learn(LabRun run, long seed)
    {
        var random = new RandomStream(seed);
        var mix = Layers.Initializers.Orthogonal<float>([Inputs, Inputs], random.Fork(1)).ToArray();
        var draws = random.Fork(2);
        float[] Mean() => [.. Enumerable.Range(0, Latent).Select(_ => (float)(1.5 * draws.NextNormal()))];
        // A class is a place in a few directions; the others are noise, and all are mixed by a rotation.
        float[] Example(float[] mean)
        {
            var x = new float[Inputs];
            for (var i = 0; i < Inputs; i++)
            {
                var noise = (i is >= Latent and < 2 * Latent ? run["nuisance"] : 1) * draws.NextNormal();
                var value = (float)(noise + (i < Latent ? mean[i] : 0));
                for (var j = 0; j < Inputs; j++) x[j] += value * mix[(i * Inputs) + j];
            }
            return x;
        }
        float[][] known = [.. Enumerable.Range(0, Known).Select(_ => Mean())];
        var features = new Linear<float>(Inputs, Learned, random.Fork(3));
        var network = new Sequential<float>(
            features, new Tanh<float>(), new Linear<float>(Learned, Known, random.Fork(4)));
        Fitting.Train(run, network, run.IsFull ? 800 : 3, 0.003, tape =>
        {
            int[] labels = [.. Enumerable.Range(0, Batch).Select(_ => draws.NextInteger(Known))];
            float[] x = [.. labels.SelectMany(label => Example(known[label]))];
            return Op.CrossEntropy(network.Forward(tape.Constant([Batch, Inputs], x)), labels);
        });
        float[] Features(float[] x) => Fitting.Answer(tape => features.Forward(tape.Constant([1, Inputs], x)));
        return
        [
            .. Shots.Select(shots =>
            {
                var (raw, learned, count) = (0, 0, 0);
                for (var episode = 0; episode < (run.IsFull ? 100 : 2); episode++)
                {
                    float[][] means = [.. Enumerable.Range(0, New).Select(_ => Mean())];
                    float[][][] support =
                        [.. means.Select(mean => Enumerable.Range(0, shots).Select(_ => Example(mean)).ToArray())];
                    float[][] Prototypes(Func<float[], float[]> map) => [.. support.Select(one => MeanOf(one, map))];
                    var (plain, mapped) = (Prototypes(x => x), Prototypes(Features));
                    for (var label = 0; label < New; label++)
                    {
                        var x = Example(means[label]);
                        raw += Nearest(plain, x) == label ? 1 : 0;
                        learned += Nearest(mapped, Features(x)) == label ? 1 : 0;
                        count++;
                    }
                }
                return ((double)raw / count, (double)learned / count);
            }),
        ];
    }

    private static float[] MeanOf(float[][] examples, Func<float[], float[]> map)
    {
        var mapped = examples.Select(map).ToArray();
        return [.. Enumerable.Range(0, mapped[0].Length).Select(i => mapped.Average(one => one[i]))];
    }

    private static int Nearest(float[][] prototypes, float[] x) => Enumerable.Range(0, prototypes.Length)
        .MinBy(i => prototypes[i].Zip(x, (a, b) => (a - b) * (a - b)).Sum());
}
