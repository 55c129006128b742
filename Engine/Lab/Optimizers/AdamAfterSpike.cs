using Engine.Optimizers;

namespace Engine.Lab;

/// <summary>What one huge gradient does to Adam's steps.</summary>
internal static class AdamAfterSpike
{
    private const int Before = 1000, After = 100;
    private const double Bounded = 3.2, Frozen = 0.1; // (1 - beta1) / sqrt(1 - beta2) = 3.16

    public static LabEntry Entry { get; } = new()
    {
        Name = "adam-after-spike",
        Group = LabGroup.Optimizers,
        Seconds = 1,
        Claims = ["G16"],
        Question = new("Adam 能解决梯度爆炸吗？", "Does Adam tame exploding gradients?"),
        Claim = new("Adam 自适应学习率，可以缓解梯度爆炸", "Adam's adaptive rate tames exploding gradients"),
        Answer = new(
            "它限制的是步长，不是梯度：一次 1000 倍的梯度只走一两个学习率的步子。但 v 记住了这次尖峰，之后上百步几乎不动；梯度裁剪没有这个后果。",
            "It bounds the step, not the gradient: a gradient 1,000 times too large moves a weight by one or two "
            + "learning rates. But v remembers the spike, and the weight hardly moves for hundreds of updates. "
            + "Clipping has no such cost."),
        Rule = new(
            $"尖峰那一步不超过 {Bounded} 个学习率，且 {After} 步以后不低于学习率的 {Frozen:0%}，才算“解决”；只满足前一条，是有条件地成立",
            $"tamed if the step at the spike is at most {Bounded} learning rates and {After} updates later steps are "
            + $"not below {Frozen:0%} of it; with the first alone the claim holds on that condition"),
        Literature = new(
            "Pascanu 等（2013）用裁剪处理爆炸；Adam 的步长有界，见 Kingma 与 Ba（2015）第 2.1 节",
            "Pascanu et al. 2013 clip; that Adam's step is bounded is in Kingma and Ba 2015, section 2.1"),
        Sources = ["Engine/Optimizers/Adam.cs", "Engine/Optimizers/GradientClipping.cs"],
        Papers = [new("Kingma and Ba 2015", "1412.6980"), new("Pascanu et al. 2013", "1211.5063")],
        Next = ["adam-first-steps"],
        Parameters = [new("spike", 1000, 2, 1e6, new("尖峰是平常梯度的多少倍", "the spike, in usual gradients"))],
        Recorded = VerdictKind.HoldsIf,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        double[] spiked = Steps(run["spike"], 1), scaled = Steps(1, run["spike"]);
        var (at, later) = (spiked[Before], spiked[^1]);
        var isBounded = at <= Bounded;
        return new LabResult
        {
            Pictures =
            [
                new LabPlot(
                    new("尖峰前后的步长", "steps around the spike"), new(new("更新", "update")),
                    new(new("步长 / 学习率", "step / learning rate"), IsLogarithmic: true),
                    [
                        new LabLine(
                            new("一次尖峰", "one spike"),
                            [.. spiked.Skip(Before - 10).Select((step, i) => ((double)(i - 10), step))]),
                    ]),
            ],
            Tables =
            [
                new LabTable(
                    new("步长，以学习率为单位", "steps in learning rates"),
                    [new("梯度", "gradients"), new("尖峰时", "at the spike"), new($"{After} 步后", $"{After} later")],
                    [
                        new LabRow(new("一次尖峰", "one spike"), at, later),
                        new LabRow(new("一直这么大", "always so large"), scaled[Before], scaled[^1]),
                    ]),
            ],
            Verdict = isBounded && later < Frozen
                ? new(
                    VerdictKind.HoldsIf,
                    new(
                        $"步长有界（{at:0.00} 个学习率），但 {After} 步后只剩 {later:0.0%}",
                        $"the step is bounded ({at:0.00} learning rates), but {After} updates later {later:0.0%} is "
                        + "left"))
                : Verdict.Of(
                    isBounded, new($"尖峰时 {at:0.00}，之后 {later:0.0%}", $"{at:0.00} at the spike, then {later:0.0%}")),
        };
    }

    private static double[] Steps(double spike, double always)
    {
        var weight = new Parameter<double>("w", Tensor<double>.From([1], [0]));
        var adam = new Adam<double>([weight], 1);
        var steps = new double[Before + After + 1];
        for (var t = 0; t < steps.Length; t++)
        {
            var (before, gradients) = (weight.Value.ToArray()[0], new GradientSet<double>([weight]));
            gradients[weight][0] = always * (t == Before ? spike : 1);
            adam.Step(gradients);
            steps[t] = before - weight.Value.ToArray()[0];
        }
        return steps;
    }
}
