using Engine.Text;

namespace Engine.Tests.Text;

public class BpeTrainerTests
{
    [Fact]
    public void A_tab_after_a_space_stands_alone() =>
        Assert.DoesNotContain(
            Made(BpeTrainer.Train(["a \tb", "a \tb", "a \tb"], 100)),
            token => token.Contains('\t') && token.Length > 1);

    [Fact]
    public void No_merge_joins_Chinese_with_letters() =>
        Assert.DoesNotContain(
            Made(BpeTrainer.Train(["\u6211love\u4F60", "\u6211love\u4F60"], 100)),
            token => token.Any(char.IsAsciiLetter) && token.Any(character => character > '\u2E80'));

    [Fact]
    public void No_merge_makes_a_token_that_begins_as_the_first_line_of_the_merges_does()
    {
        // "nx" is merged before "#version" could be, so that "#versionx" would come of "#versio" and "nx".
        var bpe = BpeTrainer.Train(["y#versionx z#versionx", "nx nx nx nx"], 100, splitsPunctuation: false);
        Assert.Contains("nx", Made(bpe));
        Assert.DoesNotContain(Made(bpe), token => token.StartsWith("#version", StringComparison.Ordinal));
    }

    [Fact]
    public void A_negative_number_of_merges_or_a_probability_outside_0_to_1_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => BpeTrainer.Train(["a"], -1));
        var bpe = BpeTrainer.Train(["a"], 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => bpe.Tokenize("a", -0.1, new RandomStream(1)));
        Assert.Throws<ArgumentNullException>(() => bpe.Tokenize("a", 0.1, null!));
        Assert.Throws<ArgumentNullException>(() => bpe.Tokenize(null!));
        Assert.Throws<ArgumentNullException>(() => bpe.Detokenize(null!));
        Assert.Throws<ArgumentNullException>(() => BpeTrainer.Train(null!, 1));
    }

    [Theory]
    [InlineData("<pad>")]
    [InlineData("<0x41>")]
    public void No_merge_makes_a_special_token_or_a_byte(string token)
    {
        string[] lines = [.. "abcdef".Select(letter => $"{letter}{token}{letter}")];
        var made = Made(BpeTrainer.Train(lines, 100, splitsPunctuation: false)).ToArray();
        Assert.Contains( // one more merge would make the token
            Enumerable.Range(1, token.Length - 1),
            at => new[] { token[..at], token[at..] }.All(part => part.Length == 1 || made.Contains(part)));
        Assert.DoesNotContain(token, made);
    }

    [Fact]
    public void A_pair_that_occurs_once_is_not_merged() =>
        Assert.Empty(BpeTrainer.Train(["ab ba"], 5).Merges); // each letter twice, each pair once

    [Fact]
    public void A_letter_may_be_merged_with_itself() =>
        Assert.Equal([("a", "a"), ("▁", "aa")], BpeTrainer.Train(["aa aa aa"], 5).Merges);

    [Fact]
    public void The_space_is_a_token_of_every_vocabulary()
    {
        foreach (var lines in (string[][])[[], ["a"]])
            Assert.NotEqual(Vocabulary.Unknown, BpeTrainer.Train(lines, 0).Vocabulary.IdOf("▁"));
    }

    [Fact]
    public void Steps_begin_with_characters_merge_the_leftmost_of_equal_pairs_and_end_as_tokens_do()
    {
        var bpe = BpeTrainer.Train(["aa aa aa"], 5);
        Assert.Equal<IEnumerable<string>>(
            [["▁", "a", "a", "a", "▁", "a"], ["▁", "aa", "a", "▁", "a"], ["▁aa", "a", "▁", "a"]],
            bpe.MergeSteps("aaa a"));
        Assert.Equal(bpe.MergeSteps("aaa a")[^1], bpe.Tokenize("aaa a"));
        Assert.Empty(Assert.Single(bpe.MergeSteps("")));
        Assert.Empty(bpe.Tokenize(""));
    }

    private static IEnumerable<string> Made(BpeTokenizer bpe) => bpe.Merges.Select(pair => pair.Left + pair.Right);
}
