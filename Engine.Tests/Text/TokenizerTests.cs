using System.Text;
using Engine.Storage;
using Engine.Text;

namespace Engine.Tests.Text;

public class TokenizerTests
{
    private const string Awkward =
        "ab Z09 .,'’-?!… 我爱你。？，　ーカ가é\u0301\u200D\u200C\u00AD\u200F\u200B\u00A0"
        + "\u2028\t\u0000￭▁😀𠀀\uD840\uDC00\uD83D<>&_";

    [Theory]
    [InlineData("the river.", "the|river|￭.")]
    [InlineData("I don't know", "I|don't|know")]
    [InlineData("it costs 3.5, or 1,000.", "it|costs|3.5|￭,|or|1,000|￭.")]
    [InlineData("a well-known \"word\"...", "a|well-known|\"|￭word|￭\"|￭...")]
    [InlineData("我爱你。", "我|爱|你|。")]
    [InlineData("我爱 C#语言 好 吗?", "我|爱|C|￭#|￭语|言|▁好|▁吗|￭?")]
    [InlineData("naïve 𠀀𠀁 😀😀", "naïve|𠀀|𠀁|😀😀")]
    [InlineData("a￭b ▁", "a|￭￭|￭b|▁")]
    [InlineData("  ", "")]
    public void Words_punctuation_and_Chinese_characters_are_tokens(string line, string tokens)
    {
        var split = new WordTokenizer().Tokenize(line);
        Assert.Equal(tokens, string.Join('|', split));
    }

    [Theory]
    [InlineData("a\uF900b", "a|￭\uF900|￭b")] // compatibility ideographs
    [InlineData("a︰b", "a|￭︰|￭b")] // vertical forms
    [InlineData("a\u3000b", "a|b")] // the ideographic space separates words as a space does
    [InlineData("a가b", "a가b")] // Korean is written with spaces
    public void Ideographs_and_their_signs_stand_alone_in_every_block(string line, string tokens) =>
        Assert.Equal(tokens, string.Join('|', new WordTokenizer().Tokenize(line)));

    [Theory]
    [InlineData("می\u200Cخواهم کتاب\u200Cها", "می\u200Cخواهم|کتاب\u200Cها")]
    [InlineData("ක්\u200Dෂ.", "ක්\u200Dෂ|￭.")]
    [InlineData("co\u00ADoperate 3.\u00AD5", "co\u00ADoperate|3|￭.\u00AD|￭5")]
    [InlineData("\u200Fشالوم\u200F. (a\u2060)", "\u200Fشالوم\u200F|￭.|(|￭a\u2060|￭)")]
    [InlineData("爱\u200C你 \u200E 👩\u200D👩\u200D👧👧", "爱\u200C|你|\u200E|👩\u200D👩\u200D👧👧")]
    [InlineData("!\u00AD￭\u200Da ▁\u200D", "!\u00AD|￭￭|￭\u200Da|▁|￭\u200D")]
    [InlineData("ไป\u200Bมา", "ไป|￭\u200B|￭มา")] // a zero width space separates words
    public void Format_characters_belong_to_the_word(string line, string tokens)
    {
        Assert.Equal(tokens, string.Join('|', new WordTokenizer().Tokenize(line)));
        Assert.Equal(line, new WordTokenizer().Detokenize(tokens.Split('|')));
    }

    [Fact]
    public void Joined_signs_of_any_number_are_one_token()
    {
        var line = string.Concat(Enumerable.Repeat("👩\u200D👧\u200D", 100_000));
        Assert.Equal([line], new WordTokenizer().Tokenize(line));
    }

    [Theory]
    [InlineData("a man , sleeping .")]
    [InlineData("the man 's well-known dog did n't bark ... ( twice )")]
    [InlineData("a boy &apos;s t-shirt says &quot; hi &amp; bye &quot; .")]
    [InlineData("\" 3.5 \" -- he said , ' no '")]
    public void A_line_that_is_tokenised_already_keeps_its_tokens(string line) =>
        Assert.Equal(line.Split(' '), new WordTokenizer().Tokenize(line));

    [Property(MaxTest = 500)]
    public void Joining_undoes_splitting_up_to_white_space(string? any, Draw draw) =>
        draw.ForEach(["word", "char"], (name, draw) =>
        {
            var tokenizer = Tokenizers.Kind(name).Tokenizer!;
            foreach (var line in (string[])[any ?? "", draw.Text(Awkward)])
                Assert.Equal(NormaliseSpace(line), tokenizer.Detokenize(tokenizer.Tokenize(line)));
        });

    [Fact]
    public void Joining_accepts_any_tokens() =>
        Assert.Equal(" .. <unk> 我x", new WordTokenizer().Detokenize(["", "￭ .", "￭.", "<unk>", "我", "￭x"]));

    [Fact]
    public void Characters_are_tokens_and_a_space_is_a_visible_one()
    {
        var tokenizer = new CharacterTokenizer();
        Assert.Equal(["我", "a", "▁", "b", "😀", "▁▁"], tokenizer.Tokenize(" 我a  b😀▁ "));
        Assert.Equal("我a b😀▁", tokenizer.Detokenize(["我", "a", "▁", "b", "😀", "▁▁"]));
    }

    [Fact]
    public void An_unknown_tokenizer_is_answered_with_those_that_exist()
    {
        var failure = Assert.Throws<InputException>(() => Tokenizers.Kind("syllable"));
        Assert.Equal("unknown tokenizer 'syllable'; choose one of word, char, bpe", failure.Message);
        Assert.All(Tokenizers.Names, name => Assert.Equal(name, Tokenizers.Kind(name).Name));
    }

    [Theory]
    [InlineData("我现在爱你。", "char")]
    [InlineData("我用 GPU 训练模型。", "char")]
    [InlineData("I love you now.", "word")]
    [InlineData("나는 너를 사랑해", "word")]
    [InlineData("42", "word")]
    public void The_script_tells_which_tokenizer_suits(string line, string expected) =>
        Assert.Equal(expected, Tokenizers.Guess([line]));

    private static string NormaliseSpace(string text)
    {
        var normal = new StringBuilder();
        var space = false;
        foreach (var unit in text)
        {
            if (char.IsWhiteSpace(unit))
            {
                space = normal.Length > 0;
                continue;
            }

            normal.Append(space ? " " : "").Append(unit);
            space = false;
        }

        return normal.ToString();
    }
}
