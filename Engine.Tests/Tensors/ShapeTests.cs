namespace Engine.Tests.Tensors;

public class ShapeTests
{
    [Fact]
    public void A_shape_spreads_into_another()
    {
        Shape shape = [2, 3];
        Assert.Equal("[2, 3, 5]", new Shape([.. shape, 5]).ToString());
    }

    [Fact]
    public void A_shape_knows_its_sizes_rank_and_count()
    {
        Shape shape = [2, 3, 5];
        Assert.Equal((3, 30), (shape.Rank, shape.Elements));
        Assert.Equal((2, 5), (shape[0], shape[^1]));
        Assert.Equal("[2, 3, 5]", shape.ToString());
        Assert.Equal([2, 3, 5], shape.AsSpan().ToArray());
        Assert.Equal([2, 4, 5], shape.With(1, 4).AsSpan().ToArray());
        Assert.Equal([2, 3, 4], shape.With(^1, 4).AsSpan().ToArray());
    }

    [Fact]
    public void A_shape_without_dimensions_holds_one_number_however_it_was_made()
    {
        Shape empty = [];
        Assert.Equal((0, 1), (empty.Rank, empty.Elements));
        Assert.Equal(1, default(Shape).Elements);
        Assert.Equal(empty, default);
    }

    [Fact]
    public void Shapes_are_equal_by_their_sizes()
    {
        Shape a = [2, 3], b = [2, 3], c = [3, 2], d = [2, 3, 1];
        Assert.True(a == b && a != c && a != d && a.Equals((object)b) && !a.Equals("[2, 3]"));
        Assert.Equal(a.GetHashCode(), b.GetHashCode());
        Assert.NotEqual(a.GetHashCode(), d.GetHashCode());
    }

    [Property]
    public void Strides_are_the_products_of_the_inner_sizes(Draw draw)
    {
        var shape = draw.Shape(highestRank: Shape.MaximumRank);
        var strides = shape.ContiguousStrides();
        for (var i = 0; i < shape.Elements; i++)
            Assert.Equal(i, Numbers.IndexOf(shape, i).Select((at, d) => at * strides[d]).Sum());
    }

    [Fact]
    public void A_dimension_counts_from_either_end()
    {
        Shape shape = [4, 5];
        Assert.Equal((0, 1, 0, 1),
            (shape.Dimension("", 0), shape.Dimension("", 1), shape.Dimension("", -2), shape.Dimension("", -1)));
    }

    [Fact]
    public void A_shape_of_too_many_dimensions_is_short_in_messages()
    {
        Assert.Equal(
            "Shape: [0, 0, 0, 0, 0, 0, 0, 0, ...] has 100001 dimensions; at most 6 are supported. "
                + "Merge neighbouring ones with Reshape.",
            Assert.Throws<ShapeException>(() => new Shape(new int[100_001])).Message);
    }
}
