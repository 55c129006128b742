using Engine.Kernels;
using Engine.Optimizers;
using Engine.Tests.Operations;
using Engine.Verification;

namespace Engine.Tests.Museum;

/// <summary>Losses, dropout, steps through time and over parameters.</summary>
internal static class TrainingRoom
{
    private static readonly int[] Targets = [2, 0, 1];

    public static IEnumerable<Exhibit> Exhibits =>
    [
        Exhibit.Property(
            "Dropout does not rescale", "y = x m, not x m / (1 - p)", isWrong =>
            {
                var y = Forward.Of(
                    x => Op.Scale(Op.Dropout(x, 0.25), isWrong ? 0.75 : 1), Numbers.Of([10_000], _ => 1),
                    Mode.Training);
                Assert.Equal(1, y.Average(), 0.02);
            }),
        Exhibit.Gradient(
            "Dropout does not rescale in the backward pass", "dX = dY m, not dY m / (1 - p)", Samples.Normal(20),
            (isWrong, x) => BackwardPass.Of(x, x => Op.Dropout(x, 0.4), (adjoints, y) =>
            {
                var dX = adjoints.Into(x).Zeroed();
                for (var i = 0; i < dX.Length; i++)
                    dX[i] += y.Data[i] == 0 ? 0 : adjoints.Of(y)[i] / (isWrong ? 1 : 1 - 0.4);
            })),
        Exhibit.Gradient(
            "Dropout drops others in the backward pass", "a mask that is drawn anew", Samples.Normal(20),
            (isWrong, x) =>
            {
                var random = new RandomStream(7);
                return BackwardPass.Of(
                    x, x =>
                    {
                        var y = Tensor<double>.Zeros(x.Shape);
                        new DropoutKernel<double>(0.4, random.Fork(1)).Apply(x.Data, y.Span);
                        return y;
                    },
                    (adjoints, y) => new DropoutKernel<double>(0.4, random.Fork(isWrong ? 2 : 1)).Apply(
                        adjoints.Of(y), adjoints.Into(x).Zeroed()));
            }),
        Exhibit.Property(
            "Dropout drops in use", "y = x m / (1 - p) in evaluation, not x", isWrong =>
            {
                var dropout = new DropoutKernel<double>(0.5, new RandomStream(1));
                Tensor<double> Dropped(Tensor<double> x)
                {
                    var y = Tensor<double>.Zeros(x.Shape);
                    dropout.Apply(x.Data, y.Span);
                    return y;
                }

                var x = Numbers.Of(Samples.Normal(50));
                Assert.Equal(x.Values, Forward.Of(x => isWrong ? Dropped(x) : Op.Dropout(x, 0.5), x, Mode.Evaluation));
            }),
        Exhibit.Gradient(
            "Label smoothing is forgotten in the backward pass", "dX = p - [j = target], not p - q",
            Samples.Normal(3, 4),
            (isWrong, x) => BackwardPass.Of(x, x => Op.CrossEntropy(x, Targets, labelSmoothing: 0.1), (adjoints, y) =>
            {
                using var tape = new Tape<double>();
                var again = tape.Variable(x);
                var loss = Op.Scale(
                    Op.CrossEntropy(again, Targets, labelSmoothing: isWrong ? 0 : 0.1), adjoints.Of(y)[0]);
                adjoints.Into(x).Add(tape.Backward(loss)[again]);
            })),
        Exhibit.Reference(
            "Ignored rows count in the mean", "the sum of losses by all rows, not by those kept",
            "cross_entropy.ls0.1.mean", (isWrong, run) => Losses(run, 0.1, targets =>
                1.0 / (isWrong ? targets.Length : targets.Count(target => target != 1)))),
        Exhibit.Reference(
            "Smoothing spreads over the other classes only", "q_j = e / (n - 1) for j other than the target, not e / n",
            "cross_entropy.ls0.1.sum", (isWrong, run) =>
            {
                double n = run.Input("x").Shape[1];
                Losses(run, isWrong ? 0.1 * n / (n - 1) : 0.1, _ => 1);
            }),
        Exhibit.Property(
            "A shard divides by its own tokens", "the mean of shards' means is not the batch's", isWrong =>
            {
                var x = Samples.Normal(3, 4);
                double[] Gradient(params (int Start, int Count)[] shards) => ElementwiseRoom.GradientAt(
                    x.ToArray(), flat => shards
                        .Select(shard => Op.Scale(
                            Op.CrossEntropy(
                                Op.Slice(Op.Reshape(flat, [3, 4]), 0, shard.Start, shard.Count),
                                Targets[shard.Start..(shard.Start + shard.Count)], reduction: Reduction.Sum),
                            1.0 / (isWrong ? shard.Count * shards.Length : Targets.Length)))
                        .Aggregate(Op.Add));
                Close.To(Gradient((0, 3)), Gradient((0, 1), (1, 2)), 1e-12);
            }),
        Exhibit.Property(
            "Shards are clipped before they are summed", "clip(g1) + clip(g2), not clip(g1 + g2)", isWrong =>
            {
                double[][] shards = [[3, -1], [-2.5, 1]];
                double[] Sum(double[][] all) => [all.Sum(g => g[0]), all.Sum(g => g[1])];
                var ours = isWrong ? Sum([.. shards.Select(Clipped)]) : Clipped(Sum(shards));
                // The sum's norm is 0.5: nothing is to be clipped.
                Close.To([0.5, 0], ours, 1e-12);
            }),
        Exhibit.Reference(
            "Each parameter is clipped by its own norm", "g_i min(1, c / |g_i|), not g_i min(1, c / |g|)",
            "clip_grad_norm.0.5", (isWrong, run) =>
            {
                string[] names = ["grad0", "grad1"];
                double Norm(params IEnumerable<string> of) => Math.Sqrt(of.Sum(name =>
                    run.Case.Need("in." + name).ToArray().Sum(v => v * v)));
                run.Give("norm", Tensor<double>.From([], [Norm(names)]));
                foreach (var name in names)
                {
                    var factor = GradientClipping.Factor(isWrong ? Norm(name) : Norm(names), 0.5);
                    run.Give(name, Op.Scale(run.Input(name), factor));
                }
            }),
        Exhibit.Gradient(
            "Backpropagation through time stops after one step", "h_t = tanh(x_t + h_(t-1) U), h_(t-1) a constant",
            Samples.Normal(4, 3), Samples.Normal(3, 3),
            (isWrong, x, u) =>
            {
                var h = Op.Slice(x, 0, 0, 1);
                for (var t = 1; t < 4; t++)
                    h = Op.Tanh(Op.Slice(x, 0, t, 1) + Op.MatMul(isWrong ? BackwardPass.Detached(h) : h, u));
                return h;
            }),
        Exhibit.Property(
            "Gradients of the step before are still there", "dX of two steps, not of the second", isWrong =>
            {
                var weight = new Parameter<double>("weight", Samples.Normal(3));
                var gradients = new GradientSet<double>([weight]);
                for (var step = 0; step < 2; step++)
                {
                    if (!isWrong) gradients.Clear();
                    using var tape = new Tape<double>();
                    tape.Backward(Op.Sum(tape.Use(weight)), gradients);
                }
                Assert.Equal([1, 1, 1], gradients[weight].ToArray());
            }),
        Exhibit.Reference(
            "Adam's moments are not corrected for their start at zero", "m and v, not mHat and vHat", "optimizer.adam",
            (isWrong, run) =>
            {
                var (theta, given) = (run.Case.Need("in.initial").ToArray(), run.Case.Need("in.gradients"));
                var (m, v, values) = (new double[theta.Length], new double[theta.Length], Numbers.Of(given));
                var (beta1, beta2) = (run.Case.Number("beta1"), run.Case.Number("beta2"));
                for (var i = 0; i < given.Count; i++)
                {
                    var (j, t) = (i % theta.Length, (i / theta.Length) + 1);
                    m[j] = (beta1 * m[j]) + ((1 - beta1) * given.Data[i]);
                    v[j] = (beta2 * v[j]) + ((1 - beta2) * given.Data[i] * given.Data[i]);
                    var mHat = m[j] / (isWrong ? 1 : 1 - Math.Pow(beta1, t));
                    var vHat = v[j] / (isWrong ? 1 : 1 - Math.Pow(beta2, t));
                    theta[j] -= run.Case.Number("lr") * mHat / (Math.Sqrt(vHat) + run.Case.Number("eps"));
                    values.Values[i] = theta[j];
                }
                run.Give("values", values.Free<double>());
            }),
        Exhibit.Reference(
            "AdamW decays through the gradient", "g + lambda theta, not theta - lr lambda theta", "optimizer.adamw",
            (isWrong, run) =>
            {
                if (isWrong) ReferenceOptimizers.Adam(run);
                else ReferenceOptimizers.AdamW(run);
            }),
        Exhibit.Property(
            "Adam's epsilon stands inside the root",
            "mHat / sqrt(vHat + epsilon), which references with an epsilon of 1e-9 cannot tell", isWrong =>
            {
                // The gradient is as large as epsilon, so that the first step is half the learning rate.
                var weight = new Parameter<double>("weight", Tensor<double>.From([1], [0]));
                var gradients = new GradientSet<double>([weight]);
                gradients[weight][0] = 1e-4;
                if (isWrong) weight.Update()[0] -= 1e-4 / Math.Sqrt(1e-8 + 1e-4);
                else new Adam<double>([weight], learningRate: 1, epsilon: 1e-4).Step(gradients);
                Assert.Equal(-0.5, weight.Value.ToArray()[0], 1e-9);
            }),
    ];

    private static void Losses(ReferenceRun run, double smoothing, Func<int[], double> scale)
    {
        var targets = run.Case.NeedIntegers("in.target").Values;
        run.Give(Op.Scale(
            Op.CrossEntropy(run.Input("x"), targets, ignoreIndex: 1, smoothing, Reduction.Sum), scale(targets)));
    }

    /// <summary>A gradient brought to a norm of at most 1.</summary>
    private static double[] Clipped(double[] gradient)
    {
        var weight = new Parameter<double>("weight", Tensor<double>.Zeros([gradient.Length]));
        var gradients = new GradientSet<double>([weight]);
        gradient.CopyTo(gradients[weight]);
        GradientClipping.ByNorm(gradients, 1);
        return gradients[weight].ToArray();
    }
}
