using Engine.Layers;

namespace Engine.Tests.Layers;

public class FeedForwardTests
{
    /// <summary>f by its definition, in primitive operations.</summary>
    private static readonly Dictionary<Activation, Func<Tensor<double>, Tensor<double>>> Twins = new()
    {
        [Activation.Relu] = Op.Relu,
        [Activation.Gelu] = Op.Gelu,
        [Activation.GeluTanh] = Op.GeluTanh,
        [Activation.Silu] = x => x * Op.Sigmoid(x),
        [Activation.LeakyRelu] = x => Op.LeakyRelu(x, 0.01),
        [Activation.Elu] = x => Op.Elu(x, 1),
        [Activation.Softplus] = x => Op.Log(Op.Exp(x) + Tensor<double>.From([], [1])),
        [Activation.Tanh] = Op.Tanh,
        [Activation.Sigmoid] = Op.Sigmoid,
        [Activation.Glu] = Op.Sigmoid,
        [Activation.Geglu] = Op.Gelu,
        [Activation.Swiglu] = x => x * Op.Sigmoid(x),
    };

    public static TheoryData<Activation> Plain => [.. Enum.GetValues<Activation>().Except(Gated)];

    public static TheoryData<Activation> Gated => [Activation.Glu, Activation.Geglu, Activation.Swiglu];

    [Theory]
    [MemberData(nameof(Plain))]
    public void A_plain_network_is_two_maps_with_the_activation_between(Activation activation) =>
        Equals(
            activation, ["linear1.weight [9, 3]", "linear1.bias [9]", "linear2.weight [3, 9]", "linear2.bias [3]"],
            (x, p) => Op.MatMul(
                Twins[activation](Op.MatMul(x, Op.Transpose(p[0])) + p[1]), Op.Transpose(p[2])) + p[3]);

    [Theory]
    [MemberData(nameof(Gated))]
    public void A_gated_network_multiplies_two_maps_and_activates_one_of_them(Activation activation) =>
        Equals(
            activation, ["w1.weight [9, 3]", "w2.weight [3, 9]", "w3.weight [9, 3]"],
            (x, p) => Op.MatMul(
                Twins[activation](Op.MatMul(x, Op.Transpose(p[0]))) * Op.MatMul(x, Op.Transpose(p[2])),
                Op.Transpose(p[1])));

    [Fact]
    public void Every_activation_is_plain_or_gated()
    {
        Assert.Equal(Enum.GetValues<Activation>().Order(), Twins.Keys.Order());
        foreach (var activation in Enum.GetValues<Activation>())
        {
            var network = new FeedForward<float>(2, 3, new RandomStream(1), activation);
            Assert.Equal(Gated.Contains(activation) ? 3 : 4, network.Parameters.Count);
        }
    }

    [Theory]
    [MemberData(nameof(Gated))]
    public void A_gated_network_applies_dropout_before_its_last_map_and_only_in_training(Activation activation)
    {
        var network = new FeedForward<double>(3, 9, new RandomStream(1), activation, dropout: 0.5);
        double[] Run(Mode mode, long seed)
        {
            using var tape = new Tape<double>(mode, new RandomStream(seed));
            return network.Forward(tape.Constant(Samples.Normal(5, 3))).ToArray();
        }

        Assert.NotEqual(Run(Mode.Training, 1), Run(Mode.Training, 2));
        Assert.Equal(Run(Mode.Evaluation, 1), Run(Mode.Inference, 2));
    }

    [Fact]
    public void An_undefined_activation_is_refused_with_the_list_of_activations() =>
        Assert.StartsWith(
            "FeedForward: the activation must be one of Relu, Gelu, GeluTanh, Silu, LeakyRelu, Elu, Softplus, Tanh, " +
            "Sigmoid, Glu, Geglu, Swiglu.",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => new FeedForward<float>(2, 2, new RandomStream(1), (Activation)99)).Message);

    [Fact]
    public void Activations_are_layers_too()
    {
        var x = Samples.Normal(3, 8);
        foreach (var (layer, f) in ((Layer<double>, Func<Tensor<double>, Tensor<double>>)[])
            [
                (new Engine.Layers.Relu<double>(), Op.Relu), (new Engine.Layers.Tanh<double>(), Op.Tanh),
                (new Engine.Layers.LeakyRelu<double>(), x => Op.LeakyRelu(x, 0.01)),
                (new Engine.Layers.LeakyRelu<double>(0.2), x => Op.LeakyRelu(x, 0.2)),
                (new Engine.Layers.Elu<double>(), x => Op.Elu(x, 1)),
                (new Engine.Layers.Elu<double>(0.5), x => Op.Elu(x, 0.5)),
                (new Engine.Layers.Softplus<double>(), Op.Softplus), (new Engine.Layers.Gelu<double>(), Op.Gelu),
                (new Engine.Layers.GeluTanh<double>(), Op.GeluTanh), (new Engine.Layers.Silu<double>(), Op.Silu),
                (new Engine.Layers.Sigmoid<double>(), Op.Sigmoid), (new Softmax<double>(), Op.Softmax),
                (new Glu<double>(), Op.Glu), (new Engine.Layers.Swish<double>(), Op.Silu),
                (new Engine.Layers.Swish<double>(-2), x => Op.Swish(x, -2)),
            ])
        {
            using var tape = new Tape<double>();
            var input = tape.Constant(x);
            Assert.Equal(f(input).ToArray(), layer.Forward(input).ToArray());
        }
    }

    [Fact]
    public void The_beta_of_Swish_is_a_parameter_with_the_given_initial_value()
    {
        var layer = new Engine.Layers.Swish<float>(0.25);
        Assert.Equal(["beta []"], LayerTests.Names(layer));
        Assert.Equal([0.25f], layer.Parameters[0].Value.ToArray());
    }

    private static void Equals(
        Activation activation, string[] names, Func<Tensor<double>, Tensor<double>[], Tensor<double>> twin)
    {
        var network = new FeedForward<double>(3, 9, new RandomStream(1), activation);
        LayerSamples.Randomize(network);
        Assert.Equal(names, LayerTests.Names(network));
        using var tape = new Tape<double>();
        var x = tape.Constant(Samples.Normal(5, 3));
        var expected = twin(x, [.. network.Parameters.Select(tape.Use)]);
        Close.To(expected.ToArray(), network.Forward(x).ToArray(), 1e-13);
    }
}
