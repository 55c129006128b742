using Engine.Optimizers;

namespace Engine.Lab;

/// <summary>What clipping gradients does to training that explodes, and to gradients that vanish.</summary>
internal static class ClipAndExplode
{
    private const double Rises = 0.01, Half = 0.5, Diverged = 1e9;

    public static LabEntry Entry { get; } = new()
    {
        Name = "clip-and-explode",
        Group = LabGroup.Depth,
        Seconds = 1,
        IsCertain = false,
        Claims = ["H3", "H6"],
        Question = new("梯度裁剪解决了什么？能解决梯度消失吗？", "What does gradient clipping solve? Does it cure vanishing?"),
        Claim = new(
            "梯度裁剪、ReLU、BN、残差可以解决梯度爆炸和梯度消失；裁剪使训练稳定",
            "clipping, ReLU, BN and residuals cure exploding and vanishing gradients; clipping makes training stable"),
        Answer = new(
            "裁剪只管爆炸：把步子限住，一次大梯度不会把参数甩到远处。按范数裁剪保持方向，按值裁剪会改变方向。它从不放大梯度，所以对消失毫无作用；消失要靠门控、残差、归一化和初始化。",
            "Clipping is for explosion alone: it limits the step, so that one large gradient cannot throw the weights "
            + "away. By norm it keeps the direction, by value it turns it. It never enlarges a gradient, and so does "
            + "nothing against vanishing: gates, residuals, norms and initial weights do."),
        Rule = new(
            $"“使训练稳定”：不裁剪时每个种子的最后损失都高于开始，裁剪后都低于开始的 {Half:0%}；“治消失”：远处的梯度要增大 {Rises:0%} 以上。只有前者成立是“有条件成立”",
            $"stable if without clipping every seed ends above its first loss and with clipping below {Half:0%} of it;"
            + $" cures vanishing if the far gradient rises by {Rises:0%}; the first alone: holds if"),
        Literature = new(
            "Pascanu 等（2013）：按范数裁剪对付爆炸；消失需要别的办法",
            "Pascanu et al. 2013: clipping the norm against explosion; vanishing needs another remedy"),
        Sources =
        [
            "Engine/Optimizers/GradientClipping.cs", "Engine/Layers/Recurrence/Rnn.cs",
            "Engine/Operations/Recurrence/Rnn.cs",
        ],
        Papers = [new("Pascanu et al. 2013", "1211.5063")],
        Next = ["rnn-near-and-far", "adam-after-spike"],
        Parameters =
        [
            new("gain", 2, 0.1, 10, new("循环矩阵的增益", "the gain of the recurrent matrix")),
            new("clip", 1, 0.001, 1000, new("范数的上限", "the largest norm")),
            new("rate", 0.3, 0.0001, 10, new("SGD 的学习率", "the learning rate of SGD")),
        ],
        View = "gradients",
        Recorded = VerdictKind.HoldsIf,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var losses = run.EachSeed([false, true], (clips, seed) => Train(run, clips, seed));
        var directions = run.Seeds.Select(seed => Directions(run, seed)).ToArray();
        var far = run.Seeds.Select(seed => Far(seed, run["clip"])).ToArray();
        Measured Last(int i) => new([.. losses[i].Select(path => path[^1] / path[0])]);
        Measured Of(Func<(double Before, double After), double> figure) => new([.. far.Select(figure)]);
        var stable = Last(0).Values.All(loss => !(loss < 1)) && Last(1).Values.All(loss => loss < Half);
        var rise = Of(one => (one.After / one.Before) - 1).Values.Max();
        Bilingual because = new(
            $"最后损失 / 最初损失：不裁剪 {Last(0).Mean:G2}，裁剪 {Last(1).Mean:0.00}；远处的梯度变化 {rise:0.0%}",
            $"last loss by first: {Last(0).Mean:G2} without clipping, {Last(1).Mean:0.00} with it; the far gradient "
            + $"changes by {rise:0.0%}");
        Bilingual[] names = [new("不裁剪", "no clipping"), new("按范数裁剪", "clipped by norm")];
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new(
                        $"训练之后：最后损失 / 最初损失（发散记作损失 {Diverged:0e0}）",
                        $"after training: last loss by first (a loss above {Diverged:0e0} counts as this)"),
                    Measured.Columns(new("训练", "training"), run), [.. names.Select((name, i) => Last(i).Row(name))]),
                new LabTable(
                    new("裁剪之后与之前的梯度夹角的余弦", "cosine of the angle between gradients before and after clipping"),
                    Measured.Columns(new("裁剪", "clipping"), run),
                    [
                        new Measured([.. directions.Select(one => one.ByNorm)]).Row(new("按范数", "by norm")),
                        new Measured([.. directions.Select(one => one.ByValue)]).Row(new("按值", "by value")),
                    ]),
                new LabTable(
                    new(
                        $"增益 0.5 时，{LastInputs.Steps} 步之前的输入的梯度", "at gain 0.5, the gradient of the input "
                        + $"{LastInputs.Steps} steps ago"),
                    Measured.Columns(new("裁剪", "clipping"), run),
                    [Of(one => one.Before).Row(new("之前", "before")), Of(one => one.After).Row(new("之后", "after"))]),
            ],
            Pictures =
            [
                new LabPlot(
                    new("损失", "loss"), new(new("步", "update")), new(new("损失", "loss"), IsLogarithmic: true),
                    [
                        .. names.Select(
                            (name, i) => new LabLine(name, [.. losses[i][0].Select((y, x) => (x + 1.0, y))]))
                    ]),
            ],
            Verdict = new(
                !stable ? VerdictKind.NotShown : rise < Rises ? VerdictKind.HoldsIf : VerdictKind.Holds, because),
        };
    }

    private static double[] Train(LabRun run, bool clips, long seed)
    {
        var network = new LastInputs(seed, run["gain"]);
        var sgd = new Sgd<double>(network.Parameters, run["rate"]);
        var path = new double[run.IsFull ? 400 : 5];
        for (var update = 0; update < path.Length; update++)
        {
            run.Pause();
            path[update] = network.Gradients(update, out var gradients);
            if (!(path[update] < Diverged))
            {
                Array.Fill(path, Diverged, update, path.Length - update);
                break;
            }
            if (clips) GradientClipping.ByNorm(gradients, run["clip"]);
            sgd.Step(gradients);
        }
        return path;
    }

    private static (double ByNorm, double ByValue) Directions(LabRun run, long seed)
    {
        var network = new LastInputs(seed, run["gain"]);
        network.Gradients(0, out var whole);
        network.Gradients(0, out var byNorm);
        network.Gradients(0, out var byValue);
        GradientClipping.ByNorm(byNorm, GradientClipping.Norm(whole) / 10);
        GradientClipping.ByValue(byValue, GradientClipping.Norm(whole) / 100);
        double Cosine(GradientSet<double> other)
        {
            var product = 0.0;
            for (var i = 0; i < whole.All.Length; i++) product += whole.All[i] * other.All[i];
            return product / GradientClipping.Norm(whole) / GradientClipping.Norm(other);
        }
        return (Cosine(byNorm), Cosine(byValue));
    }

    /// <summary>The gradient's norm at the first of all inputs, where gradients vanish.</summary>
    private static (double Before, double After) Far(long seed, double clip)
    {
        var network = new LastInputs(seed, 0.5);
        double before = network.FarGradient(double.MaxValue), after = network.FarGradient(clip);
        return (before, after);
    }
}
