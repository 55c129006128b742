
namespace Engine.Tests.Autograd;

public class GradientCheckTests
{
    [Fact]
    public void Right_gradients_are_reported_as_right()
    {
        var report = GradientCheck.Of(x => Op.Softmax(x), Samples.Normal(3, 7));
        Assert.True(report.Passed);
        Assert.Equal(21 + 2, report.Derivatives);
        Assert.StartsWith("right: 23 derivatives, worst error ", report.ToString());
    }

    [Fact]
    public void Right_gradients_pass_even_next_to_a_kink()
    {
        foreach (var distance in (double[])[0.3, 1e-2, 1e-3, 3e-4])
        {
            var x = Tensor<double>.From([4], [distance, -distance, 1, -1]);
            Assert.True(GradientCheck.Of(Op.Relu, x).Passed, $"{distance}");
        }
        Assert.True(GradientCheck.Of(x => Op.Max(x, 0), Tensor<double>.From([3], [1, 1.001, -2])).Passed);
    }

    public static TheoryData<string, Func<Tensor<double>, Tensor<double>>, double[]> Kinks => new()
    {
        { "ReLU at 0", Op.Relu, [0, 1, -1] },
        { "ReLU at zeros alone", Op.Relu, [0, 0, 0] },
        { "ReLU next to 0", Op.Relu, [1e-12, 1, -1] },
        { "a leaky ReLU at 0", x => Op.LeakyRelu(x, 0.2), [0.5, 0, -1] },
        { "equal numbers in a maximum", x => Op.Max(x, 0), [2, 1, 2] },
        { "equal numbers in a maximum over positions", x => Op.MaxPool(Op.Reshape(x, [3, 1]), OneSequence), [2, 2, 1] },
        { "a kink behind a smooth function", x => Op.Exp(Op.Relu(x)), [0, 1, -1] },
    };

    private static SequenceLayout OneSequence => SequenceLayout.Full(1, 3);

    [Theory]
    [MemberData(nameof(Kinks))]
    public void On_a_kink_a_check_is_undecided_and_says_why(
        string name, Func<Tensor<double>, Tensor<double>> f, double[] point)
    {
        var report = GradientCheck.Of(f, Tensor<double>.From([3], point));
        Assert.False(report.Passed, name);
        Assert.Equal(GradientVerdict.Undecided, report.Verdict);
        Assert.StartsWith("UNDECIDED: ", report.ToString());
        Assert.Contains("\n    the point lies on a kink at [", report.ToString());
        Assert.EndsWith("the derivatives to the left and to the right differ there; check another point: "
            + "Samples.AwayFromZero keeps numbers off 0, Samples.Distinct keeps them apart", report.ToString());
    }

    [Fact]
    public void A_wrong_gradient_is_wrong_beside_a_kink_and_where_there_is_none()
    {
        // The second element lies on the kink, and the gradient of the first is twice what it should be.
        Tensor<double> Wrong(Tensor<double> x) => Op.Relu(x) + x.Tape.Constant(Op.Relu(x));
        foreach (var point in (double[][])[[1, 0, -1], [1, 2, -1], [0.3, 1e-3, -1e-3]])
        {
            var report = GradientCheck.Of(Wrong, Tensor<double>.From([3], point));
            Assert.StartsWith("WRONG: ", report.ToString());
            Assert.Equal(GradientVerdict.Wrong, report.Verdict);
        }
    }

    [Fact]
    public void The_mean_of_both_sides_is_accepted_on_a_kink() =>
        Assert.True(GradientCheck.Of(x => Op.L1Penalty(x, 0.3), Tensor<double>.From([3], [0, 1, -2])).Passed);

    [Fact]
    public void A_check_on_a_kink_leaves_parameters_as_they_were()
    {
        var parameter = new Parameter<double>("p", Tensor<double>.From([1], [0]));
        var report = GradientCheck.Of(
            new GradientCase("at 0", [], (tape, _) => Op.Relu(tape.Use(parameter))) { Parameters = [parameter] });
        Assert.Equal(GradientVerdict.Undecided, report.Verdict);
        Assert.Equal([0.0], parameter.Value.ToArray());
    }

    [Fact]
    public void A_jump_is_no_kink()
    {
        // The forward has a step at 0; no choice of a derivative is right there.
        Tensor<double> Step(Tensor<double> x) => x + x.Tape.Constant(
            Tensor<double>.From([1], [x.ToArray()[0] > 0 ? 1 : 0]));
        Assert.StartsWith("WRONG: ", GradientCheck.Of(Step, Tensor<double>.From([1], [0])).ToString());
    }

    [Fact]
    public void A_gradient_that_is_zero_everywhere_passes()
    {
        Assert.True(GradientCheck.Of(Op.Softmax, Samples.Normal(4, 1)).Passed);
        Assert.True(GradientCheck.Of(x => Op.Scale(x, 0), Samples.Normal(4)).Passed);
    }

    [Fact]
    public void Dropout_is_replayed_at_every_evaluation() =>
        Assert.True(GradientCheck.Of(x => Op.Dropout(Op.Dropout(x, 0.5) * x, 0.2), Samples.Normal(6, 9)).Passed);

    [Fact]
    public void Large_inputs_are_checked_along_directions()
    {
        Assert.Equal(2, GradientCheck.Of(Op.Exp, Samples.Normal(9, 9)).Derivatives);
        Assert.True(GradientCheck.Of(Op.Exp, Samples.Normal(9, 9)).Passed);
    }

    [Fact]
    public void Inputs_and_parameters_are_left_as_they_were()
    {
        var x = Samples.Transposed(Samples.Normal(3, 4));
        var p = new Parameter<double>("p", Samples.Normal(5, 4));
        var (before, weights) = (x.ToArray(), p.Value.ToArray());
        var report = GradientCheck.Of(new GradientCase(
            "both", [x], (tape, inputs) => Op.Linear(inputs[0], tape.Use(p))) { Parameters = [p] });
        Assert.True(report.Passed);
        Assert.Equal(12 + 20 + 4, report.Derivatives);
        Assert.Equal(before, x.ToArray());
        Assert.Equal(weights, p.Value.ToArray());
    }

    [Fact]
    public void Two_inputs_are_both_checked()
    {
        var report = GradientCheck.Of(Op.MatMul, Samples.Normal(2, 3), Samples.Normal(3, 4));
        Assert.True(report.Passed);
        Assert.Equal(6 + 12 + 4, report.Derivatives);
    }

    [Fact]
    public void A_function_outside_the_tape_is_refused() =>
        Assert.Equal(
            "GradientCheck: the output [2] does not depend on the inputs through recorded operations; " +
            "was one computed outside the tape?",
            Assert.Throws<InvalidOperationException>(() => GradientCheck.Of(
                new GradientCase("cut", [Samples.Normal(2)], (tape, inputs) => tape.Constant(inputs[0])))).Message);

    [Fact]
    public void Samples_have_the_ranges_that_they_document()
    {
        var random = new RandomStream(1);
        Assert.All(Samples.Positive(random, [100]).ToArray(), x => Assert.InRange(x, 0.5, 2.5));
        var away = Samples.AwayFromZero(random, [1000]).ToArray();
        Assert.All(away, x => Assert.True(Math.Abs(x) >= 0.1));
        Assert.Contains(away, x => x < 0);
        var distinct = Samples.Distinct(random, [50]).ToArray().Order().ToArray();
        Assert.All(distinct.Zip(distinct.Skip(1)), pair => Assert.True(pair.Second - pair.First >= 0.05 - 1e-12));
        var x = Samples.Normal(3, 4);
        Assert.Equal(x.ToArray(), Samples.Transposed(x).ToArray());
        Assert.False(Samples.Transposed(x).IsContiguous);
        Assert.Equal(x.ToArray(), Samples.Normal(3, 4).ToArray());
        Assert.All(Samples.Indices(random, 100, 7), i => Assert.InRange(i, 0, 6));
    }

    [Fact]
    public void An_entry_knows_its_source_file()
    {
        Assert.Equal(Path.Combine("Operations", "Normalization", "LayerNorm.cs"), Op.LayerNormEntry.Source);
        Assert.Equal("LayerNorm", Op.LayerNormEntry.ToString());
        Assert.StartsWith("y = gamma xHat + beta", Op.LayerNormEntry.Formula);
        Assert.NotEmpty(Op.LayerNormEntry.Samples(new RandomStream(1)));
    }
}
