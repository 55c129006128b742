using Engine.Kernels;
using Engine.Layers;
using Engine.Operations;

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
        using var tape = new Tape<double>(mode, new RandomStream(1));
        var x = tape.Constant(Samples.Normal(2, 6));
        Assert.Equal(
            "MultiHeadAttention.Step: keys and values in a cache carry no gradient; use a tape in Mode.Inference, "
            + "or Forward.",
            Assert.Throws<InvalidOperationException>(() =>
                Random(6, 2).Step(x, new KeyValueCache<double>(tape, 2, 6))).Message);
    }

    [Fact]
    public void Steps_with_a_cache_give_what_the_whole_gives()
    {
        const int length = 40; // past the cache's first capacity, and past its second
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

    [Fact]
    public void A_cache_keeps_the_sequences_asked_for_in_their_order()
    {
        using var tape = new Tape<double>(Mode.Inference);
        var cache = new KeyValueCache<double>(tape, 3, 1, capacity: 2);
        for (var i = 0; i < 3; i++) // a row is [query, key, value]
            cache.Append(tape.Constant([3, 3], [-1, i, 10 + i, -1, 20 + i, 30 + i, -1, 40 + i, 50 + i]), 1);
        cache.Select([2, 0, 2]);
        Assert.Equal((3, 3), (cache.Length, cache.Sequences));
        cache.Append(tape.Constant([3, 2], [43, 53, 3, 13, 143, 153]), 0); // the two go different ways from here
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
    public void A_cache_wants_a_row_for_each_of_its_sequences()
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

    /// <summary>Concat(head_1 .. head_h) W_O with a softmax written out, for one sequence.</summary>
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
