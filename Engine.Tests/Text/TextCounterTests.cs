using Engine.Text;

namespace Engine.Tests.Text;

public class TextCounterTests
{
    [Fact]
    public void Counts_are_exact_up_to_the_limit()
    {
        var counter = new TextCounter(limit: 3);
        foreach (var text in (string[])["a", "b", "a", "c", "a"]) counter.Add(text);
        Assert.Equal(
            [("a", 3L), ("b", 1L), ("c", 1L)], counter.Counts.Select(entry => (entry.Key, entry.Value)).Order());
    }

    [Fact]
    public void Beyond_the_limit_frequent_texts_stay_and_memory_does_not_grow()
    {
        const int Limit = 100, Frequent = 20;
        var counter = new TextCounter(Limit);
        var most = 0;
        for (var i = 0; i < 10_000; i++)
        {
            counter.Add($"rare {i}");
            counter.Add($"frequent {i % Frequent}");
            most = Math.Max(most, counter.Counts.Count);
        }
        Assert.Equal(Limit, most);
        for (var i = 0; i < Frequent; i++)
            Assert.InRange(counter.Counts[$"frequent {i}"], (10_000 / Frequent) - 5, 10_000 / Frequent);
    }
}
