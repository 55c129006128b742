using Engine.Layers;

namespace Engine.Tests.Layers;

public class RecurrentTests
{
    private static readonly SequenceLayout Layout = SequenceLayout.Packed([3, 5]);

    public static TheoryData<string> Names => ["Rnn", "Gru", "Lstm"];

    [Fact]
    public void Parameters_have_PyTorchs_names_and_shapes()
    {
        var gru = new Gru<float>(3, 4, new RandomStream(1), layers: 2, bidirectional: true);
        Assert.Equal(
            [
                "weight_ih_l0 [12, 3]", "weight_hh_l0 [12, 4]", "bias_ih_l0 [12]", "bias_hh_l0 [12]",
                "weight_ih_l0_reverse [12, 3]", "weight_hh_l0_reverse [12, 4]", "bias_ih_l0_reverse [12]",
                "bias_hh_l0_reverse [12]",
                "weight_ih_l1 [12, 8]", "weight_hh_l1 [12, 4]", "bias_ih_l1 [12]", "bias_hh_l1 [12]",
                "weight_ih_l1_reverse [12, 8]", "weight_hh_l1_reverse [12, 4]", "bias_ih_l1_reverse [12]",
                "bias_hh_l1_reverse [12]",
            ],
            LayerTests.Names(gru));
        Assert.Equal((8, 16), (gru.Outputs, gru.StateWidth));
        Assert.Equal((4, 8), (Create("Lstm", 1).Outputs, Create("Lstm", 1).StateWidth));
    }

    [Fact]
    public void The_forget_gates_bias_of_an_lstm_starts_at_one()
    {
        var lstm = new Lstm<float>(2, 3, new RandomStream(1), bidirectional: true);
        foreach (var (name, parameter) in lstm.NamedParameters)
        {
            if (!name.StartsWith("bias", StringComparison.Ordinal)) continue;
            float[] expected = name.StartsWith("bias_ih", StringComparison.Ordinal)
                ? [0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0] : new float[12];
            Assert.Equal(expected, parameter.Value.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_bidirectional_output_concatenates_the_forward_and_the_backward_run(string name)
    {
        var both = Create(name, 1, bidirectional: true);
        var one = Create(name, 1);
        using var tape = new Tape<double>(Mode.Inference);
        var x = tape.Constant(Samples.Normal(5, 3));
        var mirrored = Op.Embedding(x, [4, 3, 2, 1, 0]);
        var layout = SequenceLayout.Full(1, 5);
        var y = both.Forward(x, layout);
        var parameters = both.Parameters.Chunk(4).ToArray();
        CopyInto(one, parameters[0]);
        var forward = one.Forward(x, layout);
        Assert.Equal(forward.ToArray(), Op.Slice(y, 1, 0, 4).ToArray());
        CopyInto(one, parameters[1]);
        var backward = Op.Embedding(one.Forward(mirrored, layout), [4, 3, 2, 1, 0]);
        Assert.Equal(backward.ToArray(), Op.Slice(y, 1, 4, 4).ToArray());
        // Last: h of each direction after the last row that the direction reads.
        Assert.Equal([.. forward.ToArray()[16..], .. backward.ToArray()[..4]], both.Last(y, layout).ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_second_layer_reads_the_output_of_the_first(string name)
    {
        var two = Create(name, 2);
        var (first, second) = (Create(name, 1), Create(name, 1, inputs: 4));
        CopyInto(first, two.Parameters.Take(4));
        CopyInto(second, two.Parameters.Skip(4));
        using var tape = new Tape<double>(Mode.Inference);
        var x = tape.Constant(Samples.Normal(8, 3));
        Assert.Equal(second.Forward(first.Forward(x, Layout), Layout).ToArray(), two.Forward(x, Layout).ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_second_layer_reads_both_directions_of_the_first(string name)
    {
        var two = Create(name, 2, bidirectional: true);
        var (first, second) = (Create(name, 1, bidirectional: true), Create(name, 1, bidirectional: true, inputs: 8));
        CopyInto(first, two.Parameters.Take(8));
        CopyInto(second, two.Parameters.Skip(8));
        using var tape = new Tape<double>(Mode.Inference);
        var x = tape.Constant(Samples.Normal(8, 3));
        Assert.Equal(second.Forward(first.Forward(x, Layout), Layout).ToArray(), two.Forward(x, Layout).ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Steps_give_the_outputs_of_the_whole_sequence(string name)
    {
        var network = Create(name, 2);
        using var tape = new Tape<double>(Mode.Inference);
        var (x, initial) = (tape.Constant(Samples.Normal(6, 3)), tape.Constant(Samples.Normal(2, network.StateWidth)));
        var whole = network.Forward(x, SequenceLayout.Full(2, 3), initial).ToArray();
        var state = initial;
        for (var t = 0; t < 3; t++)
        {
            (var y, state) = network.Step(Op.Embedding(x, [t, 3 + t]), state);
            Close.To([.. whole[(t * 4)..((t + 1) * 4)], .. whole[((3 + t) * 4)..((4 + t) * 4)]], y.ToArray(), 1e-14);
            Assert.Equal(new Shape([2, network.StateWidth]), state.Shape);
        }
    }

    [Fact]
    public void Dropout_is_applied_between_layers_and_only_in_training()
    {
        double[] Run(int layers, Mode mode, long seed)
        {
            var network = new Gru<double>(3, 4, new RandomStream(1), layers, dropout: 0.5);
            using var tape = new Tape<double>(mode, new RandomStream(seed));
            return network.Forward(tape.Constant(Samples.Normal(8, 3)), Layout).ToArray();
        }

        Assert.Equal(Run(1, Mode.Training, 1), Run(1, Mode.Training, 2));
        Assert.NotEqual(Run(2, Mode.Training, 1), Run(2, Mode.Training, 2));
        Assert.Equal(Run(2, Mode.Evaluation, 1), Run(2, Mode.Inference, 2));
    }

    [Fact]
    public void Attention_pooling_is_its_formula()
    {
        var pooling = new AttentionPooling<double>(3, new RandomStream(1));
        LayerSamples.Randomize(pooling);
        Assert.Equal(["weight [3, 3]", "bias [3]", "v [1, 3]"], LayerTests.Names(pooling));
        using var tape = new Tape<double>(Mode.Inference);
        var x = tape.Constant(Samples.Normal(5, 3));
        var p = pooling.Parameters.Select(tape.Use).ToArray();
        var scores = Op.MatMul(Op.Tanh(Op.MatMul(x, Op.Transpose(p[0])) + p[1]), Op.Transpose(p[2])); // [5, 1]
        Close.To(
            Op.MatMul(Op.Softmax(Op.Transpose(scores)), x).ToArray(),
            pooling.Forward(x, SequenceLayout.Full(1, 5)).ToArray(), 1e-13);
    }

    [Fact]
    public void Invalid_sizes_and_uses_are_refused_with_the_reason()
    {
        Assert.Equal(
            "Lstm: 3 inputs, 0 hidden features and 1 layers; there must be at least 1 of each.",
            Assert.Throws<ShapeException>(() => new Lstm<float>(3, 0, new RandomStream(1))).Message);
        Assert.StartsWith(
            "the dropout probability must be in [0, 1).",
            Assert.Throws<ArgumentOutOfRangeException>(() =>
                new Rnn<float>(3, 2, new RandomStream(1), dropout: 1)).Message, StringComparison.Ordinal);
        using var tape = new Tape<double>(Mode.Inference);
        var x = tape.Constant(Samples.Normal(2, 3));
        Assert.Equal(
            "Gru.Step: the backward direction begins at a sequence's end; use Forward, or a network with one " +
            "direction.",
            Assert.Throws<InvalidOperationException>(() =>
                Create("Gru", 1, bidirectional: true).Step(x, x)).Message);
        Assert.Equal(
            "Gru: the initial state is [2, 3]; it must be [2, 4].",
            Assert.Throws<ShapeException>(() => Create("Gru", 1).Step(x, x)).Message);
    }

    private static Recurrent<double> Create(string name, int layers, bool bidirectional = false, int inputs = 3)
    {
        var random = new RandomStream(2);
        Recurrent<double> network = name switch
        {
            "Rnn" => new Rnn<double>(inputs, 4, random, layers, bidirectional),
            "Gru" => new Gru<double>(inputs, 4, random, layers, bidirectional),
            _ => new Lstm<double>(inputs, 4, random, layers, bidirectional),
        };
        LayerSamples.Randomize(network);
        return network;
    }

    private static void CopyInto(Recurrent<double> network, IEnumerable<Parameter<double>> from)
    {
        foreach (var (parameter, values) in network.Parameters.Zip(from))
            values.Value.CopyTo(parameter.Update());
    }
}
