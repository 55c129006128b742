namespace Engine.Lab;

/// <summary>How much the states of a recurrence depend on near and on far inputs.</summary>
internal static class RnnNearAndFar
{
    private const double Dominates = 0.8;
    private const int Steps = 40, Near = 5, Hidden = 16;
    private static readonly double[] Gains = [0.5, 0.9, 1.2, 2];

    public static LabEntry Entry { get; } = new()
    {
        Name = "rnn-near-and-far",
        Group = LabGroup.Depth,
        Seconds = 1,
        Claims = ["H18", "H21"],
        Question = new("RNN 的梯度消失到底是什么意思？", "What does vanishing mean in an RNN?"),
        Claim = new(
            "RNN 的梯度是各时刻之和，近处的主导，远处的消失",
            "an RNN's gradient is a sum over time; near terms dominate and far ones vanish"),
        Answer = new(
            "总梯度不会是 0：近处的项还在，消失的是远处的项。这要求循环矩阵的增益小于 1；增益大于 1 而又不饱和时正好相反，远处的项反而最大，也就是爆炸。",
            "The whole gradient is not 0: near terms remain, far ones vanish. That needs a recurrent gain below 1. "
            + "Above 1, as long as nothing saturates, it is the other way round: far terms are the largest, and "
            + "gradients explode."),
        Rule = new(
            $"最近 {Near} 步（共 {Steps} 步）占梯度之和的 {Dominates:0%} 以上，才算“近处主导”",
            $"near terms dominate if the nearest {Near} of {Steps} have over {Dominates:0%} of the sum"),
        Literature = new("Bengio 等（1994）；Pascanu 等（2013）", "Bengio et al. 1994; Pascanu et al. 2013"),
        Sources = ["Engine/Operations/Products/MatMul.cs", "Engine/Layers/Initializers.cs"],
        Exhibits = ["Backpropagation through time stops after one step"],
        Papers = [new("Pascanu et al. 2013", "1211.5063")],
        Next = ["xavier-or-he"],
        View = "gradients",
        Recorded = VerdictKind.HoldsIf,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var lines = Gains.Select(gain => (Gain: gain, Norms: Norms(run, gain))).ToArray();
        double Share(double[] norms) => norms[..Near].Sum() / norms.Sum();
        var (low, high) = (Share(lines[0].Norms), Share(lines[^1].Norms));
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new(
                        $"|∂h_T/∂h_(T−k)| 中最近 {Near} 步的份额",
                        $"the share of the nearest {Near} steps in |∂h_T/∂h_(T−k)|"),
                    [new("增益", "gain"), new("近处的份额", "share"), new("k=1", "k = 1"), new($"k={Steps}", $"k = {Steps}")],
                    [
                        .. lines.Select(
                            line => new LabRow($"{line.Gain}", Share(line.Norms), line.Norms[0], line.Norms[^1]))
                    ]),
            ],
            Pictures =
            [
                new LabPlot(
                    new("随距离变化的梯度", "gradients by distance"), new(new("距离 k", "distance k")), new(
                        new("|∂h_T/∂h_(T−k)|", "|∂h_T/∂h_(T−k)|"), IsLogarithmic: true),
                    [
                        .. lines.Select(
                            line => new LabLine(
                                new($"增益 {line.Gain}", $"gain {line.Gain}"),
                                [.. line.Norms.Select((norm, k) => (k + 1.0, norm))]))
                    ]),
            ],
            Verdict = low > Dominates && high <= Dominates
                ? new(
                    VerdictKind.HoldsIf,
                    new(
                        $"增益 0.5 时近处占 {low:0%}；增益 2 时只占 {high:0%}",
                        $"at gain 0.5 near terms have {low:0%}, at gain 2 {high:0%}"))
                : Verdict.Of(
                    low > Dominates, new($"近处占 {low:0%} 和 {high:0%}", $"near terms have {low:0%} and {high:0%}")),
        };
    }

    /// <summary>The Frobenius norms of ∂h_T/∂h_(T−k) of h = tanh(W h), W orthogonal times a gain, near h = 0.</summary>
    private static double[] Norms(LabRun run, double gain)
    {
        var w = Layers.Initializers.Orthogonal<double>([Hidden, Hidden], run.Random(), gain);
        var norms = new double[Steps];
        for (var i = 0; i < Hidden; i++)
        {
            var watched = new States();
            using var tape = new Tape<double> { Observer = watched };
            // Small, so that no state saturates.
            var small = Layers.Initializers.Normal<double>([1, Hidden], 1e-16, run.Random(1));
            var h = tape.Variable(small);
            var weight = tape.Constant(w);
            for (var t = 0; t < Steps + 1; t++)
            {
                h = Op.Tanh(Op.Linear(h, weight));
                watched.Nodes.Add(h.Node);
            }
            tape.Backward(Op.Sum(Op.Slice(h, 1, i, 1)));
            for (var k = 1; k <= Steps; k++) norms[k - 1] += watched.SquareOf(watched.Nodes[^(k + 1)]);
        }
        return [.. norms.Select(Math.Sqrt)];
    }

    private sealed class States : TapeObserver<double>
    {
        private readonly Dictionary<int, double> squares = [];

        public List<int> Nodes { get; } = [];

        public double SquareOf(int node) => squares[node];

        public override void Reached(int node, ReadOnlySpan<double> gradient)
        {
            var sum = 0.0;
            foreach (var value in gradient) sum += value * value;
            squares[node] = sum;
        }
    }
}
