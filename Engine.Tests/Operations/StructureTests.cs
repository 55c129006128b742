
namespace Engine.Tests.Operations;

/// <summary>Operations that rearrange or reduce numbers, or multiply matrices.</summary>
public class StructureTests
{
    [Property(MaxTest = 20)]
    public void MatMul_equals_its_twin_over_all_batches(Draw draw)
    {
        var (m, k, n) = (draw.Size(), draw.Size(), draw.Size());
        var whole = draw.Shape(highestRank: 2);
        var (batchA, batchB) = (draw.Repeated(whole), draw.Repeated(whole));
        var a = draw.Normal(new Shape([.. batchA.AsSpan(), m, k]));
        var b = draw.Normal(new Shape([.. batchB.AsSpan(), k, n]));
        var batch = Broadcasting.Combine("", batchA, batchB);
        var expected = Numbers.ByIndex(new Shape([.. batch.AsSpan(), m, n]), i =>
        {
            var sum = 0.0;
            for (var j = 0; j < k; j++)
            {
                var (left, right) = (At(i, batchA, [i[^2], j]), At(i, batchB, [j, i[^1]]));
                sum += a[left] * b[right];
            }
            return sum;
        });
        Forward.Agrees(draw, x => Op.MatMul(x[0], x[1]), x => Op.MatMul(x[0], x[1]), expected, a, b);
    }

    [Property]
    public void Linear_equals_its_twin(Draw draw)
    {
        var (inputs, outputs, relu) = (draw.Size(), draw.Size(), draw.Flip());
        Gradients.EqualTwin(
            draw, p => Op.Linear(p[0], p[1], p[2], relu), p => Op.Linear(p[0], p[1], p[2], relu),
            p => Twin.Linear(p[0], p[1], p[2], relu), draw.Normal([draw.Size(), inputs]),
            draw.Normal([outputs, inputs]), draw.Normal([outputs]));
    }

    [Property]
    public void Linear_and_its_gradients_equal_the_primitives_that_it_is_made_of(Draw draw)
    {
        var (rows, inputs, outputs, relu) = (draw.Size(), draw.Size(), draw.Size(), draw.Flip());
        Numbers[] numbers = [draw.Normal([rows, inputs]), draw.Normal([outputs, inputs]), draw.Normal([outputs])];
        Gradients.Agree(
            x => Op.Linear(x[0], x[1], x[2], relu),
            x => Op.MatMul(x[0], Op.Transpose(x[1])) + x[2] is var y && relu
                ? Op.Relu(y) : y, draw.Random, numbers);
    }

    [Fact]
    public void Linear_of_some_outputs_is_a_slice_of_all()
    {
        Numbers x = Numbers.Of([3, 4], i => i), weight = Numbers.Of([5, 4], i => i % 7),
        bias = Numbers.Of([5], i => 0.5 * i);
        Gradients.Agree(
            p => Op.Linear(p[0], p[1], p[2], outputs: 1..4), p => Op.Slice(Op.Linear(p[0], p[1], p[2]), -1, 1, 3),
            new(1), x, weight, bias);
    }

    [Property]
    public void Reshape_keeps_the_order(Draw draw)
    {
        var x = draw.Normal(draw.Shape());
        Shape shape = draw.Flip() ? [x.Shape.Elements] : [x.Shape.Elements, 1];
        Forward.Agrees(draw, p => Op.Reshape(p[0], shape), p =>
            Op.Reshape(p[0], shape), x with { Shape = shape }, x);
    }

    [Property]
    public void Permute_moves_every_number_to_its_place(Draw draw)
    {
        var x = draw.Normal(draw.Shape());
        var order = Enumerable.Range(0, x.Shape.Rank).ToArray();
        draw.Random.Shuffle<int>(order);
        var shape = new Shape([.. order.Select(d => x.Shape[d])]);
        var expected = Numbers.ByIndex(shape, i =>
        {
            var from = new int[order.Length];
            for (var d = 0; d < order.Length; d++) from[order[d]] = i[d];
            return x[from];
        });
        Forward.Agrees(draw, p => Op.Permute(p[0], order), p => Op.Permute(p[0], order), expected, x);
    }

    [Fact]
    public void Transpose_exchanges_two_dimensions()
    {
        using var tape = new Tape<double>();
        var x = tape.Constant(Samples.Normal(2, 3, 4));
        Assert.Equal([2, 4, 3], Op.Transpose(x).Shape);
        Assert.Equal([4, 3, 2], Op.Transpose(x, 0, -1).Shape);
        Assert.Equal(x[1, 2, 3], Op.Transpose(x, 0, 2)[3, 2, 1]);
        Assert.Equal(x.ToArray(), Op.Transpose(Op.Transpose(x)).ToArray());
    }

    [Property]
    public void Slice_takes_a_part_of_one_dimension(Draw draw)
    {
        var x = draw.Normal(draw.Shape(lowestRank: 1));
        var d = draw.Integer(0, x.Shape.Rank - 1);
        var start = draw.Integer(0, x.Shape[d] - 1);
        var length = draw.Integer(1, x.Shape[d] - start);
        var expected = Numbers.ByIndex(x.Shape.With(d, length), i =>
        {
            i[d] += start;
            return x[i];
        });
        Forward.Agrees(draw, p => Op.Slice(p[0], d, start, length), p =>
            Op.Slice(p[0], d, start, length), expected, x);
    }

    [Property]
    public void Concatenate_is_undone_by_slices(Draw draw)
    {
        var first = draw.Shape(lowestRank: 1);
        var d = draw.Integer(0, first.Rank - 1);
        var second = first.With(d, draw.Integer(1, 5));
        var (x, z) = (draw.Normal(first), draw.Normal(second));
        var expected = Numbers.ByIndex(first.With(d, first[d] + second[d]), i =>
        {
            if (i[d] < first[d]) return x[i];
            i[d] -= first[d];
            return z[i];
        });
        Forward.Agrees(
            draw, p => Op.Concatenate(p, d - first.Rank), p => Op.Concatenate(p, d), expected, x, z);
    }

    [Property]
    public void Sum_Mean_and_Max_equal_their_twins(Draw draw)
    {
        var x = draw.Normal(draw.Shape(lowestRank: 1));
        var (d, keep) = (draw.Integer(0, x.Shape.Rank - 1), draw.Flip());
        var kept = x.Shape.With(d, 1);
        Numbers Over(Func<IEnumerable<double>, double> reduce)
        {
            var y = Numbers.ByIndex(kept, i => reduce(Enumerable.Range(0, x.Shape[d]).Select(j =>
            {
                var index = (int[])i.Clone();
                index[d] = j;
                return x[index];
            })));
            return keep ? y : y with { Shape = new Shape([.. kept.AsSpan()[..d], .. kept.AsSpan()[(d + 1)..]]) };
        }

        Forward.Agrees(draw, p => Op.Sum(p[0], d, keep), p => Op.Sum(p[0], d, keep), Over(v => v.Sum()), x);
        Forward.Agrees(draw, p => Op.Mean(p[0], d, keep), p => Op.Mean(p[0], d, keep), Over(v => v.Average()), x);
        Forward.Agrees(draw, p => Op.Max(p[0], d, keep), p => Op.Max(p[0], d, keep), Over(v => v.Max()), x);
        Forward.Agrees(draw, p => Op.Sum(p[0]), p => Op.Sum(p[0]), new([], [x.Values.Sum()]), x);
        Forward.Agrees(draw, p => Op.Mean(p[0]), p => Op.Mean(p[0]), new([], [x.Values.Average()]), x);
    }

    [Fact]
    public void The_first_of_equal_maxima_takes_the_gradient()
    {
        using var tape = new Tape<double>();
        var x = tape.Variable(Tensor<double>.From([4], [1, 3, 3, 2]));
        Assert.Equal([0, 1, 0, 0], tape.Backward(Op.Max(x, 0))[x].ToArray());
        Assert.True(double.IsNaN(Forward.Of(x => Op.Max(x, 0), new([3], [1, double.NaN, 5]))[0]));
    }

    [Property]
    public void MaskedFill_replaces_what_is_hidden_and_nothing_else(Draw draw)
    {
        var x = draw.Normal(draw.Shape());
        var hidden = Numbers.Of(draw.Repeated(x.Shape), _ => draw.Integer(0, 1));
        var mask = new Mask(hidden.Shape, i => hidden.Values[i] == 1);
        var expected = Numbers.ByIndex(x.Shape, i => hidden.Broadcast(i) == 1 ? -7 : x[i]);
        Forward.Agrees(draw, p => Op.MaskedFill(p[0], mask, -7), p => Op.MaskedFill(p[0], mask, -7), expected, x);
    }

    [Property]
    public void Embedding_copies_rows(Draw draw)
    {
        var table = draw.Normal([draw.Size(), draw.Size()]);
        var indices = Samples.Indices(draw.Random, draw.Size(), table.Shape[0]);
        var expected = Numbers.ByIndex([indices.Length, table.Shape[1]], i => table[indices[i[0]], i[1]]);
        Forward.Agrees(draw, p => Op.Embedding(p[0], indices), p => Op.Embedding(p[0], indices), expected, table);
    }

    [Fact]
    public void The_padding_row_of_an_embedding_gets_no_gradient_and_repeated_rows_get_the_sum()
    {
        using var tape = new Tape<double>();
        var table = tape.Variable(Samples.Normal(4, 2));
        var y = Op.Embedding(table, [2, 0, 2, 3], paddingIndex: 0);
        Assert.Equal([table[0, 0], table[0, 1]], y.ToArray()[2..4]);
        Assert.Equal([0, 0, 0, 0, 2, 2, 1, 1], tape.Backward(Op.Sum(y))[table].ToArray());
    }

    /// <summary>The index of an operand: its batch, repeated over the result's, then the place in its matrix.</summary>
    private static int[] At(int[] result, Shape batch, int[] place)
    {
        var own = result[..^2][^batch.Rank..];
        for (var d = 0; d < own.Length; d++)
        {
            if (batch[d] == 1) own[d] = 0;
        }
        return [.. own, .. place];
    }
}
