using Engine.Layers;
using Engine.Tests.Operations;

namespace Engine.Tests.Layers;

public class AttentionLayerTests
{
    [Fact]
    public void Self_attention_equals_the_papers_formula()
    {
        var attention = Random(6, 3);
        using var tape = new Tape<double>();
        var x = tape.Constant(Samples.Normal(5, 6));
        Close.To(
            Twin(tape, attention, x, x, 3, Mask.Causal(5)).ToArray(),
            attention.Forward(x, SequenceLayout.Full(1, 5), causal: true).ToArray(), 1e-13);
        Close.To(
            Twin(tape, attention, x, x, 3, null).ToArray(), attention.Forward(x, SequenceLayout.Full(1, 5)).ToArray(),
            1e-13);
    }

    [Fact]
    public void Cross_attention_equals_the_papers_formula()
    {
        var attention = Random(8, 2);
        var random = new RandomStream(4);
        using var tape = new Tape<double>();
        var (x, memory) = (tape.Constant(Samples.Normal(random, [3, 8])),
            tape.Constant(Samples.Normal(random, [7, 8])));
        var y = attention.Forward(x, SequenceLayout.Full(1, 3), attention.ProjectMemory(memory),
            SequenceLayout.Full(1, 7));
        Close.To(Twin(tape, attention, x, memory, 2, null).ToArray(), y.ToArray(), 1e-13);
    }

    [Theory]
    [InlineData(Mode.Training)]
    [InlineData(Mode.Evaluation)]
    public void A_step_on_a_tape_that_records_is_refused(Mode mode)
    {
        const string Refusal = "MultiHeadAttention.Step: keys and values in a cache carry no gradient; use a tape in "
            + "Mode.Inference, or Forward.";
        using var tape = new Tape<double>(mode, new RandomStream(1));
        var (attention, x) = (Random(6, 2), tape.Constant(Samples.Normal(2, 6)));
        Assert.Equal(Refusal, Assert.Throws<InvalidOperationException>(() =>
            attention.Step(x, new KeyValueCache<double>(tape, 2, 6))).Message);
        var memory = attention.ProjectMemory(tape.Constant(Samples.Normal(6, 6)));
        Assert.Equal(Refusal, Assert.Throws<InvalidOperationException>(() =>
            attention.Step(x, memory, AttendedRows.Of(SequenceLayout.Full(2, 3)))).Message);
    }

    [Fact]
    public void Steps_with_a_cache_give_the_outputs_of_the_whole_sequence()
    {
        const int length = 40; // past the initial capacity of the cache, and past the doubled capacity
        var attention = Random(6, 2);
        var random = new RandomStream(4);
        var (a, b) = (Samples.Normal(random, [length, 6]), Samples.Normal(random, [length, 6]));
        using var tape = new Tape<double>(Mode.Inference);
        var whole = attention.Forward(
            tape.Constant([2 * length, 6], [.. a.Data, .. b.Data]), SequenceLayout.Full(2, length),
            causal: true).ToArray();
        var cache = new KeyValueCache<double>(tape, 2, 6);
        for (var i = 0; i < length; i++)
        {
            var row = tape.Constant([2, 6], [.. a.Data.Slice(i * 6, 6), .. b.Data.Slice(i * 6, 6)]);
            var y = attention.Step(row, cache).ToArray();
            Close.To(whole.AsSpan(i * 6, 6), y.AsSpan(0, 6), 1e-13);
            Close.To(whole.AsSpan((length + i) * 6, 6), y.AsSpan(6, 6), 1e-13);
            Assert.Equal(i + 1, cache.Length);
        }
    }

    [Theory]
    [InlineData(PositionEncoding.Relative)]
    [InlineData(PositionEncoding.Rotary)]
    public void Attention_with_positions_depends_on_distances_alone(PositionEncoding positions)
    {
        // Rows that see only each other give the same output wherever they stand in the sequence.
        var attention = new MultiHeadAttention<double>(8, 2, new RandomStream(1), positions: positions);
        LayerSamples.Randomize(attention);
        using var tape = new Tape<double>(Mode.Inference);
        var rows = Samples.Normal(new RandomStream(4), [3, 8]);
        var alone = attention.Forward(tape.Constant(rows), SequenceLayout.Full(1, 3)).ToArray();
        var cache = new KeyValueCache<double>(tape, 1, 8);
        for (var i = 0; i < 3; i++)
        {
            var y = attention.Step(tape.Constant([1, 8], rows.Data.Slice(i * 8, 8)), cache).ToArray();
            if (i == 2) Close.To(alone.AsSpan(16), y, 1e-13);
        }
        var reversed = tape.Constant([3, 8], [.. rows.ToArray().Chunk(8).Reverse().SelectMany(row => row)]);
        var other = attention.Forward(reversed, SequenceLayout.Full(1, 3)).ToArray();
        Assert.True(Math.Abs(other[0] - alone[16]) > 1e-3);
    }

    [Theory]
    [InlineData(PositionEncoding.None)]
    [InlineData(PositionEncoding.Relative)]
    [InlineData(PositionEncoding.Rotary)]
    public void The_observer_receives_the_weights_of_each_head_of_self_attention(PositionEncoding positions)
    {
        var attention = new MultiHeadAttention<double>(6, 3, new RandomStream(1), positions: positions);
        LayerSamples.Randomize(attention);
        var layout = SequenceLayout.Packed([4, 2]);
        using var tape = new Tape<double>();
        var x = tape.Constant(Samples.Normal(6, 6));
        var seen = new List<AttentionWeights<double>>();
        tape.Observer = new AttentionObserver<double>(attention, seen.Add);
        var y = attention.Forward(x, layout, causal: true);
        tape.Observer = null;
        Assert.Equal([(0, 3, 4, 4), (1, 3, 2, 2)], seen.Select(w => (w.Sequence, w.Heads, w.Queries, w.Keys)));
        var p = attention.NamedParameters.ToDictionary(named => named.Key, named => tape.Use(named.Value));
        var qkv = Op.MatMul(x, Op.Transpose(p["in_proj_weight"])) + p["in_proj_bias"];
        if (positions == PositionEncoding.Rotary) qkv = Op.Rotary(qkv, new RotaryAngles<double>(2), layout, 12);
        for (var s = 0; s < 2; s++)
        {
            var (start, length) = (layout.Start(s), layout.Length(s));
            for (var h = 0; h < 3; h++)
            {
                Tensor<double> Part(int part) => AttentionTests.Head(qkv, start, length, (3 * part) + h, 2);
                var (_, expected) = positions == PositionEncoding.Relative
                    ? Op.RelativeDotProductAttention(
                        Part(0), Part(1), Part(2), p["relative.key"], p["relative.value"], Mask.Causal(length))
                    : Op.ScaledDotProductAttention(Part(0), Part(1), Part(2), Mask.Causal(length));
                var size = length * length;
                Close.To(expected.ToArray(), [.. seen[s].Values.Skip(h * size).Take(size)], 1e-13);
            }
        }
        Assert.Equal(y.ToArray(), attention.Forward(x, layout, causal: true).ToArray());
    }

    [Fact]
    public void The_observer_receives_the_weights_of_each_head_of_cross_attention()
    {
        var attention = Random(6, 3);
        var (layout, memoryLayout) = (SequenceLayout.Packed([2, 3]), SequenceLayout.Padded(4, [4, 1]));
        using var tape = new Tape<double>();
        var x = tape.Constant(Samples.Normal(5, 6));
        var memory = attention.ProjectMemory(tape.Constant(Samples.Normal(8, 6)));
        var seen = new List<AttentionWeights<double>>();
        tape.Observer = new AttentionObserver<double>(attention, seen.Add);
        attention.Forward(x, layout, memory, memoryLayout);
        tape.Observer = null;
        var p = attention.Parameters.Select(tape.Use).ToArray();
        var queries = Op.MatMul(x, Op.Transpose(Op.Slice(p[0], 0, 0, 6))) + Op.Slice(p[1], 0, 0, 6);
        for (var s = 0; s < 2; s++)
        {
            var (rows, keys) = (layout.Length(s), memoryLayout.Length(s));
            for (var h = 0; h < 3; h++)
            {
                var k = AttentionTests.Head(memory, memoryLayout.Start(s), keys, h, 2);
                var (_, expected) = Op.ScaledDotProductAttention(
                    AttentionTests.Head(queries, layout.Start(s), rows, h, 2), k, k);
                Close.To(expected.ToArray(), [.. seen[s].Values.Skip(h * rows * keys).Take(rows * keys)], 1e-13);
            }
        }
    }

    [Fact]
    public void Relative_positions_refuse_a_negative_clip() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RelativePositions<double>(2, new RandomStream(1), -1));

    [Fact]
    public void A_cache_keeps_the_selected_sequences_in_the_given_order()
    {
        using var tape = new Tape<double>(Mode.Inference);
        var cache = new KeyValueCache<double>(tape, 3, 1, capacity: 2);
        for (var i = 0; i < 3; i++) // a row is [query, key, value]
            cache.Append(tape.Constant([3, 3], [-1, i, 10 + i, -1, 20 + i, 30 + i, -1, 40 + i, 50 + i]), 1);
        cache.Select([2, 0, 2]);
        Assert.Equal((3, 3), (cache.Length, cache.Sequences));
        cache.Append(tape.Constant([3, 2], [43, 53, 3, 13, 143, 153]), 0); // from here on the two sequences differ
        for (var s = 0; s < 3; s++)
        {
            Assert.Equal(4, cache.Attended.Counts[s]);
            for (var i = 0; i < 4; i++)
            {
                var row = cache.Attended.Rows[cache.Attended.Starts[s] + i];
                var first = (s == 1 ? 0 : 40) + (s == 2 && i == 3 ? 100 : 0);
                Assert.Equal((first + i, first + 10 + i), (cache.Rows[row, 0], cache.Rows[row, 1]));
            }
        }
    }

    [Fact]
    public void A_cache_grows_with_the_number_of_its_sequences()
    {
        using var tape = new Tape<double>(Mode.Inference);
        var cache = new KeyValueCache<double>(tape, 1, 1, capacity: 1);
        cache.Append(tape.Constant([1, 2], [1, 2]), 0);
        cache.Select([0, 0, 0, 0, 0]);
        cache.Append(tape.Constant([5, 2], [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]), 0);
        for (var s = 0; s < 5; s++)
        {
            var rows = cache.Attended.Rows.Slice(cache.Attended.Starts[s], 2);
            Assert.Equal((1, 2), (cache.Rows[rows[0], 0], cache.Rows[rows[0], 1]));
            Assert.Equal((3 + (2 * s), 4 + (2 * s)), (cache.Rows[rows[1], 0], cache.Rows[rows[1], 1]));
        }
    }

    [Fact]
    public void A_cache_refuses_a_number_of_rows_that_is_not_its_number_of_sequences()
    {
        using var tape = new Tape<double>(Mode.Inference);
        var cache = new KeyValueCache<double>(tape, 3, 2);
        Assert.Equal(
            "KeyValueCache: [2, 6] must have a row for each of the 3 sequences, with 4 columns of keys and values from "
            + "column 2 on.",
            Assert.Throws<ShapeException>(() => cache.Append(tape.Constant(Samples.Normal(2, 6)), 2)).Message);
        Assert.Throws<ShapeException>(() => cache.Append(tape.Constant(Samples.Normal(3, 5)), 2));
    }

    internal static MultiHeadAttention<double> Random(int dModel, int heads)
    {
        var attention = new MultiHeadAttention<double>(dModel, heads, new RandomStream(1));
        LayerSamples.Randomize(attention);
        return attention;
    }

    /// <summary>Concat(head_1 .. head_h) W_O of one sequence, by the formula.</summary>
    internal static Tensor<double> Twin(
        Tape<double> tape, MultiHeadAttention<double> attention, Tensor<double> x, Tensor<double> memory, int heads,
        Mask? mask)
    {
        var p = attention.Parameters.Select(tape.Use).ToArray();
        var (dModel, dK) = (x.Shape[1], x.Shape[1] / heads);
        Tensor<double> Project(Tensor<double> rows, int part, int head)
        {
            var first = (part * dModel) + (head * dK);
            return Op.MatMul(rows, Op.Transpose(Op.Slice(p[0], 0, first, dK))) + Op.Slice(p[1], 0, first, dK);
        }

        var outputs = Enumerable.Range(0, heads).Select(h => Op.ScaledDotProductAttention(
            Project(x, 0, h), Project(memory, 1, h), Project(memory, 2, h), mask).Output).ToArray();
        return Op.MatMul(Op.Concatenate(outputs, 1), Op.Transpose(p[2])) + p[3];
    }
}
