namespace Engine.Tests.Tensors;

public class TensorTests
{
    [Fact]
    public void A_tensor_reads_back_what_it_was_made_from()
    {
        var x = Tensor<float>.From([2, 3], [1, 2, 3, 4, 5, 6]);
        Assert.Equal([1, 2, 3, 4, 5, 6], x.Data.ToArray());
        Assert.Equal(6, x[1, 2]);
        Assert.Equal("Tensor<Single> [2, 3]: 1, 2, 3, 4, 5, 6", x.ToString());
        Assert.Equal(new float[4], Tensor<float>.Zeros([4]).ToArray());
        Assert.Equal(7, Tensor<float>.From([], [7]).Item());
    }

    [Property]
    public void A_view_reads_the_same_numbers_wherever_they_lie(Draw draw)
    {
        var numbers = draw.Normal(draw.Shape());
        using var tape = new Tape<double>();
        var x = numbers.On(tape, draw.Integer(0, 2));
        Assert.Equal(numbers.Values, x.ToArray());
        Assert.Equal(numbers.Values, x.Ordered(tape).ToArray());
        Assert.Equal(numbers.Values, Enumerable.Range(0, x.Count).Select(i => x[Numbers.IndexOf(x.Shape, i)]));
        if (x.IsContiguous) Assert.Equal(numbers.Values, x.Data.ToArray());
        else Assert.Throws<InvalidOperationException>(() => x.Data.Length);
    }

    [Property]
    public void Scattering_undoes_gathering(Draw draw)
    {
        var x = Samples.Transposed(Samples.Normal(draw.Random, draw.Shape(lowestRank: 2)));
        var before = x.Memory.ToArray();
        var ordered = x.ToArray();
        x.Memory.Clear();
        StridedCopy.Scatter(ordered, x.Memory, x.Shape, x.Strides);
        Assert.Equal(before, x.Memory.ToArray());
    }

    [Fact]
    public void A_dimension_of_size_1_does_not_break_contiguity()
    {
        var x = Tensor<float>.Zeros([3, 1, 4]);
        var strides = x.Strides;
        strides[1] = 99;
        Assert.True(x.View(x.Shape, strides, 0).IsContiguous);
    }

    [Fact]
    public void A_copy_in_order_is_made_for_each_step_that_asks()
    {
        var x = Samples.Transposed(Samples.Normal(3, 5));
        var values = x.ToArray();
        using var second = new Tape<double>();
        using (var first = new Tape<double>())
        {
            Assert.Equal(values, x.Ordered(first).ToArray());
            Assert.Equal(values, x.Ordered(second).ToArray());
        }
        using var other = new Tape<double>();
        other.Constant(Tensor<double>.Zeros([3, 5]));
        Assert.Equal(values, x.Ordered(second).ToArray());
    }

    [Property]
    public void A_mask_hides_what_it_was_told_to_hide(Draw draw)
    {
        var shape = draw.Shape();
        var hidden = Numbers.Of(draw.Repeated(shape), _ => draw.Integer(0, 1));
        var values = draw.Normal(shape);
        var expected = Numbers.ByIndex(shape, i => hidden.Broadcast(i) == 1 ? 9 : values[i]);
        var actual = (double[])values.Values.Clone();
        new Mask(hidden.Shape, hidden.Values.Select(h => h == 1).ToArray()).Fill(actual, shape, 9.0);
        Assert.Equal(expected.Values, actual);
    }

    [Fact]
    public void A_causal_mask_hides_keys_after_the_query()
    {
        var seen = new double[9];
        Mask.Causal(3).Fill(seen, [3, 3], 1);
        Assert.Equal([0, 1, 1, 0, 0, 1, 0, 0, 0], seen);
    }
}
