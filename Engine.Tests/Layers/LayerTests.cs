using Engine.Layers;

namespace Engine.Tests.Layers;

public class LayerTests
{
    [Fact]
    public void Xavier_weights_fill_their_bounds_evenly()
    {
        var weights = Initializers.XavierUniform<double>([200, 300], new RandomStream(1)).ToArray();
        var bound = Math.Sqrt(6.0 / 500);
        Assert.All(weights, w => Assert.InRange(w, -bound, bound));
        Assert.True(weights.Max() > 0.999 * bound && weights.Min() < -0.999 * bound);
        Assert.Equal(0, weights.Average(), 5 * bound / Math.Sqrt(weights.Length));
        Assert.Equal(1, weights.Average(w => w * w) * 500 / 2, 0.02);
    }

    [Fact]
    public void Normal_weights_have_the_given_deviation()
    {
        var weights = Initializers.Normal<double>([50_000], 0.3, new RandomStream(1)).ToArray();
        Assert.Equal(0, weights.Average(), 0.01);
        Assert.Equal(0.3, Math.Sqrt(weights.Average(w => w * w)), 0.005);
        Assert.Equal([2, 2, 2], Initializers.Constant<double>([3], 2).ToArray());
    }

    [Fact]
    public void Linear_starts_with_Xavier_weights_and_a_bias_of_zero()
    {
        var linear = new Linear<float>(30, 20, new RandomStream(1));
        Assert.Equal(["weight [20, 30]", "bias [20]"], Names(linear));
        Assert.Equal(new float[20], linear.Parameters[1].Value.ToArray());
        Assert.Equal(["weight [20, 30]"], Names(new Linear<float>(30, 20, new RandomStream(1), bias: false)));
    }

    [Fact]
    public void LayerNorm_starts_as_the_plain_normalization()
    {
        var norm = new LayerNorm<double>(4);
        Assert.Equal(["weight [4]", "bias [4]"], Names(norm));
        using var tape = new Tape<double>();
        var x = tape.Constant(Samples.Normal(3, 4));
        var one = Tensor<double>.From([4], [1, 1, 1, 1]);
        Assert.Equal(Op.LayerNorm(x, one, Tensor<double>.Zeros([4]), 1e-5).ToArray(), norm.Forward(x).ToArray());
    }

    [Fact]
    public void Embedding_rows_have_a_length_of_about_one_and_the_row_of_padding_is_zero()
    {
        var embedding = new Embedding<double>(500, 64, new RandomStream(1), paddingIndex: 3);
        var rows = embedding.Weight.Value.ToArray().Chunk(64).ToArray();
        Assert.Equal(new double[64], rows[3]);
        Assert.Equal(1, rows.Where((_, i) => i != 3).Average(row => row.Sum(w => w * w)), 0.03);
        using var tape = new Tape<double>();
        var y = embedding.Forward(tape, [7, 3, 7]);
        Assert.Equal([.. rows[7], .. rows[3], .. rows[7]], y.ToArray());
        Assert.Equal(new double[64], tape.Backward(Op.Sum(y))[embedding.Weight].Slice(3 * 64, 64).ToArray());
    }

    [Fact]
    public void FeedForward_applies_dropout_between_its_maps_and_only_in_training()
    {
        var network = new FeedForward<double>(3, 9, new RandomStream(1), dropout: 0.5);
        double[] Run(Mode mode, long seed)
        {
            using var tape = new Tape<double>(mode, new RandomStream(seed));
            return network.Forward(tape.Constant(Samples.Normal(5, 3))).ToArray();
        }

        Assert.NotEqual(Run(Mode.Training, 1), Run(Mode.Training, 2));
        Assert.Equal(Run(Mode.Training, 1), Run(Mode.Training, 1));
        Assert.Equal(Run(Mode.Evaluation, 1), Run(Mode.Inference, 2));
    }

    [Fact]
    public void Sequential_applies_its_layers_in_order_and_numbers_their_parameters()
    {
        var random = new RandomStream(1);
        var (first, second) = (new Linear<double>(2, 3, random), new Linear<double>(3, 1, random));
        var model = new Sequential<double>(first, new Engine.Layers.Tanh<double>(), second,
            new Engine.Layers.Relu<double>());
        Assert.Equal(["0.weight [3, 2]", "0.bias [3]", "2.weight [1, 3]", "2.bias [1]"], Names(model));
        using var tape = new Tape<double>();
        var x = tape.Constant(Samples.Normal(4, 2));
        Assert.Equal(Op.Relu(second.Forward(Op.Tanh(first.Forward(x)))).ToArray(), model.Forward(x).ToArray());
    }

    [Fact]
    public void A_layer_that_is_used_twice_has_its_parameters_once_and_the_sum_of_both_gradients()
    {
        var shared = new Linear<double>(2, 2, new RandomStream(1), bias: false);
        var model = new Sequential<double>(shared, shared);
        var weight = Assert.Single(model.Parameters);
        Assert.Equal("0.weight", Assert.Single(model.NamedParameters).Key);
        var report = GradientCheck.Of(
            GradientCase.Of(Samples.Normal(3, 2), model.Forward) with { Parameters = [weight] });
        Assert.True(report.Passed, report.ToString());
    }

    [Fact]
    public void A_name_that_is_registered_twice_is_refused() =>
        Assert.Equal(
            "Twice: 'weight' is registered twice; each part needs a name of its own.",
            Assert.Throws<ArgumentException>(() => new Twice()).Message);

    [Fact]
    public void Heads_must_divide_the_features() =>
        Assert.Equal(
            "MultiHeadAttention: dModel 6 must be a multiple of the number of heads 4.",
            Assert.Throws<ShapeException>(() => new MultiHeadAttention<float>(6, 4, new RandomStream(1))).Message);

    [Theory]
    [InlineData(5)]
    [InlineData(-2)]
    public void A_padding_token_outside_the_table_is_refused(int padding) =>
        Assert.Equal(
            $"Embedding: the padding token {padding} is outside the table [5, 2]; it must be in 0 to 4, or -1 for " +
            "none.",
            Assert.Throws<ShapeException>(() => new Embedding<float>(5, 2, new RandomStream(1), padding)).Message);

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(4)]
    public void Only_the_row_of_padding_is_zero_and_gets_no_gradient(int padding)
    {
        var embedding = new Embedding<double>(5, 2, new RandomStream(1), padding);
        using var tape = new Tape<double>();
        var gradients = tape.Backward(Op.Sum(embedding.Forward(tape, [0, 1, 2, 3, 4])))[embedding.Weight].ToArray();
        var rows = embedding.Weight.Value.ToArray().Chunk(2).ToArray();
        for (var token = 0; token < 5; token++)
        {
            double[] gradient = token == padding ? [0, 0] : [1, 1];
            Assert.Equal(gradient, gradients[(token * 2)..((token * 2) + 2)]);
            Assert.Equal(token == padding, rows[token] is [0, 0]);
        }
    }

    internal static IEnumerable<string> Names<T>(Module<T> module)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> =>
        module.NamedParameters.Select(named => $"{named.Key} {named.Value.Shape}");

    private sealed class Twice : Module<float>
    {
        public Twice()
        {
            Add("weight", Tensor<float>.Zeros([1]));
            Add("weight", Tensor<float>.Zeros([1]));
        }
    }
}
