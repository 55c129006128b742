using Engine.Cli;

namespace Engine.Tests.Cli.Output;

public class SampleLineTests
{
    [Fact]
    public void A_short_sample_is_shown_whole_and_a_right_one_without_its_reference()
    {
        Assert.Equal("  = 我爱你 → I love you", SampleLine.Of(new("我爱你", "I love you", "I love you")));
        Assert.Equal(
            "  ≠ 我爱你 → I see you  [reference: I love you]", SampleLine.Of(new("我爱你", "I love you", "I see you")));
    }

    [Fact]
    public void Long_samples_are_cut()
    {
        var line = SampleLine.Of(new(new('a', 100_000), new('b', 100_000), new('c', 100_000)));
        Assert.Equal(
            $"  ≠ {new string('a', 157)}... → {new string('c', 157)}...  [reference: {new string('b', 157)}...]", line);
        var right = SampleLine.Of(new(new('a', 161), new('b', 160), new('b', 160)));
        Assert.Equal($"  = {new string('a', 157)}... → {new string('b', 160)}", right);
    }

    [Fact]
    public void A_sample_cannot_control_the_terminal() =>
        Assert.DoesNotContain('\u001B', SampleLine.Of(new("\u001B[2J", "\u202Eb\n", "c\u009B")));

    [Theory]
    [InlineData("爱爱爱爱", 8, "爱爱爱爱")]
    [InlineData("爱爱爱爱爱", 8, "爱爱...")] // each takes two columns
    [InlineData("a\u0301\u200Da\u0301a\u0301a\u0301", 4, "a\u0301\u200Da\u0301a\u0301a\u0301")] // marks take none
    [InlineData("a\u0301bcde", 4, "a\u0301...")]
    [InlineData("😀😀😀", 5, "😀...")] // no half of a pair of surrogates
    [InlineData("", 5, "")]
    public void Texts_are_cut_by_the_columns_that_they_take(string text, int columns, string expected) =>
        Assert.Equal(expected, TextColumns.Cut(text, columns));
}
