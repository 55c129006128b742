using System.Text;
using Engine.Text;

namespace Engine.Tests.Text;

public sealed class BleuTokenizerTests
{
    [Theory]
    [InlineData("13a", "Hello, world!", "Hello , world !")]
    [InlineData("13a", "It's 3.5% of 1,000.", "It's 3.5 % of 1,000 .")]
    [InlineData("13a", "x-ray 1-2 (a/b)", "x-ray 1 - 2 ( a / b )")]
    [InlineData("13a", "&quot;a&quot; &amp;lt; &gt;b&lt;", "\" a \" < > b <")]
    [InlineData("13a", "a<skipped>b", "ab")]
    [InlineData("13a", "a-\nb\nc", "ab c")]
    [InlineData("13a", "end.", "end .")]
    [InlineData("13a", ".5 5.", ". 5 5 .")]
    [InlineData("13a", "a,.b", "a , . b")]
    [InlineData("13a", "„a“ — 日本。", "„a“ — 日本。")]
    [InlineData("none", " Hello,\u00A0 world!\u3000a\u001Cb ", "Hello, world! a b")]
    [InlineData("char", "ab c😀", "a b c 😀")]
    [InlineData("zh", "我有3.5个apples，对吗?", "我 有 3.5 个 apples ， 对 吗 ?")]
    [InlineData("zh", "a—b“c”", "a — b “ c ”")]
    [InlineData("zh", "𠀀𠀁", "𠀀𠀁")]
    [InlineData("intl", "Hello, „world“! 3.5 5,a", "Hello , „ world “ ! 3.5 5 , a")]
    [InlineData("intl", "1€ a+b 😀x", "1 € a + b 😀 x")]
    public void It_tokenizes_as_sacreBLEU_does(string name, string line, string expected) =>
        Assert.Equal(expected, Tokens(name, line));

    [Theory]
    [InlineData("ÄÖ Éa", "äö éa")]
    [InlineData("\u0130x", "i\u0307x")]
    [InlineData("ΟΔΟΣ ΣΑ Σ", "οδος σα σ")]
    [InlineData("ΟΔΟΣ'Α ΟΣ. Α'Σ", "οδοσ'α ος. α'ς")]
    public void Lower_case_follows_Python(string text, string expected) =>
        Assert.Equal(expected, PythonText.Lower(text));

    [Theory]
    [InlineData(56.25, 1, "56.2")]
    [InlineData(56.75, 1, "56.8")]
    [InlineData(0.15, 1, "0.1")]
    [InlineData(0.25, 1, "0.2")]
    [InlineData(41.02, 2, "41.02")]
    [InlineData(0.125, 2, "0.12")]
    [InlineData(100.00000000000004, 2, "100.00")]
    [InlineData(0.0625, 3, "0.062")]
    public void A_tie_is_rounded_to_the_even_digit(double number, int decimals, string expected) =>
        Assert.Equal(expected, PythonText.Fixed(number, decimals));

    private static string Tokens(string name, string line)
    {
        var text = new StringBuilder();
        foreach (var codePoint in new BleuTokenizer(name).Tokenize(line))
            text.Append(PythonText.IsSpace(codePoint) ? " " : new Rune(codePoint).ToString());
        return string.Join(' ', text.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }
}
