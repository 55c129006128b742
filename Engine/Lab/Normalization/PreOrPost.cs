using Engine.Text;
using Engine.Training;

namespace Engine.Lab;

/// <summary>Networks that normalize before and after the residual sum, with and without warm-up.</summary>
internal static class PreOrPost
{
    private const double Learns = 0.5; // of the loss of guessing
    private const int Letters = 16;
    private const string Task = "copy";
    private const int Updates = 300;
    private static readonly int[] Depths = [2, 6, 12];

    private static readonly (Bilingual Name, bool NormFirst)[] Orders =
        [(new("Post-norm", "post-norm"), false), (new("Pre-norm", "pre-norm"), true)];

    public static LabEntry Entry { get; } = new()
    {
        Name = "pre-or-post",
        Group = LabGroup.Normalization,
        Seconds = 30,
        IsCertain = false,
        Claims = ["E24", "E25", "H13"],
        Question = new(
            "Pre-norm 和 Post-norm 有什么区别？为什么 Transformer 训练需要 warm up？",
            "What is the difference between pre-norm and post-norm? Why does a Transformer need warm-up?"),
        Claim = new(
            "Post-norm 训练不稳定，需要 warm up；Pre-norm 稳定，不需要",
            "post-norm is unstable and needs warm-up; pre-norm is stable and does not"),
        Answer = new(
            "Pre-norm 的主干（残差的恒等通路）上没有归一化，梯度一路直通；Post-norm 的归一化就在主干上，刚初始化时靠近输出的层梯度大，"
            + "学习率一开始就大容易学坏，所以要 warm up。训练起来之后哪个更好，取决于设置。",
            "In pre-norm the residual path has no normalization, and gradients pass straight through. In post-norm the "
            + "norms stand in that path: at the start the layers near the output have large gradients, and a high "
            + "learning rate at once does harm; hence the warm-up. Once both train, which is better depends on the "
            + "setting."),
        Rule = new(
            $"最后的训练损失低于瞎猜的 {Learns:0%} 才算学会；Post-norm 有 warm up 能学会、没有就学不会，而 Pre-norm 没有也能学会，说法成立",
            $"a network learns if its training loss ends below {Learns:0%} of the loss of guessing; the claim holds if "
            + "post-norm learns with warm-up but not without, and pre-norm learns without"),
        Literature = new(
            "Xiong 等（2020）：Post-norm 初始时最后几层梯度大，需要 warm up；Nguyen 与 Salazar（2019）：哪个更好取决于设置",
            "Xiong et al. 2020: post-norm has large gradients in its last layers at the start and needs warm-up; "
            + "Nguyen and Salazar 2019: which is better depends on the setting"),
        Sources =
        [
            "Engine/Models/Transformer/Residual.cs", "Engine/Optimizers/Schedules.cs",
            "Engine/Training/Loop/GradientMonitor.cs",
        ],
        Papers =
        [
            new("Xiong et al. 2020", "2002.04745"), new("Nguyen and Salazar 2019", "1910.05895"),
            new("Liu et al. 2020", "1908.03265"),
        ],
        Next = ["residual-is-not-magic", "what-layernorm-averages"],
        Parameters =
        [
            new("layers", 4, 1, 12, new("编码器和解码器各自的层数", "layers of the encoder, and of the decoder")),
            new("rate", 0.01, 0.0001, 0.1, new("学习率", "the learning rate")),
            new("warmup", 100, 1, 1000, new("warm up 的更新次数", "updates of the warm-up")),
        ],
        View = "gradients",
        Recorded = VerdictKind.Holds,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var cases = Orders.SelectMany(order => ((bool[])[true, false]).Select(warm => (order.NormFirst, Warm: warm)))
            .ToArray();
        var found = run.EachSeed(cases, (one, seed) => Learn(run, one.NormFirst, one.Warm, seed));
        Measured[] losses = [.. found.Select(seeds => Measured.Of(seeds, curve => curve[^1]))];
        Bilingual Name(int i) => new(
            $"{Orders[i / 2].Name.Chinese}，{(cases[i].Warm ? "有" : "没有")} warm up",
            $"{Orders[i / 2].Name.English}, {(cases[i].Warm ? "with" : "without")} warm-up");
        var guess = Math.Log(Letters);
        var depths = run.IsFull ? Depths : [2];
        var gradients = run.EachSeed(
            [.. Orders.SelectMany(order => depths.Select(depth => (order.NormFirst, Depth: depth)))],
            (one, seed) => Gradients(one.NormFirst, one.Depth, seed));
        Measured Gradient(int order, int depth, int layer) =>
            Measured.Of(gradients[(order * depths.Length) + depth], norms => norms[layer]);
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new("最后的训练损失（nat/词）", "training loss at the end, nats per token"),
                    Measured.Columns(new("训练", "training"), run), [.. losses.Select((loss, i) => loss.Row(Name(i)))]),
                new LabTable(
                    new("初始化时解码器最后一层的梯度范数，按层数", "gradient norm of the decoder's last layer at the start, by depth"),
                    [new("顺序", "order"), .. depths.Select(depth => new Bilingual($"{depth} 层", $"{depth} layers"))],
                    [
                        .. Orders.Select((order, i) => new LabRow(
                            order.Name, [.. depths.Select((depth, j) => Gradient(i, j, depth - 1).Mean)])),
                    ]),
            ],
            Pictures =
            [
                new LabPlot(
                    new("训练损失", "training loss"), new(new("更新次数", "updates")),
                    new(new("损失（nat/词）", "loss, nats per token"), IsLogarithmic: true),
                    [
                        .. found.Select((seeds, i) => Measured.Line(
                            Name(i),
                            seeds[0].Select((_, part) => (
                                (double)(part + 1) * Count(run) / seeds[0].Length,
                                Measured.Of(seeds, curve => curve[part]))))),
                    ]),
                new LabPlot(
                    new($"初始化时的梯度，{depths[^1]} 层", $"gradients at the start, {depths[^1]} layers"),
                    new(new("解码器的层", "layer of the decoder")), new(new("梯度范数", "gradient norm"), IsLogarithmic: true),
                    [
                        .. Orders.Select((order, i) => Measured.Line(
                            order.Name,
                            Enumerable.Range(0, depths[^1]).Select(
                                layer => (layer + 1.0, Gradient(i, depths.Length - 1, layer))))),
                    ]),
            ],
            Verdict = Verdict.All(
                new(
                    $"不用 warm up，Post-norm 的损失停在 {losses[1].Mean:0.00}（瞎猜 {guess:0.00}，用了是 {losses[0].Mean:0.00}），"
                    + $"Pre-norm 是 {losses[3].Mean:0.00}",
                    $"without warm-up the loss of post-norm ends at {losses[1].Mean:0.00} (guessing {guess:0.00}, with "
                    + $"warm-up {losses[0].Mean:0.00}), that of pre-norm at {losses[3].Mean:0.00}"),
                losses[0].Below(Learns * guess), losses[1].Above(Learns * guess), losses[3].Below(Learns * guess)),
        };
    }

    private static int Count(LabRun run) => run.IsFull ? Updates : 5;

    private static (TranslationModel Model, ParallelCorpus Train) Create(
        long seed, int pairs, Func<TrainingConfiguration, TrainingConfiguration> change)
    {
        var (train, _) = ToyText.Of(Task, pairs, 0, new RandomStream(seed));
        return (TranslationModel.Create(change(SmallTraining.Small(seed, Task)), train), train);
    }

    /// <summary>The training loss at a few points of the training.</summary>
    private static double[] Learn(LabRun run, bool normFirst, bool warm, long seed)
    {
        const int Parts = 5;
        var (model, train) = Create(seed, run.IsFull ? 5000 : 50, small => small with
        {
            NormFirst = normFirst, Layers = run.IsFull ? (int)run["layers"] : 1, LearningRate = run["rate"],
            Warmup = warm ? (int)run["warmup"] : 0, Schedule = "constant",
        });
        var training = new SmallTraining(run, model, train, Count(run));
        return [.. Enumerable.Range(0, Parts).Select(_ => training.Train(Count(run) / Parts).TrainingLoss)];
    }

    /// <summary>The norm of the gradients of each layer of the decoder before the first update.</summary>
    private static double[] Gradients(bool normFirst, int depth, long seed)
    {
        var (model, train) = Create(seed, 50, small => small with { NormFirst = normFirst, Layers = depth });
        var batch = Batching.InOrder(model.Encode(train), 512).First();
        var gradients = new GradientSet<float>(model.Network.Parameters);
        using var tape = new Tape<float>();
        tape.Backward(model.Loss(tape, batch, batch.TargetTokens), gradients);
        return
        [
            .. new GradientMonitor(model.Network).Norms(gradients)
                .Where(layer => layer.Layer.StartsWith("decoder.layers.", StringComparison.Ordinal))
                .Select(layer => layer.Norm),
        ];
    }
}
