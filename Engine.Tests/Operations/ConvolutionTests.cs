
namespace Engine.Tests.Operations;

public class ConvolutionTests
{
    [Property]
    public void A_convolution_equals_its_twin(Draw draw)
    {
        var (layout, window) = (draw.Layout(draw.Integer(1, 3), 1), RandomWindow(draw));
        var (inputs, outputs) = (draw.Integer(1, 9), draw.Integer(1, 9));
        if (window.Over(layout).Rows == 0) return;
        Gradients.EqualTwin(
            draw, x => Op.Conv1d(x[0], x[1], x[2], layout, window), x => Op.Conv1d(x[0], x[1], x[2], layout, window),
            x => Twin.Conv1d(x[0], x[1], x[2], layout, window), draw.Normal([layout.Rows, inputs]),
            draw.Normal([outputs, inputs, window.Size]), draw.Normal([outputs]));
    }

    [Fact]
    public void Results_of_padded_sequences_are_padded_and_of_packed_ones_packed()
    {
        var window = new Window(3, Stride: 2);
        Assert.Equal(0, window.Outputs(2));
        Assert.Equal([0, 3], Starts(window.Over(SequenceLayout.Padded(7, [5, 7]))));
        Assert.Equal([0, 2], Starts(window.Over(SequenceLayout.Packed([5, 7]))));

        static int[] Starts(SequenceLayout layout) => [layout.Start(0), layout.Start(1)];
    }

    [Property(MaxTest = 100)]
    public void Each_sequence_has_the_results_that_its_window_counts(Draw draw)
    {
        var (layout, window) = (draw.Layout(3), RandomWindow(draw));
        var results = window.Over(layout);
        var isPadded = Enumerable.Range(0, 3).Any(s => layout.Extent(s) > layout.Length(s));
        for (var s = 0; s < 3; s++)
        {
            Assert.Equal(window.Outputs(layout.Length(s)), results.Length(s));
            Assert.Equal(
                window.Outputs(isPadded ? layout.LongestExtent : layout.Length(s)), results.Extent(s));
        }
    }

    [Theory]
    [InlineData(2, 1, 1, 3, 1)]
    [InlineData(1, 3, 1, 7, 4)]
    [InlineData(1, 1, 1, 5, 2)]
    public void Zeros_around_a_sequence_keep_its_length_only_where_they_make_up_for_the_window_at_stride_1(
        int stride, int before, int after, int first, int second)
    {
        var results = new Window(3, stride, before, after).Over(SequenceLayout.Packed([5, 2]));
        Assert.Equal((first, second), (results.Length(0), results.Length(1)));
    }

    [Fact]
    public void Results_are_padded_if_any_or_all_of_the_sequences_are()
    {
        var window = new Window(3, Stride: 2);
        foreach (var lengths in (int[][])[[5, 6], [5, 7], [7, 5], [7, 5, 3]])
        {
            var results = window.Over(SequenceLayout.Padded(7, lengths));
            Assert.Equal(3 * lengths.Length, results.Rows);
            Assert.Equal(lengths.Select(window.Outputs), lengths.Select((_, s) => results.Length(s)));
        }
    }

    [Property]
    public void A_unit_kernel_is_the_identity(Draw draw)
    {
        var (layout, n, size) = (draw.Layout(2), draw.Integer(1, 9), (2 * draw.Integer(0, 2)) + 1);
        var x = draw.Normal([layout.Rows, n]);
        var unit = Numbers.ByIndex([n, n, size], i => i[0] == i[1] && i[2] == size / 2 ? 1 : 0);
        using var tape = new Tape<double>(Mode.Inference);
        var y = Op.Conv1d(x.On(tape), unit.On(tape), null, layout, Window.Centered(size));
        foreach (var row in RecurrenceTests.RealRows(layout))
            Assert.Equal(x.Values[(row * n)..((row + 1) * n)], y.Data.Slice(row * n, n).ToArray());
    }

    [Property]
    public void A_convolution_commutes_with_shifts(Draw draw)
    {
        var (length, shift) = (draw.Integer(6, 20), draw.Integer(1, 3));
        var window = new Window(draw.Integer(1, 3), Dilation: draw.Integer(1, 2));
        var x = draw.Normal([length + shift, 4]);
        var shifted = new Numbers([length, 4], x.Values[(shift * 4)..]);
        using var tape = new Tape<double>(Mode.Inference);
        var weight = draw.Normal([5, 4, window.Size]).On(tape);
        double[] Of(Numbers x) =>
            Op.Conv1d(x.On(tape), weight, null, SequenceLayout.Full(1, x.Shape[0]), window).ToArray();
        Assert.Equal(Of(x)[(shift * 5)..], Of(shifted));
    }

    [Property(MaxTest = 5)]
    public void A_causal_window_hides_the_future_and_no_window_sees_another_sequence_or_padding(Draw draw)
    {
        var layout = SequenceLayout.Padded(7, [5, 6]);
        var x = draw.Normal([14, 3]);
        var changed = new Numbers(x.Shape, [.. x.Values]);
        foreach (var i in (int[])[9, 10, 11, 15, 20]) changed.Values[i] = double.NaN; // rows 3, 5, 6
        using var tape = new Tape<double>(Mode.Inference);
        var weight = draw.Normal([2, 3, 3]).On(tape);
        double[] Of(Numbers x, Window window) => Op.Conv1d(x.On(tape), weight, null, layout, window).ToArray();
        var (causal, afterwards) = (Of(x, Window.Causal(3)), Of(changed, Window.Causal(3)));
        Assert.Equal(causal[..6], afterwards[..6]);
        Assert.All(afterwards[6..10], value => Assert.True(double.IsNaN(value)));
        Assert.Equal(causal[14..], afterwards[14..]);
        var (centered, after) = (Of(x, Window.Centered(3)), Of(changed, Window.Centered(3)));
        Assert.Equal(centered[..4], after[..4]);
        Assert.Equal(centered[14..], after[14..]);
    }

    [Theory]
    [InlineData(7, 3, 1, 1, 1, 1, 7)]
    [InlineData(14, 3, 2, 0, 0, 2, 5)]
    [InlineData(2, 3, 1, 0, 0, 1, 0)]
    [InlineData(3, 3, 5, 0, 0, 1, 1)]
    [InlineData(0, 1, 1, 3, 3, 1, 0)]
    [InlineData(4, 2, 1, 1, 0, 1, 4)]
    public void Results_are_counted_as_PyTorch_does(
        int length, int size, int stride, int before, int after, int dilation, int expected) =>
        Assert.Equal(expected, new Window(size, stride, before, after, dilation).Outputs(length));

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        var layout = SequenceLayout.Packed([2, 1]);
        Says(
            "Conv1d: x [3, 2] and a window of 2 need a weight of [outputs, 2, 2] and a bias of [outputs], not " +
            "[4, 2, 3] and none.",
            tape => Op.Conv1d(Zeros(tape, 3, 2), Zeros(tape, 4, 2, 3), null, layout, new Window(2)));
        Says(
            "Conv1d: x [3, 2] and a window of 2 need a weight of [outputs, 2, 2] and a bias of [outputs], not " +
            "[4, 3, 2] and none.",
            tape => Op.Conv1d(Zeros(tape, 3, 2), Zeros(tape, 4, 3, 2), null, layout, new Window(2)));
        Says(
            "Conv1d: x [3, 2] and a window of 2 need a weight of [outputs, 2, 2] and a bias of [outputs], not " +
            "[4, 2] and none.",
            tape => Op.Conv1d(Zeros(tape, 3, 2), Zeros(tape, 4, 2), null, layout, new Window(2)));
        Says(
            "Conv1d: x [3, 2] and a window of 2 need a weight of [outputs, 2, 2] and a bias of [outputs], not " +
            "[4, 2, 2] and [3].",
            tape => Op.Conv1d(Zeros(tape, 3, 2), Zeros(tape, 4, 2, 2), Zeros(tape, 3), layout, new Window(2)));
        Says(
            "Conv1d: no sequence is as long as Window { Size = 3, Stride = 1, Before = 0, After = 0, Dilation = 1 }; " +
            "pad before or after, or use a smaller one.",
            tape => Op.Conv1d(Zeros(tape, 3, 2), Zeros(tape, 4, 2, 3), null, layout, new Window(3)));
        Says(
            "Conv1d: Window { Size = 1, Stride = 0, Before = 0, After = 0, Dilation = 1 }: size, stride and dilation " +
            "must be at least 1, and the zeros before and after at least 0.",
            tape => Op.Conv1d(Zeros(tape, 3, 2), Zeros(tape, 4, 2, 1), null, layout, new Window(1, 0)));
        Says(
            "Conv1d: x is [4, 2], but the layout has 3 rows; it must be [3, n].",
            tape => Op.Conv1d(Zeros(tape, 4, 2), Zeros(tape, 4, 2, 1), null, layout, new Window(1)));
    }

    private static Window RandomWindow(Draw draw) => new(
        draw.Integer(1, 4), draw.Integer(1, 3), draw.Integer(0, 3), draw.Integer(0, 3), draw.Integer(1, 2));

    private static Tensor<float> Zeros(Tape<float> tape, params ReadOnlySpan<int> shape) =>
        tape.Constant(Tensor<float>.Zeros(new Shape(shape)));

    private static void Says(string message, Action<Tape<float>> act)
    {
        using var tape = new Tape<float>();
        Assert.Equal(message, Assert.Throws<ShapeException>(() => act(tape)).Message);
    }
}
