using Engine.Text;

namespace Engine.Tests.Text;

public class TokenWordsTests
{
    [Fact]
    public void With_a_word_tokenizer_each_token_is_a_word()
    {
        var tokenizer = new WordTokenizer();
        var words = new TokenWords(tokenizer, tokenizer.Tokenize("a red, <unk> river."));
        Assert.Equal(["a", "red", ",", "<", "unk", ">", "river", "."], words.Words);
        Assert.All(Enumerable.Range(0, words.Tokens), i => Assert.Equal([i], words.Of(i)));
        Assert.Equal(["<unk>", "x"], new TokenWords(tokenizer, ["<unk>", "￭x"]).Words);
    }

    [Fact]
    public void Characters_belong_to_the_word_that_has_them_and_spaces_to_none()
    {
        var tokenizer = new CharacterTokenizer();
        var words = new TokenWords(tokenizer, tokenizer.Tokenize("ab c. 我爱"));
        Assert.Equal(["ab", "c", ".", "我", "爱"], words.Words);
        int[][] expected = [[0], [0], [], [1], [2], [], [3], [4]];
        Assert.Equal(expected, Enumerable.Range(0, words.Tokens).Select(i => words.Of(i).ToArray()));
        Assert.Equal([[0, 1, 2]], Of(new TokenWords(tokenizer, ["<unk>"]))); // "<", "unk", ">"
        Assert.Empty(new TokenWords(tokenizer, []).Words);
        Assert.Empty(new TokenWords(tokenizer, ["\u2581"]).Of(0));
    }

    [Fact]
    public void Parts_of_words_and_of_characters_belong_to_their_words()
    {
        // Bytes alone, so that 我 and the emoji are three and four tokens; "low" is merged.
        var tokenizer = BpeTrainer.Train(["low low low"], 2);
        var tokens = tokenizer.Tokenize("low lows 我👍.");
        var words = new TokenWords(tokenizer, tokens);
        Assert.Equal(["low", "lows", "我", "👍", "."], words.Words);
        var found = Of(words);
        Assert.All(Enumerable.Range(0, 5), word => Assert.Contains(found, of => of.Contains(word)));
        Assert.All(found, of => Assert.InRange(of.Length, 0, 1));
        var order = found.SelectMany(of => of).ToArray();
        Assert.Equal(order.Order(), order);
        var s = tokens.ToList().FindIndex(token => tokenizer.Detokenize([token]).Contains('s')); // the s of "lows"
        Assert.Equal([1], words.Of(s));
    }

    [Fact]
    public void No_word_holds_white_space_to_NET_or_to_Python()
    {
        // The first four are no white space to .NET.
        const string line = "a\u001Cb\u001D\u001E\u001Fc\u0085\u2028d";
        foreach (var tokenizer in (ITokenizer[])[new CharacterTokenizer(), BpeTrainer.Train(["x"], 0)])
        {
            var words = new TokenWords(tokenizer, tokenizer.Tokenize(line));
            Assert.Equal(["a", "b", "c", "d"], words.Words);
            Assert.Equal([0, 1, 2, 3], Of(words).SelectMany(of => of).Distinct().Order());
        }
        var written = new TokenWords(
            new WordTokenizer(), ["\u001C", "a\u001Db", "\uFFED\u001F\u001F", "c d", "\u001E", "\u001E"]);
        Assert.Equal(["a", "b", "c", "d"], written.Words);
        Assert.Equal([[], [0, 1], [], [2, 3], [], []], Of(written));
        int[] firsts = [0, 0, 2, 2, 3, 3];
        Assert.Equal(firsts, Enumerable.Range(0, written.Tokens).Select(written.FirstOf));
        Assert.Empty(new TokenWords(new WordTokenizer(), ["\u001C"]).Words);
    }

    [Property(MaxTest = 200)]
    public void Each_word_has_a_token_whatever_the_text(Draw draw)
    {
        const string characters = "ab .,我爱\u2581\uFFED👍\u0301\u200D'-1\t";
        var line = string.Concat(Enumerable.Range(0, draw.Integer(0, 12))
            .Select(_ => characters[draw.Integer(0, characters.Length - 1)]));
        foreach (var tokenizer in (ITokenizer[])
            [new WordTokenizer(), new CharacterTokenizer(), BpeTrainer.Train(["ab"], 1)])
        {
            var words = new TokenWords(tokenizer, tokenizer.Tokenize(line));
            Assert.Equal(
                Enumerable.Range(0, words.Words.Count), Of(words).SelectMany(of => of).Distinct().Order());
        }
    }

    private static int[][] Of(TokenWords words) =>
        [.. Enumerable.Range(0, words.Tokens).Select(i => words.Of(i).ToArray())];
}
