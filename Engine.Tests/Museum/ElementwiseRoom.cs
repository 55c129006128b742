
namespace Engine.Tests.Museum;

/// <summary>Functions of one number, and what can go wrong with any of them.</summary>
internal static class ElementwiseRoom
{
    public static IEnumerable<Exhibit> Exhibits =>
    [
        Exhibit.Gradient(
            "The gradient of a negation has the wrong sign", "dX = dY, not -dY", Samples.Normal(5),
            (isWrong, x) => BackwardPass.Each(x, v => -v, (dY, _) => isWrong ? dY : -dY)),
        Exhibit.Gradient(
            "The two of a square is forgotten", "dX = x dY, not 2 x dY", Samples.Normal(5),
            (isWrong, x) => BackwardPass.Each(x, v => v * v, (dY, v) => (isWrong ? 1 : 2) * v * dY)),
        Exhibit.Gradient(
            "A factor is wrong where all values are tiny", "y = c x^3, c = 1e-12: dX = 2 c x^2 dY, not 3 c x^2 dY",
            Samples.Normal(5),
            (isWrong, x) => BackwardPass.Each(
                x, v => 1e-12 * v * v * v, (dY, v) => (isWrong ? 2e-12 : 3e-12) * v * v * dY)),
        Exhibit.Gradient(
            "A gradient is wrong by a millionth", "dX = (3 + 1e-6) dY, not 3 dY", Samples.Normal(5),
            (isWrong, x) => BackwardPass.Each(x, v => 3 * v, (dY, _) => (isWrong ? 3 + 1e-6 : 3) * dY)),
        Exhibit.Gradient(
            "One element among a thousand is wrong by a percent", "dX[777] = 1.01 dY[777]", Samples.Normal(1000),
            (isWrong, x) => Identity(x, dX => dX[777] *= isWrong ? 1.01 : 1)),
        Exhibit.Gradient(
            "One element among a thousand is not a number", "dX[500] = NaN", Samples.Normal(1000),
            (isWrong, x) => Identity(x, dX => dX[500] *= isWrong ? double.NaN : 1)),
        Exhibit.Gradient(
            "No element is a number", "dX = NaN", Samples.Normal(5),
            (isWrong, x) => BackwardPass.Each(x, v => v, (dY, _) => isWrong ? double.NaN : dY)),
        Exhibit.Gradient(
            "A gradient is infinite", "dX = dY / 0", Samples.Normal(5),
            (isWrong, x) => BackwardPass.Each(x, v => v, (dY, _) => dY / (isWrong ? 0 : 1))),
        Exhibit.Gradient(
            "The last element is left out", "for i < n - 1", Samples.Normal(9),
            (isWrong, x) => Identity(x, dX => dX[^1] *= isWrong ? 0 : 1)),
        Exhibit.Gradient(
            "Tanh's derivative takes x for y", "dX = dY (1 - x^2), not dY (1 - y^2)", Samples.Normal(5),
            (isWrong, x) => BackwardPass.Each(
                x, Math.Tanh, (dY, v) => dY * (1 - Math.Pow(isWrong ? v : Math.Tanh(v), 2)))),
        Exhibit.Gradient(
            "Sigmoid's derivative is that of tanh", "dX = dY (1 - y^2), not dY y (1 - y)", Samples.Normal(5),
            (isWrong, x) => BackwardPass.Each(
                x, Sigmoid, (dY, v) => dY * (isWrong ? 1 + Sigmoid(v) : Sigmoid(v)) * (1 - Sigmoid(v)))),
        Exhibit.Gradient(
            "GELU goes back by the formula of its tanh form", "two functions 1e-3 apart", Samples.Normal(5),
            (isWrong, x) => BackwardPass.Of(x, Op.Gelu, (adjoints, y) =>
            {
                using var tape = new Tape<double>();
                var again = tape.Variable(x);
                var other = isWrong ? Op.GeluTanh(again) : Op.Gelu(again);
                var loss = Op.Sum(other * Tensor<double>.From(x.Shape, adjoints.Of(y)));
                adjoints.Into(x).Add(tape.Backward(loss)[again]);
            })),
        Exhibit.Property(
            "ReLU lets the gradient through at zero", "dX = dY where x >= 0, not where x > 0",
            isWrong => Assert.Equal(
                [0, 0, 1],
                GradientAt([-1, 0, 1], x => isWrong
                    ? BackwardPass.Each(x, v => Math.Max(v, 0), (dY, v) => v >= 0 ? dY : 0) : Op.Relu(x)))),
        Exhibit.Property(
            "A maximum gives its gradient to each of several equals", "sum dX = 2 dY, not dY",
            isWrong => Assert.Equal(1, GradientAt([1, 3, 3], x => !isWrong ? Op.Max(x, 0) : BackwardPass.Of(
                x, x => Op.Max(x, 0), (adjoints, y) =>
                {
                    var dX = adjoints.Into(x).Zeroed();
                    for (var i = 0; i < 3; i++) dX[i] += x.Data[i] == y.Data[0] ? adjoints.Of(y)[0] : 0;
                })).Sum())),
        Exhibit.Reference(
            "The halves of a gated linear unit are swapped", "y = sigmoid(v) g, not v sigmoid(g)", "glu",
            (isWrong, run) =>
            {
                var x = run.Input("x");
                var n = x.Shape[^1] / 2;
                var (v, g) = (Op.Slice(x, -1, isWrong ? n : 0, n), Op.Slice(x, -1, isWrong ? 0 : n, n));
                run.Give(v * Op.Sigmoid(g));
            }),
        Exhibit.Gradient(
            "A gradient is assigned where another was", "dX = 2 x dY, not dX += 2 x dY, when x is used again",
            Samples.Normal(5),
            (isWrong, x) => BackwardPass.Of(x, x => x * x, (adjoints, y) =>
            {
                var target = adjoints.Into(x);
                for (var i = 0; i < x.Count; i++)
                {
                    var before = target.Accumulate && !isWrong ? target.Span[i] : 0;
                    target.Span[i] = before + (2 * adjoints.Of(y)[i] * x.Data[i]);
                }
            }) + x),
        Exhibit.Gradient(
            "A gradient is added to what lay in memory", "dX += dY, not dX = dY, when x is used once",
            Samples.Normal(5),
            (isWrong, x) => BackwardPass.Of(x, x => x * 1, (adjoints, y) =>
            {
                var dX = adjoints.Into(x).Zeroed();
                if (isWrong) dX.Fill(0.25); // what an earlier step may have left
                for (var i = 0; i < dX.Length; i++) dX[i] += adjoints.Of(y)[i];
            })),
        Exhibit.Gradient(
            "A branch is detached", "y = x f(x), with f(x) a constant", Samples.Normal(5),
            (isWrong, x) => x * (isWrong ? BackwardPass.Detached(Op.Tanh(x)) : Op.Tanh(x))),
        Exhibit.Gradient(
            "A quotient's divisor is not squared in the backward pass", "dZ = -dY x / z, not -dY x / z^2",
            Samples.Normal(4), Samples.Positive(new(1), [4]),
            (isWrong, x, z) => BackwardPass.Of(x, z, Op.Divide, (adjoints, y) =>
            {
                var dX = adjoints.Into(x).Zeroed();
                var dZ = adjoints.Into(z).Zeroed();
                for (var i = 0; i < y.Count; i++)
                {
                    dX[i] += adjoints.Of(y)[i] / z.Data[i];
                    dZ[i] -= adjoints.Of(y)[i] * x.Data[i] / (z.Data[i] * (isWrong ? 1 : z.Data[i]));
                }
            })),
        Exhibit.Gradient(
            "One of two inputs is forgotten", "y = x z: dZ = 0, not dY x", Samples.Normal(4), Samples.Normal(4),
            (isWrong, x, z) => BackwardPass.Of(x, z, Op.Multiply, (adjoints, y) =>
            {
                var dX = adjoints.Into(x).Zeroed();
                var dZ = adjoints.Into(z).Zeroed();
                for (var i = 0; i < y.Count; i++)
                {
                    dX[i] += adjoints.Of(y)[i] * z.Data[i];
                    if (!isWrong) dZ[i] += adjoints.Of(y)[i] * x.Data[i];
                }
            })),
    ];

    /// <summary>dX of sum(f(x)).</summary>
    public static double[] GradientAt(double[] x, Func<Tensor<double>, Tensor<double>> f)
    {
        using var tape = new Tape<double>();
        var input = tape.Variable(Tensor<double>.From([x.Length], x));
        return tape.Backward(Op.Sum(f(input)))[input].ToArray();
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private delegate void Change(Span<double> dX);

    private static Tensor<double> Identity(Tensor<double> x, Change change) =>
        BackwardPass.Of(x, x => x * 1, (adjoints, y) =>
        {
            var dX = adjoints.Into(x);
            dX.Add(adjoints.Of(y));
            change(dX.Span);
        });
}
