using Engine.Kernels;

namespace Engine.Tests.Tensors;

/// <summary>The most numbers of one piece of memory, and what needs more; nothing large is allocated.</summary>
public class LongestMemoryTests
{
    private static int Longest => PinnedMemory.Longest;

    [Fact]
    public void A_shape_has_at_most_the_elements_that_an_array_holds_beside_its_alignment()
    {
        Assert.Equal(2_147_483_527, Longest);
        Assert.Equal(Longest, new Shape([Longest]).Elements);
        foreach (var count in (int[])[Longest + 1, Array.MaxLength - 63, Array.MaxLength, int.MaxValue])
        {
            Assert.Equal(
                $"Shape: [{count}] has more than 2147483527 elements; split it.",
                Assert.Throws<ShapeException>(() => new Shape([count])).Message);
        }
    }

    [Fact]
    public void A_block_of_a_pool_is_never_shorter_than_what_was_asked_for()
    {
        foreach (var count in (int[])[1, 64, 65, 1000, 1 << 30, (1 << 30) + 1, Longest - 65, Longest - 1, Longest])
            Assert.InRange(MemoryBlockPool<float>.RoundUp(count), count, Longest);
        foreach (var count in (long[])[Longest + 1L, int.MaxValue, 2L * int.MaxValue, 1L << 40])
        {
            Assert.Equal(
                $"A step needs {count} numbers in one piece of memory; at most 2147483527 fit. Use smaller batches or "
                    + "shorter sequences.",
                Assert.Throws<ShapeException>(() => MemoryBlockPool<float>.RoundUp(count)).Message);
        }
    }

    [Fact]
    public void Memory_beyond_the_limit_is_refused_before_it_is_allocated()
    {
        foreach (var count in (long[])[Longest + 1L, int.MaxValue, 1L << 35])
        {
            Assert.StartsWith(
                $"{count} numbers lie in one piece of memory, with their padding; at most 2147483527 do.",
                Assert.Throws<ArgumentException>(() => new PinnedMemory<float>(count)).Message);
        }
    }

    [Fact]
    public void The_gradients_of_a_set_lie_in_one_piece_of_memory_or_are_refused()
    {
        Assert.Equal(16, GradientSet<float>.After(0, 1));
        Assert.Equal(Longest - 7L, GradientSet<float>.After(0, Longest - 7));
        foreach (var (start, count) in ((long, int)[])[(0, Longest), (16, Longest - 16), (Longest - 7L, 1)])
        {
            Assert.EndsWith(
                "at most 2147483527 fit in one set. Use fewer or smaller parameters.",
                Assert.Throws<ShapeException>(() => GradientSet<float>.After(start, count)).Message);
        }
    }

    [Fact]
    public void Products_at_negative_distances_are_refused()
    {
        var (a, b, c) = (new float[12], new float[12], new float[12]);
        var message = Assert.Throws<ArgumentException>(() => MatrixProduct.MultiplyEach<float>(
            3, new MatrixView<float>(a, 2, 2), -4, new MatrixView<float>(b, 2, 2), 4, c, 2, 4)).Message;
        Assert.StartsWith("a [2, 2] operand that starts at number -8 does not lie within 12 numbers", message);
    }
}
