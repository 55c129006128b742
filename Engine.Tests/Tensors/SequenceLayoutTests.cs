namespace Engine.Tests.Tensors;

public class SequenceLayoutTests
{
    [Fact]
    public void A_padded_layout_gives_every_sequence_the_same_extent()
    {
        var layout = SequenceLayout.Padded(4, [4, 0, 2]);
        Assert.Equal((3, 12, 4), (layout.Sequences, layout.Rows, layout.LongestExtent));
        Assert.Equal([0, 4, 8], Enumerable.Range(0, 3).Select(layout.Start));
        Assert.Equal([4, 0, 2], Enumerable.Range(0, 3).Select(layout.Length));
        Assert.Equal([4, 4, 4], Enumerable.Range(0, 3).Select(layout.Extent));
    }

    [Fact]
    public void A_packed_layout_has_no_rows_besides_the_real_ones()
    {
        var layout = SequenceLayout.Packed([3, 0, 5]);
        Assert.Equal((3, 8, 5), (layout.Sequences, layout.Rows, layout.LongestExtent));
        Assert.Equal([0, 3, 3], Enumerable.Range(0, 3).Select(layout.Start));
        Assert.Equal([3, 0, 5], Enumerable.Range(0, 3).Select(layout.Extent));
    }

    [Fact]
    public void A_full_layout_is_padded_without_padding()
    {
        var layout = SequenceLayout.Full(2, 3);
        Assert.Equal((2, 6, 3, 3), (layout.Sequences, layout.Rows, layout.Length(1), layout.Extent(1)));
    }

    [Fact]
    public void A_layout_keeps_its_lengths_when_the_array_is_used_again()
    {
        int[] lengths = [1, 2];
        var layout = SequenceLayout.Packed(lengths);
        lengths[0] = 9;
        Assert.Equal(1, layout.Length(0));
    }
}
