using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Text;

namespace Engine.Tests.Text;

public sealed class BpeTests : IDisposable
{
    private const string Awkward =
        "ab Z09  .,'’-?!… 我爱你。？，　ーカ가é\u0301\u200D\u200C\u00AD\u200F\u200B\u00A0"
        + "\u2028\t\r\n\0￭▁😀𠀀\uD840\uDC00\uD83D\uDE00\uFFFD<0x41>&_#";

    private static readonly string[] Text =
    [
        "the house. the houses, the mouse! 100 mice; \"the house\"", "我爱你。 我爱房子。 the 房子 is old",
        "a\tb a\tb <unk> <unk> <0x41> <0x41> #version #version e\u0301 e\u0301 😀😀 ▁▁",
    ];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_most_frequent_pair_is_merged_first_and_of_equal_ones_the_oldest()
    {
        // ▁ab five times, ▁abc twice, ▁cab twice: ab 9; ▁a 7, of which the first merge takes all.
        var bpe = BpeTrainer.Train(["ab ab ab ab ab", "abc abc cab cab"], 10);
        Assert.Equal([("a", "b"), ("▁", "ab"), ("c", "ab"), ("▁", "cab"), ("▁ab", "c")], bpe.Merges);
        Assert.Equal(["▁ab", "▁abc", "▁cab", "c", "▁", "b"], bpe.Tokenize("ab abc cabc b"));
        Assert.Equal(bpe.Merges.Take(2), BpeTrainer.Train(["ab ab ab ab ab", "abc abc cab cab"], 2).Merges);
    }

    [Theory]
    [InlineData("کتاب\u200Cها")]
    [InlineData("ක්\u200Dෂ")]
    [InlineData("co\u00ADoperate")]
    [InlineData("\u200Fשלום")]
    [InlineData("👩\u200D👩\u200D👧")]
    public void Format_characters_do_not_keep_merges_apart(string word)
    {
        var bpe = BpeTrainer.Train([$"{word} {word}1 {word}1"], 100);
        Assert.Equal(["▁" + word], bpe.Tokenize(word));
        Assert.Equal(["▁" + word, "1"], bpe.Tokenize(word + "1")); // the number stays apart
    }

    [Fact]
    public void A_vocabulary_is_the_special_tokens_the_bytes_the_characters_and_what_is_merged()
    {
        var vocabulary = BpeTrainer.Train(["ba ba x"], 10).Vocabulary;
        Assert.Equal(
            ["<pad>", "<unk>", "<bos>", "<eos>", "<0x00>", "<0x01>"],
            Enumerable.Range(0, 6).Select(vocabulary.TokenOf));
        Assert.Equal( // x occurs once and goes by its byte
            ["<0xFF>", "a", "b", "▁", "ba", "▁ba"], Enumerable.Range(259, 6).Select(vocabulary.TokenOf));
        Assert.Equal(265, vocabulary.Count);
    }

    private static readonly BpeTokenizer[] Learned =
    [
        BpeTrainer.Train([], 10), BpeTrainer.Train([.. Text, Awkward, Awkward], 200, splitsPunctuation: true),
        BpeTrainer.Train([.. Text, Awkward, Awkward], 200, splitsPunctuation: false),
    ];

    [Property(MaxTest = 500)]
    public void Joining_undoes_splitting_exactly(string? any, Draw draw) => draw.ForEach(Learned, (bpe, draw) =>
    {
        var encoder = new TextEncoder(bpe, bpe.Vocabulary);
        foreach (var line in (string[])[any ?? "", draw.Text(Awkward)])
        {
            Assert.Equal(line, bpe.Detokenize(bpe.Tokenize(line)));
            Assert.Equal(line, bpe.Detokenize(bpe.Tokenize(line, 0.5, new RandomStream(line.Length))));
            var ids = encoder.Encode(line);
            if (!string.IsNullOrWhiteSpace(line)) Assert.Equal(line, encoder.Decode(ids));
            Assert.DoesNotContain(Vocabulary.Unknown, ids);
        }
    });

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("  a   b  ")]
    [InlineData("▁ ▁a \t\0\uFFFD")]
    [InlineData("\uD83D \uDE00 👩‍👩‍👧 e\u0301")]
    [InlineData("<unk><pad><0x41> <0x0a>")]
    public void White_space_and_marks_come_back_as_they_were(string line)
    {
        var bpe = BpeTrainer.Train(Text, 100);
        Assert.Equal(line, bpe.Detokenize(bpe.Tokenize(line)));
    }

    [Fact]
    public void What_is_unknown_is_spelt_by_its_bytes_and_so_is_a_mark_of_the_text()
    {
        var bpe = BpeTrainer.Train(["a a"], 10);
        Assert.Equal(["▁a", "<0xC3>", "<0xA9>", "▁", "<0xE2>", "<0x96>", "<0x81>"], bpe.Tokenize("aé ▁"));
        Assert.Equal("\uFFFDa\uFFFD", bpe.Detokenize(["<0xC3>", "a", "<0xA9>"])); // what a model may well say
        Assert.Equal("<unk>", bpe.Detokenize(["<unk>"]));
    }

    [Fact]
    public void Merges_keep_to_letters_numbers_Chinese_or_signs_unless_punctuation_is_kept()
    {
        var split = BpeTrainer.Train([.. Text, .. Text], 500);
        var kept = BpeTrainer.Train([.. Text, .. Text], 500, splitsPunctuation: false);
        Assert.Equal(["▁house", "."], split.Tokenize("house."));
        Assert.Equal(["▁house."], kept.Tokenize("house."));
        Assert.Equal(["▁mouse", "!"], split.Tokenize("mouse!"));
        Assert.Equal(["▁我爱房子。"], kept.Tokenize("我爱房子。"));
        Assert.Equal(["▁我爱房子", "。"], split.Tokenize("我爱房子。"));
        foreach (var (left, right) in split.Merges)
        {
            var kinds = (left + right).TrimStart('▁').EnumerateRunes().Select(rune =>
                Cjk.Contains(rune) && System.Text.Rune.IsLetter(rune) ? 0
                : System.Text.Rune.IsNumber(rune) ? 1 : WordTokenizer.IsWordPart(rune) ? 2 : 3);
            Assert.True(kinds.Distinct().Count() <= 1, $"{left} {right}");
        }
    }

    [Fact]
    public void No_merge_makes_what_files_would_take_for_something_else()
    {
        var bpe = BpeTrainer.Train(Text.Concat(Text), 1000, splitsPunctuation: false);
        var made = bpe.Merges.Select(pair => pair.Left + pair.Right).ToArray();
        Assert.Contains("▁<unk>", made);
        Assert.DoesNotContain(made, token => token is "<unk>" or "<0x41>" || token.StartsWith("#version"));
        Assert.DoesNotContain(made, token => token.Any(char.IsWhiteSpace) || token.LastIndexOf('▁') > 0);
        Assert.All(bpe.Merges, pair => Assert.All(
            [pair.Left, pair.Right, pair.Left + pair.Right],
            token => Assert.NotEqual(Vocabulary.Unknown, bpe.Vocabulary.IdOf(token))));
    }

    [Fact]
    public void The_order_of_the_lines_does_not_matter()
    {
        var one = BpeTrainer.Train(Text, 300);
        var other = BpeTrainer.Train(Text.Reverse(), 300);
        Assert.Equal(one.Merges, other.Merges);
        Assert.Equal(Tokens(one), Tokens(other));
    }

    [Property(MaxTest = 200)]
    public void Merges_are_those_of_counting_all_pairs_anew_each_time(Draw draw)
    {
        string Word() => new([.. Enumerable.Range(0, draw.Integer(1, 8))
            .Select(_ => (char)('a' + draw.Integer(0, 2)))]);
        var words = Enumerable.Range(0, draw.Size()).Select(_ => Word()).ToArray();
        var bpe = BpeTrainer.Train([string.Join(' ', words)], 40);
        Assert.Equal(Counted(words, bpe.Vocabulary, 40), bpe.Merges);
        Assert.All(words, word => Assert.Equal(Ranked(word, bpe), bpe.Tokenize(word)));
    }

    [Fact]
    public void BPE_dropout_tokenizes_by_the_stream_and_a_probability_of_zero_changes_nothing()
    {
        var bpe = BpeTrainer.Train(Text, 300);
        var line = "the houses, the mouse";
        var tokenizations = Enumerable.Range(0, 20).Select(i =>
            string.Join('|', bpe.Tokenize(line, 0.3, new RandomStream(i))));
        Assert.True(tokenizations.Distinct().Count() > 5);
        Assert.Equal(bpe.Tokenize(line, 0.3, new RandomStream(7)), bpe.Tokenize(line, 0.3, new RandomStream(7)));
        Assert.Equal(bpe.Tokenize(line), bpe.Tokenize(line, 0, new RandomStream(7)));
        Assert.Throws<ArgumentOutOfRangeException>(() => bpe.Tokenize(line, 1, new RandomStream(7)));
    }

    [Fact]
    public void Threads_share_a_tokenizer()
    {
        var bpe = BpeTrainer.Train(Text, 300);
        var lines = Enumerable.Range(0, 2000).Select(i => $"{Text[i % 3]} house{i % 17}").ToArray();
        var parallel = new string[lines.Length];
        Parallel.For(0, lines.Length, i => parallel[i] = string.Join('|', bpe.Tokenize(lines[i])));
        var alone = BpeTrainer.Train(Text, 300);
        Assert.Equal(lines.Select(line => string.Join('|', alone.Tokenize(line))), parallel);
    }

    [Fact]
    public void Files_are_those_of_Hugging_Face_and_come_back()
    {
        var bpe = BpeTrainer.Train(["ba ba \" \""], 2);
        bpe.Save(folder["vocab.json"], folder["merges.txt"]);
        Assert.Equal("#version: 0.2\nb a\n▁ \"\n", File.ReadAllText(folder["merges.txt"]));
        var vocabulary = File.ReadAllText(folder["vocab.json"]);
        Assert.StartsWith(
            "{\n  \"<pad>\": 0,\n  \"<unk>\": 1,\n  \"<bos>\": 2,\n  \"<eos>\": 3,\n  \"<0x00>\": 4,\n", vocabulary);
        Assert.EndsWith(
            "  \"<0xFF>\": 259,\n  \"\\\"\": 260,\n  \"a\": 261,\n  \"b\": 262,\n  \"▁\": 263,\n  \"ba\": 264,\n"
            + "  \"▁\\\"\": 265\n}\n", vocabulary);
        var loaded = BpeTokenizer.Load(folder["vocab.json"], folder["merges.txt"]);
        Assert.Equal(bpe.Merges, loaded.Merges);
        Assert.Equal(Tokens(bpe), Tokens(loaded));
        Assert.Equal(bpe.Tokenize("baba \"x"), loaded.Tokenize("baba \"x"));
    }

    [Theory]
    [InlineData("b a\nb a\n", ":2: 'b a' is merged twice")]
    [InlineData("#version: 0.2\nb\n", ":2: 'b' is not two tokens with a space between them")]
    [InlineData("b a a\n", ":1: 'b a a' is not two tokens with a space between them")]
    [InlineData(" a\n", ":1: ' a' is not two tokens with a space between them")]
    [InlineData("b a\n\n", ":2: '' is not two tokens with a space between them")]
    [InlineData("b a\nb z\n", ":2: token 'z' is not in the vocabulary")]
    [InlineData("a b\n", ":1: token 'ab' is not in the vocabulary")]
    [InlineData("b a\nb ▁\n", ":2: 'b ▁' crosses a space, and tokenizer bpe merges within words")]
    public void Damaged_merges_are_refused_with_their_line(string merges, string message)
    {
        BpeTrainer.Train(["ba ba"], 1).Save(folder["vocab.json"], folder["merges.txt"]);
        File.WriteAllText(folder["merges.txt"], merges);
        var failure = Assert.Throws<InputException>(
            () => BpeTokenizer.Load(folder["vocab.json"], folder["merges.txt"]));
        Assert.Equal(
            $"{folder["merges.txt"]}{message}; restore the file that was saved with the model", failure.Message);
    }

    [Fact]
    public void A_vocabulary_without_the_bytes_is_refused()
    {
        Vocabulary.Build([["a", "▁"]]).Save(folder["vocab.json"]);
        var failure = Assert.Throws<InputException>(
            () => BpeTokenizer.Load(folder["vocab.json"], folder["merges.txt"]));
        Assert.Equal(
            $"{folder["vocab.json"]}: token '<0x00>' is missing, which a vocabulary of tokenizer bpe holds; restore "
            + "the file that was saved with the model", failure.Message);
    }

    [Theory]
    [InlineData("ÄÖ ﬁ ＡＢ①", true, false, "äö ﬁ ａｂ①")]
    [InlineData("ÄÖ ﬁ ＡＢ①", false, true, "ÄÖ fi AB1")]
    [InlineData("ÄÖ ﬁ ＡＢ①", true, true, "äö fi ab1")]
    [InlineData("E\u0301\uD83D", true, true, "\u00E9\uD83D")]
    [InlineData("E\u0301", false, true, "\u00C9")]
    public void Lines_take_their_form_before_they_are_cut(string line, bool lowercase, bool nfkc, string formed)
    {
        Assert.Equal(formed, new TextNormalizer(lowercase, nfkc).Normalize(line));
        var bpe = BpeTrainer.Train([], 0);
        var encoder = new TextEncoder(bpe, bpe.Vocabulary, new TextNormalizer(lowercase, nfkc));
        Assert.Equal(formed, encoder.Decode(encoder.Encode(line)));
        Assert.Equal(formed, encoder.Decode(encoder.Encode(line, 0.5, new RandomStream(1))));
        Assert.Equal(formed, encoder.RoundTrip(line));
    }

    private static IEnumerable<string> Tokens(BpeTokenizer bpe) =>
        Enumerable.Range(0, bpe.Vocabulary.Count).Select(bpe.Vocabulary.TokenOf);

    /// <summary>The word after each merge in turn, wherever the best merge that applies stands first.</summary>
    private static List<string> Ranked(string word, BpeTokenizer bpe)
    {
        List<string> tokens = ["▁", .. word.Select(letter => bpe.Vocabulary.IdOf($"{letter}") == Vocabulary.Unknown
            ? $"<0x{(int)letter:X2}>" : $"{letter}")];
        var ranks = bpe.Merges.Select((pair, rank) => (pair, rank))
            .ToDictionary(entry => entry.pair, entry => entry.rank);
        while (true)
        {
            var at = Enumerable.Range(0, tokens.Count - 1)
                .Where(i => ranks.ContainsKey((tokens[i], tokens[i + 1])))
                .OrderBy(i => ranks[(tokens[i], tokens[i + 1])]).Append(-1).First();
            if (at < 0)
                return tokens;
            tokens[at] += tokens[at + 1];
            tokens.RemoveAt(at + 1);
        }
    }

    /// <summary>The algorithm as the paper states it: count, merge everywhere, again.</summary>
    private static List<(string, string)> Counted(string[] words, Vocabulary ids, int most)
    {
        string Known(char letter) => ids.IdOf($"{letter}") == Vocabulary.Unknown ? "" : $"{letter}";
        var tokenized = words.Select(word => (List<string>)["▁", .. word.Select(Known)]).ToArray();
        var merges = new List<(string Left, string Right)>();
        while (merges.Count < most)
        {
            var best = tokenized.SelectMany(word => word.Zip(word.Skip(1)))
                .Where(pair => pair is not ("", _) and not (_, ""))
                .GroupBy(pair => pair).OrderByDescending(group => group.Count())
                .ThenBy(group => ids.IdOf(group.Key.First)).ThenBy(group => ids.IdOf(group.Key.Second))
                .FirstOrDefault();
            if (best is null || best.Count() < 2)
                break;
            var (left, right) = best.Key;
            if (!merges.Contains(best.Key))
                merges.Add(best.Key);
            foreach (var word in tokenized)
            {
                for (var i = 0; i + 1 < word.Count; i++)
                {
                    if (word[i] == left && word[i + 1] == right)
                    {
                        word[i] += right;
                        word.RemoveAt(i + 1);
                    }
                }
            }
        }

        return merges;
    }
}
