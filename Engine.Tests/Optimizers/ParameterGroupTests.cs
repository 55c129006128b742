using Engine.Layers;
using Engine.Optimizers;

namespace Engine.Tests.Optimizers;

public sealed class ParameterGroupTests
{
    private static readonly Sequential<double> Model = new(
        new Linear<double>(3, 4, new RandomStream(1)), new LayerNorm<double>(4));

    [Fact]
    public void Biases_and_norms_are_parameters_of_fewer_than_two_dimensions_and_do_not_decay()
    {
        var group = ParameterGroup<double>.BiasesAndNorms(Model.Parameters);
        Assert.Equal(["bias [4]", "weight [4]", "bias [4]"], group.Parameters.Select(parameter => $"{parameter}"));
        Assert.Equal((0.0, 1.0), (group.WeightDecay, group.LearningRateFactor));
    }

    [Fact]
    public void A_group_has_its_own_decay_and_rate_and_other_parameters_have_the_optimizers()
    {
        foreach (var create in (Func<Parameter<double>[], Optimizer<double>>[])
        [
            p => new AdamW<double>(p, 0.1, weightDecay: 0.5), p => new Lion<double>(p, 0.1, weightDecay: 0.5),
            p => new Sgd<double>(p, 0.1, weightDecay: 0.5),
        ])
        {
            var p = Enumerable.Range(0, 4).Select(i => new Parameter<double>($"{i}", Tensor<double>.From([1], [2])))
                .ToArray();
            var optimizer = create(p);
            optimizer.Groups =
            [
                new([p[1]]) { WeightDecay = 0 }, new([p[2]]) { WeightDecay = 0.25, LearningRateFactor = 2 },
                new([p[3]]) { LearningRateFactor = 0 },
            ];
            optimizer.Step(new GradientSet<double>(p));
            // Lion and AdamW decay by lr λ θ. So does plain gradient descent, where L2 is the same.
            Close.To([1.9, 2, 1.9, 2], [.. p.Select(parameter => parameter.Value.Item())], 1e-12);
            optimizer.Groups = [];
            optimizer.Step(new GradientSet<double>(p));
            Close.To([1.805, 1.9, 1.805, 1.9], [.. p.Select(parameter => parameter.Value.Item())], 1e-12);
        }
    }

    [Fact]
    public void Adam_uses_the_groups_rate_and_L2()
    {
        var p = Enumerable.Range(0, 3).Select(i => new Parameter<double>($"{i}", Tensor<double>.From([1], [2])))
            .ToArray();
        var adam = new Adam<double>(p, 0.1, epsilon: 0, weightDecay: 0.5)
        {
            Groups = [new([p[1]]) { WeightDecay = 0 }, new([p[2]]) { LearningRateFactor = 3 }],
        };
        var gradients = new GradientSet<double>(p);
        gradients.All.Clear();
        foreach (var parameter in p) gradients[parameter][0] = -0.5;
        adam.Step(gradients);
        // g + λ θ is 0.5 with decay and -0.5 without; only the sign counts in Adam's first step.
        Close.To([1.9, 2.1, 1.7], [.. p.Select(parameter => parameter.Value.Item())], 1e-12);
    }

    [Fact]
    public void A_parameter_of_no_group_or_of_two_is_refused()
    {
        var p = Model.Parameters;
        var optimizer = new Sgd<double>([p[0], p[1]]);
        Assert.Equal(
            "Groups: weight [4] is not among the optimizer's parameters; give it to the optimizer too.",
            Assert.Throws<ArgumentException>(() => optimizer.Groups = [new([p[2]])]).Message);
        Assert.Equal(
            "Groups: bias [4] is in two groups; leave it in one.",
            Assert.Throws<ArgumentException>(() => optimizer.Groups = [new([p[1]]), new([p[0], p[1]])]).Message);
        Assert.Empty(optimizer.Groups);
    }

    [Fact]
    public void Groups_do_not_change_when_the_callers_list_changes()
    {
        var group = ParameterGroup<double>.BiasesAndNorms(Model.Parameters);
        List<ParameterGroup<double>> given = [group];
        var optimizer = new Sgd<double>(Model.Parameters) { Groups = given };
        given.Clear();
        Assert.Same(group, Assert.Single(optimizer.Groups));
    }

    [Theory]
    [InlineData(-1, null, "learningRateFactor")]
    [InlineData(double.NaN, null, "learningRateFactor")]
    [InlineData(1, -0.5, "weightDecay")]
    [InlineData(1, double.NaN, "weightDecay")]
    public void A_setting_that_is_out_of_its_range_is_refused(double factor, double? decay, string name) =>
        AssertRefused(name, name == "weightDecay" ? decay : factor, new(Model.Parameters)
        {
            LearningRateFactor = factor, WeightDecay = decay,
        });

    private static void AssertRefused(string name, double? value, ParameterGroup<double> group)
    {
        var refusal = Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd<double>(Model.Parameters)
        {
            Groups = [group],
        });
        Assert.StartsWith($"Sgd: {name} must be at least 0.", refusal.Message);
        Assert.Equal(value, refusal.ActualValue);
    }
}
