using Engine.Kernels;
using Engine.Layers;
using Engine.Tests.Operations;
using Engine.Verification;

namespace Engine.Tests.Museum;

/// <summary>Softmax, and normalizations: means, variances and the terms of their derivatives.</summary>
internal static class NormalizationRoom
{
    private delegate double Term(double g, double meanOfG, double xHat, double meanOfProduct);

    public static IEnumerable<Exhibit> Exhibits =>
    [
        Exhibit.Gradient(
            "LayerNorm's gradient lacks the term of the mean", "dX = (g - xHat mean(g xHat)) / sigma",
            Samples.Normal(3, 6),
            (isWrong, x) => Normalized(x, (g, mean, xHat, product) => g - (isWrong ? 0 : mean) - (xHat * product))),
        Exhibit.Gradient(
            "LayerNorm's gradient lacks the term of the variance", "dX = (g - mean(g)) / sigma", Samples.Normal(3, 6),
            (isWrong, x) => Normalized(x, (g, mean, xHat, product) => g - mean - (isWrong ? 0 : xHat * product))),
        Exhibit.Gradient(
            "LayerNorm's gradient adds the term of the variance", "dX = (g - mean(g) + xHat mean(g xHat)) / sigma",
            Samples.Normal(3, 6),
            (isWrong, x) => Normalized(
                x, (g, mean, xHat, product) => g - mean - ((isWrong ? -1 : 1) * xHat * product))),
        Exhibit.Gradient(
            "Gamma's gradient is that of beta", "dGamma = sum dY, not sum dY xHat", Samples.Normal(3, 4),
            Samples.Normal(4),
            (isWrong, x, gamma) => BackwardPass.Of(x, gamma, (x, gamma) => x * gamma, (adjoints, y) =>
            {
                var dX = adjoints.Into(x).Zeroed();
                var dGamma = adjoints.Into(gamma).Zeroed();
                for (var i = 0; i < dX.Length; i++)
                {
                    dX[i] += adjoints.Of(y)[i] * gamma.Data[i % 4];
                    dGamma[i % 4] += adjoints.Of(y)[i] * (isWrong ? 1 : x.Data[i]);
                }
            })),
        Exhibit.Gradient(
            "Softmax's gradient lacks the sum over its row", "dX = y dY, not y (dY - sum y dY)", Samples.Normal(3, 5),
            (isWrong, x) => BackwardPass.Of(x, Op.Softmax, (adjoints, y) =>
            {
                var dX = adjoints.Into(x).Zeroed();
                for (var row = 0; row < 15; row += 5)
                {
                    var p = y.Data.Slice(row, 5);
                    var dY = adjoints.Of(y).Slice(row, 5);
                    var sum = isWrong ? 0 : Reductions.Dot(p, dY);
                    for (var i = 0; i < 5; i++) dX[row + i] += p[i] * (dY[i] - sum);
                }
            })),
        Exhibit.Property(
            "Softmax does not subtract the maximum", "exp(x) / sum exp(x) = inf / inf for large x", isWrong =>
            {
                var y = Forward.Of(
                    x => isWrong ? Op.Exp(x) / Op.Sum(Op.Exp(x), -1, keepDimension: true) : Op.Softmax(x),
                    new Numbers([2], [1000, 1000]));
                Assert.Equal([0.5, 0.5], y);
            }),
        Exhibit.Property(
            "The logarithm of softmax underflows", "ln(exp(x) / sum exp(x)) = ln 0, not x - max - ln sum exp(x - max)",
            isWrong => Assert.Equal(
                -1000,
                Forward.Of(x => isWrong ? Op.Log(Op.Softmax(x)) : Op.LogSoftmax(x), new([2], [0, 1000]))[0], 1e-9)),
        Exhibit.Reference(
            "Epsilon is added to the deviation", "(x - mean) / (sigma + epsilon), not / sqrt(var + epsilon)",
            "layer_norm.eps", (isWrong, run) => Layer(run, (centred, variance, epsilon) => isWrong
                ? centred / (Op.Sqrt(variance) + epsilon) : centred / Op.Sqrt(variance + epsilon))),
        Exhibit.Reference(
            "LayerNorm's variance is divided by n - 1", "sum (x - mean)^2 / (n - 1), not / n", "layer_norm",
            (isWrong, run) => Layer(run, (centred, variance, epsilon) =>
            {
                double n = centred.Shape[^1];
                return centred / Op.Sqrt(Op.Scale(variance, isWrong ? n / (n - 1) : 1) + epsilon);
            })),
        Exhibit.Reference(
            "RMSNorm subtracts the mean", "(x - mean) / rms(x - mean), not x / rms(x)", "rms_norm",
            (isWrong, run) =>
            {
                var x = run.Input("x");
                if (isWrong) x -= Op.Mean(x, -1, keepDimension: true);
                var square = Op.Mean(x * x, -1, keepDimension: true);
                var gamma = run.Tape.Use(run.Load(new RmsNorm<double>(x.Shape[^1])).Parameters[0]);
                run.Give(x / Op.Sqrt(square + Number(run.Case.Number("eps"))) * gamma);
            }),
        Exhibit.Property(
            "LayerNorm goes down the columns", "the mean of each feature is 0, not that of each row", isWrong =>
            {
                var y = Forward.Of(
                    x => isWrong
                        ? Op.Transpose(Op.LayerNorm(Op.Transpose(x), Ones(3), Tensor<double>.Zeros([3])))
                        : Op.LayerNorm(x, Ones(5), Tensor<double>.Zeros([5])),
                    Numbers.Of(Samples.Normal(3, 5)));
                foreach (var row in y.Chunk(5)) Assert.Equal(0, row.Average(), 1e-10);
            }),
        Exhibit.Twin(
            "Mean and variance are constants in the backward pass", "dX = g / sigma: mean and variance are detached",
            (isWrong, x) =>
            {
                var mean = Op.Mean(x[0], -1, keepDimension: true);
                var centred = x[0] - (isWrong ? BackwardPass.Detached(mean) : mean);
                var variance = Op.Mean(centred * centred, -1, keepDimension: true) + Number(0.1);
                return centred / Op.Sqrt(isWrong ? BackwardPass.Detached(variance) : variance);
            },
            x => Op.LayerNorm(x[0], Ones(7), Tensor<double>.Zeros([7]), 0.1), [3, 7]),
        Exhibit.Property(
            "BatchNorm normalizes by a stale mean", "x - mean of the batch before", isWrong =>
            {
                using var tape = new Tape<double>();
                var random = new RandomStream(1);
                var (before, x) = (
                    tape.Constant(Samples.Normal(random, [6, 2])), tape.Constant(Samples.Normal(random, [6, 2])));
                var y = x - Op.Mean(isWrong ? before : x, 0, keepDimension: true);
                Assert.Equal(0, y.ToArray().Where((_, i) => i % 2 == 0).Average(), 1e-10);
            }),
        Exhibit.Property(
            "The running variance is biased", "sum (x - mean)^2 / m, not / (m - 1)", isWrong =>
            {
                // Of 2 numbers each, by m, the mean variance would be 4.5; 4,000 batches' mean deviates by 0.2.
                var (random, total) = (new RandomStream(1), 0.0);
                for (var batch = 0; batch < 4000; batch++)
                {
                    using var tape = new Tape<double>();
                    var x = Op.Scale(tape.Constant(Samples.Normal(random, [2, 1])), 3);
                    var moments = Op.BatchNorm(x, Ones(1), Ones(1)).Moments;
                    total += moments.Variance.Data[0] * (isWrong ? 1 : moments.Count / (moments.Count - 1.0));
                }
                Assert.Equal(9, total / 4000, 0.6);
            }),
        Exhibit.Reference(
            "BatchNorm uses the batch where it should use what it has learned", "the batch's mean and variance in eval",
            "batch_norm.features.eval", (isWrong, run) =>
            {
                var norm = run.Load(new BatchNorm<double>(run.Input("x").Shape[1]));
                var (gamma, beta) = (run.Tape.Use(norm.Parameters[0]), run.Tape.Use(norm.Parameters[1]));
                run.Give(isWrong ? Op.BatchNorm(run.Input("x"), gamma, beta).Output : norm.Forward(run.Input("x")));
            }),
    ];

    private static Tensor<double> Normalized(Tensor<double> x, Term term) => BackwardPass.Of(
        x, x => Op.LayerNorm(x, Ones(x.Shape[^1]), Tensor<double>.Zeros([x.Shape[^1]]), 0), (adjoints, y) =>
        {
            var dX = adjoints.Into(x).Zeroed();
            var n = x.Shape[^1];
            for (var row = 0; row < x.Count; row += n)
            {
                var values = x.Data.Slice(row, n).ToArray();
                var xHat = y.Data.Slice(row, n);
                var g = adjoints.Of(y).Slice(row, n);
                var mean = values.Average();
                var sigma = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
                var (meanOfG, meanOfProduct) = (Reductions.Sum(g) / n, Reductions.Dot(g, xHat) / n);
                for (var i = 0; i < n; i++) dX[row + i] += term(g[i], meanOfG, xHat[i], meanOfProduct) / sigma;
            }
        });

    private static void Layer(
        ReferenceRun run, Func<Tensor<double>, Tensor<double>, Tensor<double>, Tensor<double>> normalize)
    {
        var x = run.Input("x");
        var centred = x - Op.Mean(x, -1, keepDimension: true);
        var variance = Op.Mean(centred * centred, -1, keepDimension: true);
        var parameters = run.Load(new LayerNorm<double>(x.Shape[^1])).Parameters;
        var xHat = normalize(centred, variance, Number(run.Case.Number("eps", 1e-5)));
        run.Give((xHat * run.Tape.Use(parameters[0])) + run.Tape.Use(parameters[1]));
    }

    private static Tensor<double> Ones(int n) => Tensor<double>.From([n], [.. Enumerable.Repeat(1.0, n)]);

    private static Tensor<double> Number(double value) => Tensor<double>.From([], [value]);
}
