using Engine.Kernels;
using Engine.Operations;

namespace Engine.Tests.Autograd;

/// <summary>Operations that are wrong on the way back, as people err. The check must see all.</summary>
public class BrokenGradientTests
{
    private delegate void Back(Adjoints<double> adjoints, Tensor<double> y, Tensor<double> x);

    private delegate void Back2(Adjoints<double> adjoints, Tensor<double> y, Tensor<double> x, Tensor<double> z);

    [Fact]
    public void The_harness_itself_is_right()
    {
        var report = GradientCheck.Of(Unary(x => x * x, (a, y, x) => Each(a, y, x, (d, v) => 2 * d * v)),
            Samples.Normal(3, 4));
        Assert.True(report.Passed, report.ToString());
    }

    [Fact]
    public void A_wrong_sign() =>
        IsWrong(GradientCheck.Of(Unary(x => -x, (a, y, x) => Each(a, y, x, (d, _) => d)), Samples.Normal(5)));

    [Fact]
    public void A_factor_of_two() =>
        IsWrong(GradientCheck.Of(Unary(x => x * x, (a, y, x) => Each(a, y, x, (d, v) => d * v)), Samples.Normal(5)));

    [Fact]
    public void A_wrong_factor_of_a_function_whose_values_are_tiny() =>
        IsWrong(GradientCheck.Of(
            Unary(x => 1e-12 * x * x * x, (a, y, x) => Each(a, y, x, (d, v) => 2e-12 * v * v * d)), Samples.Normal(5)));

    [Fact]
    public void An_error_of_a_millionth() =>
        IsWrong(GradientCheck.Of(Unary(x => 3 * x, (a, y, x) => Each(a, y, x, (d, _) => d * (3 + 1e-6))),
            Samples.Normal(5)));

    [Fact]
    public void A_wrong_element_among_many() =>
        IsWrong(GradientCheck.Of(Unary(x => x, (a, y, x) =>
        {
            Each(a, y, x, (d, _) => d);
            a.Into(x).Span[777] *= 1.01;
        }), Samples.Normal(1000)));

    [Fact]
    public void A_missing_sum_over_what_was_repeated() =>
        IsWrong(GradientCheck.Of(
            Binary(Op.Add, (a, y, x, z) =>
            {
                a.Into(x).Add(a.Of(y));
                a.Into(z).Add(a.Of(y)[..z.Count]);
            }), Samples.Normal(3, 4), Samples.Normal(4)));

    [Fact]
    public void A_forgotten_transpose() =>
        IsWrong(GradientCheck.Of(
            Binary(Op.MatMul, (a, y, x, z) =>
            {
                var dX = a.Into(x).Zeroed();
                var dZ = a.Into(z).Zeroed();
                var dY = new MatrixView<double>(a.Of(y), 3, 3);
                MatrixProduct.Multiply(dY, new MatrixView<double>(z.Data, 3, 3), dX, 3, true);
                MatrixProduct.Multiply(new MatrixView<double>(x.Data, 3, 3).Transposed, dY, dZ, 3, true);
            }), Samples.Normal(3, 3), Samples.Normal(3, 3)));

    [Fact]
    public void A_permutation_that_is_not_undone() =>
        IsWrong(GradientCheck.Of(
            Unary(x => 0, (a, y, x) => a.Into(x).Add(a.Of(y)), x => Op.Permute(x, 2, 0, 1)), Samples.Normal(2, 3, 4)));

    [Fact]
    public void Assigning_where_it_should_add() =>
        IsWrong(GradientCheck.Of(
            x => Unary(v => v * v, (a, y, v) =>
            {
                var dX = a.Into(v).Span;
                var dY = a.Of(y);
                for (var i = 0; i < dY.Length; i++) dX[i] = 2 * dY[i] * v.Data[i];
            })(x) + x, Samples.Normal(5)));

    [Fact]
    public void Adding_where_it_should_assign() =>
        IsWrong(GradientCheck.Of(
            Unary(x => x, (a, y, x) =>
            {
                var dX = a.Into(x).Span;
                var dY = a.Of(y);
                dX.Fill(0.25); // what an earlier step may have left
                for (var i = 0; i < dY.Length; i++) dX[i] += dY[i];
            }), Samples.Normal(5)));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void A_dropped_term_of_LayerNorm(double first, double second) =>
        IsWrong(GradientCheck.Of(Unary(_ => 0, (a, y, x) => LayerNormBack(a, y, x, first, second), Normalized),
            Samples.Normal(3, 6)));

    [Fact]
    public void All_terms_of_LayerNorm_are_right() =>
        Assert.True(GradientCheck.Of(Unary(_ => 0, (a, y, x) => LayerNormBack(a, y, x, 1, 1), Normalized),
            Samples.Normal(3, 6)).Passed);

    [Fact]
    public void A_dropped_sum_of_softmax() =>
        IsWrong(GradientCheck.Of(
            Unary(_ => 0, (a, y, x) =>
            {
                var dX = a.Into(x).Zeroed();
                var dY = a.Of(y);
                for (var i = 0; i < dY.Length; i++) dX[i] += y.Data[i] * dY[i];
            }, Op.Softmax), Samples.Normal(3, 5)));

    [Fact]
    public void Dropout_that_forgets_to_rescale_on_the_way_back() =>
        IsWrong(GradientCheck.Of(
            Unary(_ => 0, (a, y, x) => Each(a, y, x, (d, v) => d, i => y.Data[i] != 0), x => Op.Dropout(x, 0.4)),
            Samples.Normal(20)));

    [Fact]
    public void Dropout_with_another_mask_on_the_way_back() =>
        IsWrong(GradientCheck.Of(
            Unary(_ => 0, (a, y, x) =>
                new DropoutKernel<double>(0.4, new RandomStream(99)).Apply(a.Of(y), a.Into(x).Zeroed()),
                x => Op.Dropout(x, 0.4)), Samples.Normal(20)));

    [Fact]
    public void A_NaN() =>
        IsWrong(GradientCheck.Of(Unary(x => x, (a, y, x) => Each(a, y, x, (_, _) => double.NaN)), Samples.Normal(5)));

    [Fact]
    public void A_NaN_in_one_element_among_many() =>
        IsWrong(GradientCheck.Of(Unary(x => x, (a, y, x) =>
        {
            Each(a, y, x, (d, _) => d);
            a.Into(x).Span[500] = double.NaN;
        }), Samples.Normal(1000)));

    [Fact]
    public void An_infinity() =>
        IsWrong(GradientCheck.Of(Unary(x => x, (a, y, x) => Each(a, y, x, (d, _) => d / 0)), Samples.Normal(5)));

    [Fact]
    public void An_index_that_is_off_by_one() =>
        IsWrong(GradientCheck.Of(
            Unary(_ => 0, (a, y, x) => a.Of(y).CopyTo(a.Into(x).Zeroed()[1..]), x => Op.Slice(x, 0, 2, 3)),
            Samples.Normal(7)));

    [Fact]
    public void A_last_element_that_is_left_out() =>
        IsWrong(GradientCheck.Of(
            Unary(x => x, (a, y, x) => a.Of(y)[..^1].CopyTo(a.Into(x).Zeroed())), Samples.Normal(9)));

    [Fact]
    public void Indices_that_occur_twice_and_are_assigned() =>
        IsWrong(GradientCheck.Of(
            Unary(_ => 0, (a, y, x) =>
            {
                var dX = a.Into(x).Zeroed();
                int[] indices = [1, 1, 0];
                for (var i = 0; i < 3; i++) dX[indices[i]] = a.Of(y)[i];
            }, x => Op.Embedding(Op.Reshape(x, [3, 1]), [1, 1, 0])), Samples.Normal(3)));

    [Fact]
    public void A_forgotten_input() =>
        IsWrong(GradientCheck.Of(
            Binary(Op.Multiply, (a, y, x, z) =>
            {
                var dX = a.Into(x).Zeroed();
                for (var i = 0; i < dX.Length; i++) dX[i] += a.Of(y)[i] * z.Data[i];
            }), Samples.Normal(4), Samples.Normal(4)));

    [Fact]
    public void A_strided_input_read_as_if_it_lay_in_order() =>
        IsWrong(GradientCheck.Of(
            Unary(x => x * x, (a, y, x) =>
            {
                var dX = a.Into(x).Zeroed();
                var dY = a.Of(y);
                for (var i = 0; i < dY.Length; i++) dX[i] += 2 * dY[i] * x.Memory[x.Offset + i];
            }), Samples.Transposed(Samples.Normal(3, 4))));

    private static void IsWrong(GradientReport report)
    {
        Assert.False(report.Passed, report.ToString());
        Assert.StartsWith("WRONG", report.ToString());
    }

    /// <summary>An operation with the given way back; forward is f by element, or another operation's.</summary>
    private static Func<Tensor<double>, Tensor<double>> Unary(
        Func<double, double> f, Back back, Func<Tensor<double>, Tensor<double>>? forward = null) => x =>
    {
        var operation = new Operation("Broken", "", _ => []);
        var tape = Tape<double>.Of(operation, x);
        var free = forward?.Invoke(x);
        var y = free is null
            ? tape.Constant(x.Shape, x.ToArray().Select(f).ToArray())
            : tape.Constant(free);
        return tape.Record(operation, y, [x], adjoints => back(adjoints, y, x));
    };

    private static Func<Tensor<double>, Tensor<double>, Tensor<double>> Binary(
        Func<Tensor<double>, Tensor<double>, Tensor<double>> forward, Back2 back) => (x, z) =>
    {
        var operation = new Operation("Broken", "", _ => []);
        var tape = Tape<double>.Of(operation, x, z);
        var y = tape.Constant(forward(x, z));
        return tape.Record(operation, y, [x, z], adjoints => back(adjoints, y, x, z));
    };

    private static void Each(
        Adjoints<double> adjoints, Tensor<double> y, Tensor<double> x, Func<double, double, double> f,
        Predicate<int>? keep = null)
    {
        var dX = adjoints.Into(x).Zeroed();
        var dY = adjoints.Of(y);
        var values = x.ToArray();
        for (var i = 0; i < dY.Length; i++)
        {
            if (keep is null || keep(i)) dX[i] += f(dY[i], values[i]);
        }
    }

    private static Tensor<double> Normalized(Tensor<double> x)
    {
        Shape n = [x.Shape[^1]];
        return Op.LayerNorm(x, Tensor<double>.From(n, [.. Enumerable.Repeat(1.0, n.Elements)]), Tensor<double>.Zeros(n),
            0);
    }

    private static void LayerNormBack(Adjoints<double> adjoints, Tensor<double> y, Tensor<double> x, double first,
        double second)
    {
        var dX = adjoints.Into(x).Zeroed();
        var n = x.Shape[^1];
        for (var row = 0; row < x.Count; row += n)
        {
            var (values, xHat, g) = (x.ToArray()[row..(row + n)], y.ToArray()[row..(row + n)],
                adjoints.Of(y).Slice(row, n).ToArray());
            var mean = values.Average();
            var deviation = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
            var product = g.Zip(xHat, (a, b) => a * b).Average();
            for (var i = 0; i < n; i++)
                dX[row + i] += (g[i] - (first * g.Average()) - (second * xHat[i] * product)) / deviation;
        }
    }
}
