using Engine.Layers;

namespace Engine.Tests.Layers;

public class PositionTests
{
    [Theory]
    [InlineData(8)]
    [InlineData(7)]
    [InlineData(1)]
    public void Positions_are_sines_and_cosines_of_the_papers_angles(int dModel)
    {
        var rows = new SinusoidalPositions<double>(dModel).Rows(300);
        for (var position = 0; position < 300; position += 13)
        {
            for (var i = 0; i < dModel; i++)
            {
                var angle = position / Math.Pow(10000, 2 * (i / 2) / (double)dModel);
                Assert.Equal(i % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle), rows[(position * dModel) + i], 1e-11);
            }
        }
    }

    [Fact]
    public void A_later_position_is_a_fixed_rotation_of_an_earlier_one()
    {
        const int dModel = 16;
        var rows = new SinusoidalPositions<double>(dModel).Rows(200).ToArray();
        foreach (var k in (int[])[1, 5, 50])
        {
            for (var i = 0; i < dModel; i += 2)
            {
                var angle = k / Math.Pow(10000, i / (double)dModel);
                var (sin, cos) = (Math.Sin(angle), Math.Cos(angle));
                for (var position = 0; position < 100; position += 7)
                {
                    var (s, c) = (rows[(position * dModel) + i], rows[(position * dModel) + i + 1]);
                    var later = ((position + k) * dModel) + i;
                    Assert.Equal((s * cos) + (c * sin), rows[later], 1e-11);
                    Assert.Equal((c * cos) - (s * sin), rows[later + 1], 1e-11);
                }
            }
        }
    }

    [Fact]
    public void Asking_for_more_does_not_change_what_was_there()
    {
        var positions = new SinusoidalPositions<float>(6);
        var few = positions.Rows(3).ToArray();
        Assert.Equal(few, positions.Rows(100)[..few.Length].ToArray());
        Assert.Equal(few, positions.Rows(3).ToArray());
    }

    [Fact]
    public void Each_sequence_counts_from_its_own_first_row()
    {
        var positions = new SinusoidalPositions<double>(4);
        using var tape = new Tape<double>();
        var all = positions.Rows(9).ToArray();
        Assert.Equal([.. all[..12], .. all[..8]], positions.Forward(tape, SequenceLayout.Packed([3, 2])).ToArray());
        Assert.Equal([.. all[8..16], .. all[8..16]], positions.Forward(tape, SequenceLayout.Padded(2, [1, 2]), first: 2).ToArray());
    }
}
