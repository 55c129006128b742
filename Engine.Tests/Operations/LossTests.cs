
namespace Engine.Tests.Operations;

public class LossTests
{
    private static readonly Tensor<double> One = Tensor<double>.From([], [1]);

    [Property]
    public void Binary_cross_entropy_equals_its_naive_formula(Draw draw)
    {
        var shape = draw.Shape();
        var (x, t) = (draw.Normal(shape), Probabilities(draw, shape));
        var reduction = draw.Flip() ? Reduction.Mean : Reduction.Sum;
        var losses = x.Values.Zip(t.Values, (x, t) =>
            (-t * Math.Log(1 / (1 + Math.Exp(-x)))) - ((1 - t) * Math.Log(1 / (1 + Math.Exp(x)))));
        var expected = reduction == Reduction.Mean ? losses.Average() : losses.Sum();
        Forward.Agrees(
            draw, p => Op.BinaryCrossEntropyWithLogits(p[0], p[1], reduction),
            p => Op.BinaryCrossEntropyWithLogits(p[0], p[1], reduction), new([], [expected]), x, t);
    }

    [Property]
    public void Binary_cross_entropy_and_its_gradients_equal_the_primitives_that_it_is_made_of(Draw draw)
    {
        var shape = draw.Shape();
        static Tensor<double> Sum(Tensor<double> x, Tensor<double> t) => Op.Sum(
            (t * Op.Log(Op.Sigmoid(x)) + ((One - t) * Op.Log(Op.Sigmoid(x * -1)))) * -1);
        var (x, t) = (draw.Normal(shape), Probabilities(draw, shape));
        Gradients.Agree(
            p => Op.BinaryCrossEntropyWithLogits(p[0], p[1], Reduction.Sum), p => Sum(p[0], p[1]), draw.Random, x,
            t);
        Gradients.Agree(
            p => Op.BinaryCrossEntropyWithLogits(p[0], p[1]), p => Sum(p[0], p[1]) * (1.0 / shape.Elements),
            draw.Random, x, t);
    }

    [Fact]
    public void Binary_cross_entropy_is_least_where_the_sigmoid_is_the_target()
    {
        using var tape = new Tape<double>();
        var x = tape.Variable(Samples.Normal(9));
        var loss = Op.BinaryCrossEntropyWithLogits(x, tape.Constant(Op.Sigmoid(x)));
        Assert.All(tape.Backward(loss)[x].ToArray(), slope => Assert.Equal(0, slope));
    }

    [Fact]
    public void Binary_cross_entropy_of_large_logits_is_finite_and_keeps_small_losses()
    {
        foreach (var size in (double[])[40, 500, 1e30, 1e300])
        {
            using var tape = new Tape<double>();
            var x = tape.Variable(Tensor<double>.From([4], [size, -size, size, -size]));
            double[] targets = [1, 0, 0, 1], expected = [Math.Exp(-size), Math.Exp(-size), size, size];
            for (var i = 0; i < 4; i++)
            {
                var loss = Op.BinaryCrossEntropyWithLogits(
                    Op.Slice(x, 0, i, 1), tape.Constant([1], [targets[i]]));
                Close.To([expected[i]], [loss.Item()], 1e-14);
                if (expected[i] is > 0 and < 1) Assert.Equal(1, loss.Item() / expected[i], 1e-13);
            }
            var dX = tape.Backward(Op.BinaryCrossEntropyWithLogits(
                x, tape.Constant([4], targets), Reduction.Sum))[x].ToArray();
            Close.To([0, 0, 1, -1], dX, 1e-15);
        }
    }

    [Property]
    public void KL_divergence_equals_its_definition_with_the_target_second(Draw draw)
    {
        var (rows, n) = (draw.Integer(1, 4), draw.Size());
        var (q, p) = (Distributions(draw, rows, n), Distributions(draw, rows, n));
        var reduction = draw.Flip() ? Reduction.Mean : Reduction.Sum;
        var expected = p.Values.Zip(q.Values, (p, q) => p * Math.Log(p / q)).Sum()
            / (reduction == Reduction.Mean ? rows : 1);
        // Where p and q are nearly equal, the terms cancel up to rounding errors of their own size.
        expected += 3;
        Forward.Agrees(
            draw, x => Op.KlDivergence(x[0], x[1], reduction) + Tensor<double>.From([], [3]),
            x => Op.KlDivergence(x[0], x[1], reduction) + Tensor<float>.From([], [3]), new([], [expected]),
            q.Map(Math.Log), p);
    }

    [Property]
    public void KL_divergence_and_its_gradients_equal_the_primitives_that_it_is_made_of(Draw draw)
    {
        var (rows, n) = (draw.Integer(1, 4), draw.Size());
        var (logQ, p) = (draw.Normal([rows, n]), draw.Positive([rows, n]));
        static Tensor<double> Sum(Tensor<double> logQ, Tensor<double> p) => Op.Sum(p * (Op.Log(p) - logQ));
        Gradients.Agree(
            x => Op.KlDivergence(x[0], x[1], Reduction.Sum), x => Sum(x[0], x[1]), draw.Random, logQ, p);
        Gradients.Agree(
            x => Op.KlDivergence(x[0], x[1]), x => Sum(x[0], x[1]) * (1.0 / rows), draw.Random, logQ, p);
    }

    [Property]
    public void KL_divergence_is_never_negative_and_zero_where_and_only_where_both_are_equal(Draw draw)
    {
        var n = 1 + draw.Size();
        var (q, p) = (Distributions(draw, 2, n), Distributions(draw, 2, n));
        double Divergence(Numbers q, Numbers p)
        {
            using var tape = new Tape<double>();
            return Op.KlDivergence(q.Map(Math.Log).On(tape), p.On(tape)).Item();
        }

        Assert.True(Divergence(q, p) > 1e-12);
        Assert.Equal(0, Divergence(p, p), 1e-15);
        // Pinsker's inequality: it is at least half the squared distance.
        var distance = p.Values.Zip(q.Values, (p, q) => Math.Abs(p - q)).Chunk(n).Select(row => row.Sum());
        Assert.True(Divergence(q, p) >= distance.Average(d => d * d / 2) - 1e-15);
    }

    [Fact]
    public void Where_the_target_is_zero_the_divergence_and_its_gradients_are_zero()
    {
        using var tape = new Tape<double>();
        var logQ = tape.Variable(Tensor<double>.From([3], [double.NegativeInfinity, Math.Log(0.25), Math.Log(0.75)]));
        var p = tape.Variable(Tensor<double>.From([3], [0, 0.25, 0.75]));
        var loss = Op.KlDivergence(logQ, p);
        Assert.Equal(0, loss.Item(), 1e-15);
        var gradients = tape.Backward(loss);
        Close.To([0, -0.25, -0.75], gradients[logQ], 1e-15);
        Close.To([0, 1, 1], gradients[p], 1e-15);
    }

    [Fact]
    public void A_target_that_is_no_probability_gives_NaN_and_not_zero()
    {
        using var tape = new Tape<double>();
        var logQ = tape.Constant([1], [-1]);
        Assert.True(double.IsNaN(Op.KlDivergence(logQ, tape.Constant([1], [double.NaN])).Item()));
        Assert.True(double.IsNaN(Op.KlDivergence(logQ, tape.Constant([1], [-0.5])).Item()));
    }

    [Property]
    public void A_target_of_one_class_makes_KL_divergence_the_negative_log_likelihood(Draw draw)
    {
        var (rows, n) = (draw.Integer(1, 4), draw.Size());
        var targets = Samples.Indices(draw.Random, rows, n);
        var p = Numbers.ByIndex([rows, n], i => targets[i[0]] == i[1] ? 1 : 0).Free<double>();
        Gradients.Agree(
            x => Op.KlDivergence(x[0], p), x => Op.NegativeLogLikelihood(x[0], targets), draw.Random,
            draw.Normal([rows, n]));
    }

    [Property]
    public void Negative_log_likelihood_after_LogSoftmax_is_cross_entropy(Draw draw)
    {
        var (rows, classes) = (draw.Size(), draw.Size());
        var x = draw.Normal([rows, classes]);
        var targets = Samples.Indices(draw.Random, rows, classes);
        var ignored = draw.Integer(-1, classes - 1);
        foreach (var reduction in Enum.GetValues<Reduction>())
            Gradients.Agree(
                p => Op.NegativeLogLikelihood(Op.LogSoftmax(p[0]), targets, ignored, reduction),
                p => Op.CrossEntropy(p[0], targets, ignored, 0, reduction), draw.Random, x);
    }

    [Property]
    public void Negative_log_likelihood_equals_its_definition_in_float_and_in_any_layout(Draw draw)
    {
        var (rows, classes) = (draw.Size(), draw.Size());
        var x = draw.Normal([rows, classes]).Map(v => -Math.Abs(v));
        var targets = Samples.Indices(draw.Random, rows, classes);
        var expected = targets.Select((t, row) => -x[row, t]).Sum();
        Forward.Agrees(
            draw, p => Op.NegativeLogLikelihood(p[0], targets, -1, Reduction.Sum),
            p => Op.NegativeLogLikelihood(p[0], targets, -1, Reduction.Sum), new([], [expected]), x);
    }

    [Fact]
    public void Where_all_rows_are_ignored_the_negative_log_likelihood_and_its_gradient_are_zero()
    {
        var (loss, gradients) = Gradients.Of<double>(
            p => Op.NegativeLogLikelihood(p[0], [7, 7], 7), new RandomStream(1), Numbers.Of([2, 9], i => i));
        Assert.Equal([0], loss.Values);
        Assert.Equal(new double[18], gradients[0]);
    }

    [Property]
    public void The_symmetric_divergence_equals_its_twin_and_the_mean_of_both_divergences(Draw draw)
    {
        var (rows, n) = (draw.Integer(1, 4), draw.Size());
        var (x, z) = (draw.Normal([rows, n]), draw.Normal([rows, n]));
        var reduction = draw.Flip() ? Reduction.Mean : Reduction.Sum;
        Tensor<double> Way(Tensor<double> x, Tensor<double> z) =>
            Op.KlDivergence(Op.LogSoftmax(z), Op.Softmax(x), reduction);
        Gradients.EqualTwin(
            draw, p => Op.SymmetricKl(p[0], p[1], reduction), p => Op.SymmetricKl(p[0], p[1], reduction),
            p => Twin.SymmetricKl(p[0], p[1], reduction), x, z);
        Gradients.Agree(
            p => Op.SymmetricKl(p[0], p[1], reduction), p => (Way(p[0], p[1]) + Way(p[1], p[0])) * 0.5,
            draw.Random, x, z);
    }

    [Property]
    public void The_symmetric_divergence_ignores_shifts_and_the_order_and_is_zero_between_equals(Draw draw)
    {
        using var tape = new Tape<double>();
        var n = 1 + draw.Size();
        var (x, z) = (draw.Normal([3, n]).On(tape), draw.Normal([3, n]).On(tape));
        var loss = Op.SymmetricKl(x, z).Item();
        Assert.True(loss > 0);
        Assert.Equal(loss, Op.SymmetricKl(z, x).Item(), 1e-12);
        Assert.Equal(loss, Op.SymmetricKl(x + Tensor<double>.From([], [7]), z).Item(), 1e-12);
        var same = Op.SymmetricKl(x, x);
        Assert.Equal(0, same.Item());
        Assert.All(tape.Backward(same)[x].ToArray(), slope => Assert.Equal(0, slope, 1e-15));
    }

    [Fact]
    public void The_symmetric_divergence_of_large_logits_is_finite()
    {
        using var tape = new Tape<double>();
        var x = tape.Variable(Tensor<double>.From([1, 2], [800, -800]));
        var z = tape.Variable(Tensor<double>.From([1, 2], [-800, 800]));
        var loss = Op.SymmetricKl(x, z);
        Assert.Equal(1600, loss.Item(), 1e-9);
        Assert.All(tape.Backward(loss)[x].ToArray(), slope => Assert.True(double.IsFinite(slope)));
    }

    [Fact]
    public void Logits_or_targets_may_be_constants()
    {
        foreach (var f in (Func<Tensor<double>, Tensor<double>, Tensor<double>>[])
            [
                (x, t) => Op.BinaryCrossEntropyWithLogits(x, t), (x, t) => Op.KlDivergence(x, t),
                (x, t) => Op.SymmetricKl(x, t),
            ])
        {
            var (x, t) = (Samples.Normal(2, 3), Samples.Positive(new RandomStream(1), [2, 3]));
            using var tape = new Tape<double>();
            var (dX, dT) = (tape.Variable(x), tape.Variable(t));
            var both = tape.Backward(f(dX, dT));
            Assert.Equal(both[dX].ToArray(), tape.Backward(f(dX, tape.Constant(t)))[dX].ToArray());
            Assert.Equal(both[dT].ToArray(), tape.Backward(f(tape.Constant(x), dT))[dT].ToArray());
        }
    }

    [Fact]
    public void Shapes_and_classes_that_do_not_fit_are_named()
    {
        using var tape = new Tape<double>();
        var (x, t) = (tape.Constant(Samples.Normal(2, 3)), tape.Constant(Samples.Normal(3)));
        Says(
            "BinaryCrossEntropyWithLogits: logits [2, 3] and targets [3] must have one shape. Reshape one?",
            () => Op.BinaryCrossEntropyWithLogits(x, t));
        Says(
            "MeanSquaredError: predicted [2, 3] and targets [3] must have one shape. Reshape one?",
            () => Op.MeanSquaredError(x, t));
        Says(
            "KlDivergence: log-probabilities [2, 3] and targets [3] must have one shape. Reshape one?",
            () => Op.KlDivergence(x, t));
        var single = tape.Constant([], [1]);
        Says(
            "KlDivergence: a single number, [], has no dimensions; Reshape it to [1]?",
            () => Op.KlDivergence(single, single));
        Says(
            "SymmetricKl: logits [2, 3] and [3] must have one shape. Reshape one?", () => Op.SymmetricKl(x, t));
        Says(
            "SymmetricKl: a single number, [], has no dimensions; Reshape it to [1]?",
            () => Op.SymmetricKl(single, single));
        Says(
            "NegativeLogLikelihood: 3 targets need log-probabilities of [3, classes], not [2, 3].",
            () => Op.NegativeLogLikelihood(x, [0, 0, 0]));
        Says(
            "NegativeLogLikelihood: target 3 of row 1 is not a class of [2, 3]; it must be in 0 to 2, or -1 to be " +
            "ignored.", () => Op.NegativeLogLikelihood(x, [0, 3]));
    }

    private static void Says(string message, Func<object> use) =>
        Assert.Equal(message, Assert.Throws<ShapeException>(use).Message);

    /// <summary>Numbers in [0, 1), some of them 0, that float holds exactly.</summary>
    private static Numbers Probabilities(Draw draw, Shape shape) =>
        Numbers.Of(shape, _ => draw.Integer(0, 4) == 0 ? 0 : (float)draw.Random.NextUniform());

    /// <summary>Rows of positive numbers that sum to one.</summary>
    private static Numbers Distributions(Draw draw, int rows, int n) =>
        new Numbers([rows, n], draw.Positive([rows, n]).Values).Rows(row => [.. row.Select(v => v / row.Sum())]);
}
