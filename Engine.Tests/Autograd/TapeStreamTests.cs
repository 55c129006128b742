namespace Engine.Tests.Autograd;

/// <summary>The random streams of a tape's operations.</summary>
public class TapeStreamTests
{
    [Fact]
    public void Every_draw_of_a_tape_has_another_stream_and_the_same_seed_repeats_them()
    {
        ulong[] Keys(long seed)
        {
            using var tape = new Tape<float>(Mode.Training, new RandomStream(seed).Fork(1));
            return [.. Enumerable.Range(0, 50).Select(_ => tape.NextStream().Key)];
        }
        Assert.Equal(50, Keys(1).Distinct().Count());
        Assert.Equal(Keys(1), Keys(1));
        Assert.Empty(Keys(1).Intersect(Keys(2)));
    }

    [Fact]
    public void Two_dropouts_of_one_tape_drop_different_elements()
    {
        using var tape = new Tape<float>(Mode.Training, new RandomStream(1));
        var x = tape.Constant([200], [.. Enumerable.Repeat(1f, 200)]);
        var (first, second) = (Op.Dropout(x, 0.5).ToArray(), Op.Dropout(x, 0.5).ToArray());
        Assert.InRange(first.Zip(second).Count(pair => pair.First != pair.Second), 60, 140); // half of them, by chance
    }
}
