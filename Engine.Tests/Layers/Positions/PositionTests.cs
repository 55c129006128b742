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

    [Property]
    public void A_shift_by_k_is_the_same_linear_map_for_every_position(Draw draw)
    {
        var (dModel, k) = (2 * draw.Integer(1, 16), draw.Integer(0, 100));
        var rows = new SinusoidalPositions<double>(dModel).Rows(200);
        // PE(pos + k) = M PE(pos), where M has rotations by k w_i as diagonal blocks, and zeros elsewhere.
        var map = new double[dModel, dModel];
        for (var i = 0; i < dModel; i += 2)
        {
            var (sin, cos) = Math.SinCos(k / Math.Pow(10000, i / (double)dModel));
            (map[i, i], map[i, i + 1], map[i + 1, i], map[i + 1, i + 1]) = (cos, sin, -sin, cos);
        }
        var position = draw.Integer(0, 99);
        var from = rows.Slice(position * dModel, dModel).ToArray();
        var to = rows.Slice((position + k) * dModel, dModel);
        for (var i = 0; i < dModel; i++)
            Assert.Equal(Enumerable.Range(0, dModel).Sum(j => map[i, j] * from[j]), to[i], 1e-11);
    }

    [Fact]
    public void Learned_positions_are_table_rows_counted_from_the_start_of_each_sequence()
    {
        var positions = new LearnedPositions<double>(4, 3, new RandomStream(1));
        Assert.Equal(["weight [4, 3]"], LayerTests.Names(positions));
        var weight = Assert.Single(positions.Parameters);
        var rows = weight.Value.ToArray().Chunk(3).ToArray();
        using var tape = new Tape<double>();
        var y = positions.Forward(tape, SequenceLayout.Packed([3, 2]), first: 1);
        Assert.Equal([.. rows[1], .. rows[2], .. rows[3], .. rows[1], .. rows[2]], y.ToArray());
        Assert.Equal([0, 0, 0, 2, 2, 2, 2, 2, 2, 1, 1, 1], tape.Backward(Op.Sum(y))[weight].ToArray());
        // Padding may reach beyond the table; a sequence may not.
        Assert.Equal(6, positions.Forward(tape, SequenceLayout.Padded(6, [4])).Shape[0]);
        Assert.Throws<ShapeException>(() => positions.Forward(tape, SequenceLayout.Padded(6, [4]), first: 1));
    }

    [Fact]
    public void Learned_positions_start_with_the_documented_deviation() =>
        Assert.Equal(
            1.0 / 64, new LearnedPositions<double>(500, 64, new RandomStream(1)).Parameters[0].Value.ToArray()
                .Average(value => value * value), 3e-4);

    [Fact]
    public void A_longer_table_keeps_the_rows_of_a_shorter_table()
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
        Assert.Equal([.. all[8..16], .. all[8..16]],
            positions.Forward(tape, SequenceLayout.Padded(2, [1, 2]), first: 2).ToArray());
    }
}
