using Engine.Kernels;

namespace Engine.Tests.Tensors;

public class BroadcastingTests
{
    [Fact]
    public void Shapes_combine_as_numpy_combines_them()
    {
        Assert.Equal([2, 3, 4], Broadcasting.Combine("", [2, 1, 4], [3, 1]));
        Assert.Equal([5], Broadcasting.Combine("", [], [5]));
        Assert.Equal([2, 3], Broadcasting.Combine("", [2, 3], [2, 3]));
    }

    [Property]
    public void Combining_is_commutative(Draw draw)
    {
        var (x, z) = draw.Broadcastable();
        Assert.Equal(Broadcasting.Combine("", x, z), Broadcasting.Combine("", z, x));
    }

    [Property(MaxTest = 200)]
    public void A_map_over_broadcast_views_equals_its_index_by_index_twin(Draw draw)
    {
        var (a, b) = draw.Broadcastable();
        var (x, z) = (draw.Normal(a), draw.Normal(b));
        var shape = Broadcasting.Combine("", a, b);
        using var tape = new Tape<double>();
        var (left, right) = (x.On(tape, draw.Integer(0, 2)), z.On(tape, draw.Integer(0, 2)));
        var y = new double[shape.Elements];
        Broadcasting.Map(
            default(Subtract<double>), left.Memory[left.Offset..], Broadcasting.Expand(left, shape),
            right.Memory[right.Offset..], Broadcasting.Expand(right, shape), shape, y);
        Close.To(Numbers.ByIndex(shape, i => x.Broadcast(i) - z.Broadcast(i)).Values, y, 0);
    }

    [Property(MaxTest = 200)]
    public void Summing_is_the_adjoint_of_expanding(Draw draw)
    {
        var whole = draw.Shape();
        var part = draw.Repeated(whole);
        var (x, y) = (draw.Normal(part), draw.Normal(whole));
        var sum = new double[part.Elements];
        Array.Fill(sum, double.NaN);
        Broadcasting.SumTo(y.Values, whole, sum, part, accumulate: false);
        var expanded = Numbers.ByIndex(whole, x.Broadcast);
        Close.To([expanded.Values.Zip(y.Values, (a, b) => a * b).Sum()],
            [x.Values.Zip(sum, (a, b) => a * b).Sum()], 1e-11);
    }

    [Property]
    public void Summing_may_add_to_what_is_there(Draw draw)
    {
        var whole = draw.Shape();
        var part = draw.Repeated(whole);
        var values = draw.Normal(whole);
        var once = new double[part.Elements];
        Broadcasting.SumTo(values.Values, whole, once, part, accumulate: false);
        var twice = (double[])once.Clone();
        Broadcasting.SumTo(values.Values, whole, twice, part, accumulate: true);
        Close.To(once.Select(s => 2 * s).ToArray(), twice, 1e-12);
    }
}
