using Engine.Kernels;
using Engine.Layers;
using Engine.Optimizers;
using Engine.Tests.Operations;
using Engine.Verification;

namespace Engine.Tests.Museum;

/// <summary>Losses, dropout, accumulation, clipping and updates.</summary>
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
            "Dropout drops other elements in the backward pass", "a mask that is drawn again", Samples.Normal(20),
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
            "Dropout drops at inference", "y = x m / (1 - p) in evaluation, not x", isWrong =>
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
            "Ignored rows count in the mean", "the sum of losses by all rows, not by the kept rows",
            "cross_entropy.ls0.1.mean", (isWrong, run) => Losses(run, 0.1, targets =>
                1.0 / (isWrong ? targets.Length : targets.Count(target => target != 1)))),
        Exhibit.Reference(
            "Smoothing spreads over the other classes only", "q_j = e / (n - 1) for j other than the target, not e / n",
            "cross_entropy.ls0.1.sum", (isWrong, run) =>
            {
                double n = run.Input("x").Shape[1];
                Losses(run, isWrong ? 0.1 * n / (n - 1) : 0.1, _ => 1);
            }),
        Exhibit.Reference(
            "Smoothed targets sum to more than one", "q = [j = target] + e / n, not (1 - e) [j = target] + e / n",
            "cross_entropy.ls0.1.sum", (isWrong, run) =>
            {
                var (x, targets) = (run.Input("x"), run.Case.NeedIntegers("in.target").Values);
                var q = Numbers.ByIndex(x.Shape, i => targets[i[0]] == run.Case.Integer("ignore_index") ? 0
                    : (targets[i[0]] == i[1] ? isWrong ? 1 : 0.9 : 0) + (0.1 / x.Shape[1]));
                run.Give(Op.Scale(Op.Sum(Op.LogSoftmax(x) * q.Free<double>()), -1));
            }),
        Exhibit.Property(
            "Binary cross-entropy of a sigmoid is infinite", "-ln sigmoid(x) = -ln 0, not ln(1 + exp(-x))", isWrong =>
            {
                var loss = Forward.Of(
                    x => isWrong
                        ? Op.Scale(Op.Log(Op.Sigmoid(x)), -1)
                        : Op.BinaryCrossEntropyWithLogits(x, Tensor<double>.From([1], [1])), new([1], [-800]));
                Assert.Equal(800, loss[0], 1e-9);
            }),
        Exhibit.Property(
            "Both passes of R-Drop drop the same", "D(f(x, m), f(x, m)) = 0: one mask, not two", isWrong =>
            {
                using var tape = new Tape<double>();
                var x = tape.Constant(Samples.Normal(4, 9));
                var first = Op.Dropout(x, 0.3);
                Assert.NotEqual(0, Op.SymmetricKl(first, isWrong ? first : Op.Dropout(x, 0.3)).Item());
            }),
        Exhibit.Property(
            "A microbatch divides by its own tokens", "the mean of the microbatches' means, not of all tokens",
            isWrong =>
            {
                var x = Samples.Normal(3, 4);
                double[] Gradient(params (int Start, int Count)[] microbatches) => ElementwiseRoom.GradientAt(
                    x.ToArray(), flat => microbatches
                        .Select(part => Op.Scale(
                            Op.CrossEntropy(
                                Op.Slice(Op.Reshape(flat, [3, 4]), 0, part.Start, part.Count),
                                Targets[part.Start..(part.Start + part.Count)], reduction: Reduction.Sum),
                            1.0 / (isWrong ? part.Count * microbatches.Length : Targets.Length)))
                        .Aggregate(Op.Add));
                Close.To(Gradient((0, 3)), Gradient((0, 1), (1, 2)), 1e-12);
            }),
        Exhibit.Property(
            "Microbatches are clipped before they are summed", "clip(g1) + clip(g2), not clip(g1 + g2)", isWrong =>
            {
                double[][] microbatches = [[3, -1], [-2.5, 1]];
                double[] Sum(double[][] all) => [all.Sum(g => g[0]), all.Sum(g => g[1])];
                var ours = isWrong ? Sum([.. microbatches.Select(Clipped)]) : Clipped(Sum(microbatches));
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
        Exhibit.Property(
            "The gradient is clipped after the step", "step(g), then clip(g), not step(clip(g))", isWrong =>
            {
                var weight = new Parameter<double>("weight", Tensor<double>.Zeros([2]));
                var gradients = new GradientSet<double>([weight]);
                new double[] { 30, 40 }.CopyTo(gradients[weight]);
                if (!isWrong) GradientClipping.ByNorm(gradients, 1);
                new Sgd<double>([weight], 1).Step(gradients);
                if (isWrong) GradientClipping.ByNorm(gradients, 1);
                var moved = weight.Value.ToArray();
                Assert.InRange(Math.Sqrt((moved[0] * moved[0]) + (moved[1] * moved[1])), 0.99, 1);
            }),
        Exhibit.Property(
            "The first update has number 0", "lr = peak * 0 / warmup: nothing moves", isWrong =>
            {
                var schedule = new InverseSquareRootSchedule(0.1, 100);
                var weight = new Parameter<double>("weight", Tensor<double>.Zeros([1]));
                var gradients = new GradientSet<double>([weight]);
                gradients[weight][0] = 1;
                new Sgd<double>([weight], schedule.At(isWrong ? 0 : 1)).Step(gradients);
                Assert.NotEqual(0, weight.Value.Item());
            }),
        Exhibit.Property(
            "Weight decay shrinks gamma", "gamma = (1 - lr lambda) gamma, though norms and biases should not decay",
            isWrong =>
            {
                var norm = new LayerNorm<double>(3);
                var optimizer = new AdamW<double>(norm.Parameters, 0.1, weightDecay: 0.1);
                if (!isWrong) optimizer.Groups = [ParameterGroup<double>.BiasesAndNorms(norm.Parameters)];
                optimizer.Step(new GradientSet<double>(norm.Parameters));
                Assert.Equal([1, 1, 1], norm.Parameters[0].Value.ToArray());
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
