using FsCheck;
using FsCheck.Fluent;

namespace Engine.Tests;

public class DrawTests
{
    [Property]
    public void A_case_drawn_again_gives_the_same_numbers(Draw draw)
    {
        var shape = draw.Shape();
        var numbers = draw.Normal(shape).Values;
        draw.ForEach([1, 2], (_, draw) => Assert.Equal(numbers, draw.Normal(draw.Shape()).Values));
    }

    [Fact]
    public void A_failure_names_the_seed_and_the_smallest_size_that_fails()
    {
        var property = Prop.ForAll(Draws.Cases(), draw => draw.ForEach(["first", "second"], (name, draw) =>
            Assert.True(name == "first" || draw.ToString().EndsWith(" 1)", StringComparison.Ordinal))));
        var failure = Assert.ThrowsAny<Exception>(() => property.Check(Config.QuickThrowOnFailure));
        Assert.Matches(@"Shrunk:\s+new Draw\(\d+, 2\)\s", failure.Message);
        Assert.Contains("second", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>FsCheck.Xunit makes one instance for all cases of a property and disposes of it after them.</summary>
    public sealed class Cases : IDisposable
    {
        private int cases;

        [Property]
        public void The_cases_of_a_property_are_the_same_40_in_every_run(Draw draw)
        {
            if (cases++ == 0) Assert.Equal("new Draw(1343290667, 13)", draw.ToString());
        }

        public void Dispose() => Assert.Equal(40, cases);
    }
}
