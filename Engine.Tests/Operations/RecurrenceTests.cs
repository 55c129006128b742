
namespace Engine.Tests.Operations;

public class RecurrenceTests
{
    public delegate Tensor<T> Recurrence<T>(
        Tensor<T> projected, Tensor<T> weight, Tensor<T> bias, SequenceLayout layout, Tensor<T>? initial = null,
        bool reverse = false)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>;

    private sealed record Kind(
        string Name, int Gates, int States, Recurrence<double> InDouble, Recurrence<float> InFloat,
        RecurrenceTwin.Step<double> Twin);

    private static readonly Kind[] Kinds =
    [
        new("Rnn", 1, 1, Op.Rnn, Op.Rnn, RecurrenceTwin.Rnn),
        new("Gru", 3, 1, Op.Gru, Op.Gru, RecurrenceTwin.Gru),
        new("Lstm", 4, 2, Op.Lstm, Op.Lstm, RecurrenceTwin.Lstm),
    ];

    [Property(MaxTest = 20)]
    public void A_recurrence_equals_its_twin_with_all_four_gradients(Draw draw) => draw.ForEach(Kinds, (kind, draw) =>
    {
        var (layout, reverse) = (SmallLayout(draw), draw.Flip());
        var inputs = Inputs(draw, kind, layout, draw.Integer(1, 20));
        // The twin has no rows for padding.
        var real = RealRows(layout);
        Gradients.Agree(
            x => Op.Embedding(kind.InDouble(x[0], x[1], x[2], layout, x[3], reverse), real),
            x => RecurrenceTwin.Run(kind.Twin, x[0], x[1], x[2], layout, x[3], reverse), draw.Random, inputs);
    });

    [Property(MaxTest = 20)]
    public void In_float_a_recurrence_agrees_with_double(Draw draw) => draw.ForEach(Kinds, (kind, draw) =>
    {
        var layout = SmallLayout(draw);
        var inputs = Inputs(draw, kind, layout, draw.Integer(1, 20));
        using var doubles = new Tape<double>();
        using var floats = new Tape<float>();
        var x = inputs.Select(input => input.On(doubles)).ToArray();
        var z = inputs.Select(input => input.On(floats)).ToArray();
        Close.To(
            Numbers.Of(kind.InDouble(x[0], x[1], x[2], layout, x[3])),
            Numbers.Of(kind.InFloat(z[0], z[1], z[2], layout, z[3])), 1e-4);
    });

    [Property(MaxTest = 15)]
    public void A_padded_sequence_gives_what_it_gives_alone_whatever_stands_in_the_padding(
        Draw draw) => draw.ForEach(Kinds, (kind, draw) =>
    {
        var (width, reverse) = (draw.Integer(1, 9), draw.Flip());
        int[] lengths = [draw.Integer(1, 4), draw.Integer(0, 4), draw.Integer(1, 4)];
        var layout = SequenceLayout.Padded(6, lengths);
        var x = Inputs(draw, kind, layout, width);
        for (var row = 0; row < layout.Rows; row++)
        {
            if (row % 6 >= lengths[row / 6])
                Array.Fill(x[0].Values, double.NaN, row * kind.Gates * width, kind.Gates * width);
        }
        using var tape = new Tape<double>(Mode.Inference);
        var columns = kind.States * width;
        var all = Run(tape, kind, x, layout, reverse);
        for (var s = 0; s < lengths.Length; s++)
        {
            Assert.All(all[((s * 6) + lengths[s])..((s * 6) + 6)], row => Assert.Equal(new double[columns], row));
            if (lengths[s] == 0) continue;
            Numbers Part(Numbers from, int start, int count) => new(
                [count, from.Shape[1]],
                from.Values[(start * from.Shape[1])..((start + count) * from.Shape[1])]);
            var alone = Run(
                tape, kind, [Part(x[0], s * 6, lengths[s]), x[1], x[2], Part(x[3], s, 1)],
                SequenceLayout.Full(1, lengths[s]), reverse);
            for (var i = 0; i < lengths[s]; i++) Close.To(alone[i], all[(s * 6) + i], 1e-14);
        }
    });

    [Property(MaxTest = 15)]
    public void Reverse_is_forward_over_the_reversed_sequence(Draw draw) => draw.ForEach(Kinds, (kind, draw) =>
    {
        var (width, length) = (draw.Integer(1, 9), draw.Integer(1, 6));
        var layout = SequenceLayout.Full(1, length);
        var x = Inputs(draw, kind, layout, width);
        var mirrored = new Numbers(
            x[0].Shape, [.. x[0].Values.Chunk(kind.Gates * width).Reverse().SelectMany(row => row)]);
        using var tape = new Tape<double>(Mode.Inference);
        Assert.Equal(
            Run(tape, kind, [mirrored, x[1], x[2], x[3]], layout, false).Reverse(),
            Run(tape, kind, x, layout, true));
    });

    [Property(MaxTest = 15)]
    public void A_gru_copies_its_state_if_the_update_gate_is_open_and_forgets_it_if_the_gate_is_closed(Draw draw)
    {
        var (width, layout) = (draw.Integer(1, 20), SequenceLayout.Packed([3, 1]));
        var x = Inputs(draw, Of("Gru"), layout, width);
        using var tape = new Tape<double>(Mode.Inference);
        Gate(x[2], 1, width, 1000);
        var copied = Run(tape, Of("Gru"), x, layout, false);
        Assert.All(copied[..3], row => Assert.Equal(x[3].Values[..width], row));
        Assert.Equal(x[3].Values[width..], copied[3]);

        // With the reset gate closed too, the result does not depend on the state before.
        Gate(x[2], 1, width, -1000);
        Gate(x[2], 0, width, -1000);
        var forgotten = Run(tape, Of("Gru"), x, layout, false);
        Assert.Equal(forgotten, Run(tape, Of("Gru"), [x[0], x[1], x[2], x[3].Map(h => 7 - h)], layout, false));
        for (var row = 0; row < 4; row++)
            Close.To(
                [.. x[0].Values.AsSpan((row * 3 * width) + (2 * width), width).ToArray().Select(Math.Tanh)],
                forgotten[row], 1e-14);
    }

    [Property(MaxTest = 15)]
    public void An_lstm_keeps_its_cell_if_the_forget_gate_is_open_and_forgets_it_if_the_gate_is_closed(Draw draw)
    {
        var (width, layout) = (draw.Integer(1, 20), SequenceLayout.Packed([3]));
        var x = Inputs(draw, Of("Lstm"), layout, width);
        using var tape = new Tape<double>(Mode.Inference);
        Gate(x[2], 0, width, -1000); // in: closed
        Gate(x[2], 1, width, 1000); // forget: open
        Gate(x[2], 3, width, 1000); // out: open
        var kept = Run(tape, Of("Lstm"), x, layout, false);
        var cell = x[3].Values[width..];
        Assert.All(kept, row => Assert.Equal(cell, row[width..]));
        Assert.All(kept, row => Close.To([.. cell.Select(Math.Tanh)], row.AsSpan(0, width), 1e-14));

        Gate(x[2], 1, width, -1000);
        var forgotten = Run(tape, Of("Lstm"), x, layout, false);
        Assert.All(forgotten, row => Assert.All(row, value => Assert.Equal(0, value)));
    }

    [Fact]
    public void An_lstm_with_an_open_forget_gate_passes_the_cells_gradient_back_unchanged_over_a_hundred_steps()
    {
        const int Steps = 100, Width = 3;
        var bias = Tensor<double>.From([4 * Width], [.. Enumerable.Range(0, 4 * Width).Select(i =>
            i / Width == 1 ? 1000.0 : -1000)]);
        using var tape = new Tape<double>();
        var initial = tape.Variable(Samples.Normal(1, 2 * Width));
        var y = Op.Lstm(
            tape.Constant(Samples.Normal(Steps, 4 * Width)), tape.Constant(Samples.Normal(4 * Width, Width)),
            tape.Constant(bias), SequenceLayout.Full(1, Steps), initial);
        var last = Op.Slice(Op.SequenceRow(y, SequenceLayout.Full(1, Steps), ^1), 1, Width, Width);
        Assert.Equal([0, 0, 0, 1, 1, 1], tape.Backward(Op.Sum(last))[initial].ToArray());
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        var layout = SequenceLayout.Packed([2, 1]);
        Says(
            "Gru: the hidden weight must be [3 h, h] and its bias [3 h], not [4, 2] and [6].",
            tape => Op.Gru(Zeros(tape, 3, 6), Zeros(tape, 4, 2), Zeros(tape, 6), layout));
        Says(
            "Gru: the hidden weight must be [3 h, h] and its bias [3 h], not [6] and [6].",
            tape => Op.Gru(Zeros(tape, 3, 6), Zeros(tape, 6), Zeros(tape, 6), layout));
        Says(
            "Lstm: the hidden weight must be [4 h, h] and its bias [4 h], not [8, 2] and [2].",
            tape => Op.Lstm(Zeros(tape, 3, 8), Zeros(tape, 8, 2), Zeros(tape, 2), layout));
        Says(
            "Rnn: projected is [4, 2]; the layout's 3 rows and the hidden weight [2, 2] ask for [3, 2]. " +
            "Project x with Linear first?",
            tape => Op.Rnn(Zeros(tape, 4, 2), Zeros(tape, 2, 2), Zeros(tape, 2), layout));
        Says(
            "Lstm: the initial state is [2, 2]; 2 sequences and the hidden weight [8, 2] ask for [2, 4].",
            tape => Op.Lstm(Zeros(tape, 3, 8), Zeros(tape, 8, 2), Zeros(tape, 8), layout, Zeros(tape, 2, 2)));
    }

    private static Kind Of(string name) => Kinds.Single(kind => kind.Name == name);

    private static SequenceLayout SmallLayout(Draw draw)
    {
        int[] lengths = [draw.Integer(1, 4), draw.Integer(0, 5), draw.Integer(1, 3)];
        return draw.Flip() ? SequenceLayout.Packed(lengths) : SequenceLayout.Padded(6, lengths);
    }

    private static Numbers[] Inputs(Draw draw, Kind kind, SequenceLayout layout, int width) =>
    [
        draw.Normal([layout.Rows, kind.Gates * width]), draw.Normal([kind.Gates * width, width]),
        draw.Normal([kind.Gates * width]), draw.Normal([layout.Sequences, kind.States * width]),
    ];

    private static void Gate(Numbers bias, int gate, int width, double value) =>
        Array.Fill(bias.Values, value, gate * width, width);

    private static double[][] Run(Tape<double> tape, Kind kind, Numbers[] x, SequenceLayout layout, bool reverse) =>
    [
        .. kind.InDouble(x[0].On(tape), x[1].On(tape), x[2].On(tape), layout, x[3].On(tape), reverse).ToArray()
            .Chunk(x[3].Shape[1]),
    ];

    internal static int[] RealRows(SequenceLayout layout) =>
    [
        .. Enumerable.Range(0, layout.Sequences).SelectMany(s =>
            Enumerable.Range(layout.Start(s), layout.Length(s))),
    ];

    private static Tensor<float> Zeros(Tape<float> tape, params ReadOnlySpan<int> shape) =>
        tape.Constant(Tensor<float>.Zeros(new Shape(shape)));

    private static void Says(string message, Action<Tape<float>> act)
    {
        using var tape = new Tape<float>();
        Assert.Equal(message, Assert.Throws<ShapeException>(() => act(tape)).Message);
    }
}
