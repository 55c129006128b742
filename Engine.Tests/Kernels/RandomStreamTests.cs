namespace Engine.Tests.Kernels;

public class RandomStreamTests
{
    [Fact]
    public void A_fork_follows_from_seed_and_purpose_and_leaves_its_origin_where_it_is()
    {
        var origin = new RandomStream(5);
        var (used, fresh) = (new RandomStream(5), new RandomStream(5));
        for (var i = 0; i < 10; i++) used.NextBits();
        Assert.Equal(fresh.Fork(3).Key, used.Fork(3).Key);
        origin.Fork(3).NextBits();
        Assert.Equal(fresh.NextBits(), origin.NextBits());
        var keys = Enumerable.Range(-50, 101).SelectMany(purpose =>
            (ulong[])[new RandomStream(5).Fork(1).Fork(purpose).Key, new RandomStream(6).Fork(1).Fork(purpose).Key]);
        Assert.Equal(202, keys.Distinct().Count());
    }

    [Fact]
    public void Seed_and_purpose_of_the_first_fork_are_exchangeable_and_those_of_later_forks_are_not()
    {
        Assert.Equal(new RandomStream(5).Fork(6).Key, new RandomStream(6).Fork(5).Key);
        Assert.NotEqual(new RandomStream(5).Fork(1).Fork(6).Key, new RandomStream(6).Fork(1).Fork(5).Key);
        Assert.NotEqual(new RandomStream(5).Fork(1).Fork(6).Key, new RandomStream(5).Fork(6).Fork(1).Key);
    }

    [Fact]
    public void Every_order_of_a_shuffle_is_equally_likely()
    {
        const int Draws = 24_000;
        var random = new RandomStream(1);
        var seen = new Dictionary<string, int>();
        for (var i = 0; i < Draws; i++)
        {
            char[] items = ['a', 'b', 'c', 'd'];
            random.Shuffle(items.AsSpan());
            var order = new string(items);
            seen[order] = seen.GetValueOrDefault(order) + 1;
        }
        Assert.Equal(24, seen.Count);
        // Each of the 24 orders comes 1,000 times; the standard deviation is 31.
        Assert.All(seen.Values, count => Assert.InRange(count, 1000 - 155, 1000 + 155));
    }

    [Fact]
    public void Integers_are_below_their_limit_and_equally_likely()
    {
        var random = new RandomStream(2);
        var seen = new int[7];
        for (var i = 0; i < 7000; i++) seen[random.NextInteger(7)]++;
        Assert.All(seen, count => Assert.InRange(count, 1000 - 150, 1000 + 150));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.NextInteger(0));
    }

    [Fact]
    public void Uniform_and_normal_numbers_have_their_mean_and_variance()
    {
        var random = new RandomStream(3);
        double[] uniform = [.. Enumerable.Range(0, 20_000).Select(_ => random.NextUniform())];
        double[] normal = [.. Enumerable.Range(0, 20_000).Select(_ => random.NextNormal())];
        Assert.All(uniform, value => Assert.True(value is >= 0 and < 1));
        Assert.Equal(0.5, uniform.Average(), 0.01);
        Assert.Equal(1.0 / 12, uniform.Average(value => Math.Pow(value - 0.5, 2)), 0.003);
        Assert.Equal(0, normal.Average(), 0.03);
        Assert.Equal(1, normal.Average(value => value * value), 0.05);
    }
}
