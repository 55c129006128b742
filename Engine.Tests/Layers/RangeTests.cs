using Engine.Layers;
using Engine.Optimizers;

namespace Engine.Tests.Layers;

public class RangeTests
{
    private static readonly RandomStream Random = new(1);

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void A_layer_refuses_a_dropout_probability_outside_0_to_1_when_it_is_created(double dropout)
    {
        Assert.Contains("in [0, 1)", Refusal(() => new FeedForward<double>(4, 8, Random, dropout: dropout)));
        Assert.Contains("in [0, 1)", Refusal(() => new MultiHeadAttention<double>(4, 2, Random, dropout)));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void Losses_refuse_a_label_smoothing_outside_0_to_1(double smoothing)
    {
        using var tape = new Tape<double>();
        var logits = tape.Constant(Samples.Normal(2, 3));
        Assert.StartsWith("CrossEntropy: the label smoothing must be in [0, 1).", Refusal(() =>
            Op.CrossEntropy(logits, [0, 1], labelSmoothing: smoothing)));
        Assert.StartsWith("ProjectionCrossEntropy: the label smoothing must be in [0, 1).", Refusal(() =>
            Op.ProjectionCrossEntropy(logits, tape.Constant(Samples.Normal(4, 3)), [0, 1], labelSmoothing: smoothing)));
    }

    [Fact]
    public void The_bounds_of_a_range_are_allowed()
    {
        _ = new BatchNorm<double>(2, momentum: 1);
        _ = new BatchNorm<double>(2, momentum: 0);
        _ = new Gru<double>(1, 1, Random);
        Assert.Equal([2, 2], Initializers.Uniform<double>([2], 2, 2, Random).ToArray());
        Assert.All(
            Initializers.TruncatedNormal<double>([9], 2, Random, cut: 0.01).ToArray(),
            value => Assert.InRange(value, -0.02, 0.02));
    }

    [Fact]
    public void LayerNorm_refuses_a_negative_epsilon()
    {
        using var tape = new Tape<double>();
        var (x, n) = (tape.Constant(Samples.Normal(2, 3)), tape.Constant(Samples.Normal(3)));
        Assert.StartsWith("LayerNorm: epsilon must be at least 0.", Refusal(() => Op.LayerNorm(x, n, n, -1)));
    }

    [Fact]
    public void Adam_names_the_value_that_is_outside_its_range()
    {
        var parameters = new Linear<double>(2, 2, Random).Parameters;
        Assert.StartsWith("Adam: beta1 must be in [0, 1).", Refusal(() => new Adam<double>(parameters, beta1: 2)));
        Assert.StartsWith("AdamW: beta2 must be in [0, 1).", Refusal(() => new AdamW<double>(parameters, beta2: 1)));
        Assert.StartsWith(
            "Adam: epsilon must be at least 0.", Refusal(() => new Adam<double>(parameters, epsilon: -1)));
        Assert.StartsWith(
            "Adam: weightDecay must be at least 0.",
            Refusal(() => new Adam<double>(parameters, weightDecay: double.NaN)));
    }

    [Fact]
    public void Linear_names_rows_that_its_weight_does_not_have()
    {
        using var tape = new Tape<double>();
        var (x, weight) = (tape.Constant(Samples.Normal(4, 3)), tape.Constant(Samples.Normal(2, 3)));
        foreach (var rows in (Range[])[1..5, 2..2, ^3..1])
        {
            var refusal = Assert.Throws<ShapeException>(() => Op.Linear(x, weight, outputs: rows));
            Assert.Equal($"Linear: outputs {rows} are not rows of the weight [2, 3]; use 0..2.", refusal.Message);
        }
    }

    private static string Refusal(Func<object> use) => Assert.Throws<ArgumentOutOfRangeException>(() => use()).Message;
}
