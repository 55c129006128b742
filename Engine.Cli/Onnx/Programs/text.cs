using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

/// <summary>How the model reads and writes text: what engine does, in short.</summary>
internal sealed class ModelText
{
    /// <summary>The ids of the special tokens; labels and other tokens follow.</summary>
    public const int Unknown = 1, Begin = 2, End = 3, FirstToken = 4;

    private readonly JsonElement configuration;
    private readonly Side source, target;

    public ModelText(string folder)
    {
        configuration = Side.Json(folder, "config.json");
        var isOne = File.Exists(Path.Combine(folder, "vocab.json")); // of both sides
        source = new Side(folder, isOne ? "" : "source_", Setting("sourceTokenizer"));
        target = isOne ? source
            : Setting("task") == "classify" ? new Side(folder, "labels.json")
            : new Side(folder, "target_", Setting("targetTokenizer"));
        var isLearned = Setting("architecture") == "transformer" && Setting("positions") == "learned";
        KnownPositions = isLearned ? configuration.GetProperty("maxLength").GetInt32() : int.MaxValue;
        if (Is("nfkc") && "\uFF21".Normalize(NormalizationForm.FormKC) != "A")
            throw new InvalidOperationException("The model normalizes text to NFKC, for which .NET needs libicu.");
    }

    /// <summary>The most tokens of a line, with its end, and of a translation.</summary>
    public int KnownPositions { get; }

    /// <summary>The most tokens of a translation; a word may become many characters.</summary>
    public int LongestTranslation(int sourceLength)
    {
        var growsToCharacters = Setting("targetTokenizer") == "char" && Setting("sourceTokenizer") != "char";
        return Math.Min(KnownPositions, (sourceLength * (growsToCharacters ? 12 : 2)) + 10);
    }

    public List<long> Encode(string line)
    {
        if (string.IsNullOrWhiteSpace(line)) return [];
        if (Is("nfkc")) line = line.Normalize(NormalizationForm.FormKC);
        return source.Encode(Is("lowercase") ? Lower(line) : line);
    }

    public string Decode(IEnumerable<int> ids) => Regex.Replace(
        target.Decode(ids), "[\u000A-\u000D\u001C-\u001E\u0085\u2028\u2029]", " "); // a line stays a line

    public string Label(int index) => target.Tokens[FirstToken + index];

    // As Python's str.lower: a sigma that ends a word has a form of its own, and İ becomes two characters.
    private static string Lower(string line)
    {
        var runes = line.EnumerateRunes().ToArray();
        return string.Concat(runes.Select((rune, i) => rune.Value switch
        {
            'İ' => "i\u0307",
            'Σ' when HasCase(runes[..i].Reverse()) && !HasCase(runes[(i + 1)..]) => "ς",
            _ => Rune.ToLowerInvariant(rune).ToString(),
        }));
    }

    // Whether the first letter is one of two cases; marks and signs that stand within words do not count.
    private static bool HasCase(IEnumerable<Rune> letters)
    {
        const string Signs = "'.:\u00B7\u0387\u055F\u05F4\u2018\u2019\u2024\u2027\uFE13\uFE52\uFE55\uFF07\uFF0E\uFF1A";
        var first = letters.SkipWhile(letter => Signs.Contains(letter.ToString(), StringComparison.Ordinal)
            || Rune.GetUnicodeCategory(letter) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
                or UnicodeCategory.Format or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol)
            .FirstOrDefault();
        return first.Value is 0xAA or 0xBA or (>= 0x2160 and <= 0x217F) or (>= 0x24B6 and <= 0x24E9)
            || Rune.GetUnicodeCategory(first) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter
                or UnicodeCategory.TitlecaseLetter;
    }

    private bool Is(string key) => configuration.GetProperty(key).GetBoolean();

    private string Setting(string key) => configuration.GetProperty(key).GetString()!;
}

/// <summary>The tokenizer and the vocabulary of the source or of the target.</summary>
internal sealed class Side
{
    private readonly Dictionary<string, int> ids = [];
    private readonly Dictionary<(string, string), int> ranks = [];
    private readonly string tokenizer = "";

    public Side(string folder, string vocabulary)
    {
        foreach (var token in Json(folder, vocabulary).EnumerateObject().OrderBy(token => token.Value.GetInt32()))
        {
            if (Tokens.Count >= ModelText.FirstToken) ids.Add(token.Name, Tokens.Count); // a text has no special tokens
            Tokens.Add(token.Name);
        }
    }

    public Side(string folder, string prefix, string tokenizer) : this(folder, prefix + "vocab.json")
    {
        this.tokenizer = tokenizer;
        if (tokenizer != "bpe") return;
        foreach (var pair in File.ReadLines(Path.Combine(folder, prefix + "merges.txt")).Skip(1))
            ranks.Add((pair.Split(' ')[0], pair.Split(' ')[1]), ranks.Count);
    }

    public List<string> Tokens { get; } = [];

    public static JsonElement Json(string folder, string name) =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, name))).RootElement;

    public List<long> Encode(string line)
    {
        var tokens = tokenizer switch
        {
            "word" => new WordSplitter(line).Tokens(),
            "char" => Characters(line),
            "bpe" => line.Split(' ').SelectMany(Pieces),
            _ => throw new NotSupportedException($"The tokenizer {tokenizer} is not known."),
        };
        return [.. tokens.Select(token => (long)ids.GetValueOrDefault(token, ModelText.Unknown))];
    }

    public string Decode(IEnumerable<int> chosen)
    {
        var tokens = chosen.Where(id => id is ModelText.Unknown or >= ModelText.FirstToken).Select(id => Tokens[id]);
        return tokenizer switch
        {
            "word" => WordSplitter.Join(tokens),
            "char" => string.Concat(tokens.Select(token => token == "▁" ? " " : token == "▁▁" ? "▁" : token)),
            _ => OfPieces(tokens),
        };
    }

    /// <summary>A token a character; ▁ is the space between two of them, and ▁▁ the character ▁.</summary>
    private static IEnumerable<string> Characters(string line) =>
        Regex.Replace(line.Trim(), @"\s+", " ").EnumerateRunes().Select(rune =>
            rune.Value == ' ' ? "▁" : rune.Value == '▁' ? "▁▁" : rune.ToString());

    /// <summary>Byte-pair encoding of a word: characters, or unknown characters' bytes, merged by rank.</summary>
    private List<string> Pieces(string word)
    {
        List<string> pieces = ["▁", .. word.EnumerateRunes().Select(rune => rune.ToString()).SelectMany(character =>
            character != "▁" && ids.ContainsKey(character)
                ? [character] : Encoding.UTF8.GetBytes(character).Select(value => $"<0x{value:X2}>"))];
        while (true)
        {
            var (lowest, at) = (int.MaxValue, -1);
            for (var i = 0; i + 1 < pieces.Count; i++)
            {
                if (ranks.TryGetValue((pieces[i], pieces[i + 1]), out var rank) && rank < lowest)
                    (lowest, at) = (rank, i);
            }
            if (at < 0) return pieces;
            pieces[at] += pieces[at + 1];
            pieces.RemoveAt(at + 1);
        }
    }

    private static string OfPieces(IEnumerable<string> pieces)
    {
        var bytes = Encoding.Latin1.GetString([.. pieces.SelectMany(piece => Regex.IsMatch(piece, "^<0x[0-9A-F]{2}>$")
            ? [Convert.ToByte(piece[3..5], 16)] : Encoding.UTF8.GetBytes(piece.Replace('▁', ' ')))]);
        // Three bytes that spell half a surrogate pair are one character that is none.
        bytes = Regex.Replace(bytes, "\u00ED[\u00A0-\u00BF][\u0080-\u00BF]", "\u00EF\u00BF\u00BD");
        var text = Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(bytes));
        return text.StartsWith(' ') ? text[1..] : text;
    }
}

/// <summary>Splits a line into words, signs and single Chinese characters.</summary>
/// <remarks>
/// A token that was attached to the token before it begins with ￭; a Chinese character after a space with ▁.
/// </remarks>
internal sealed class WordSplitter(string line)
{
    private readonly Rune[] runes = [.. line.EnumerateRunes()];

    private enum Kind
    {
        None,
        Space,
        Cjk,
        Word,
        Sign,
        Format,
    }

    public IEnumerable<string> Tokens()
    {
        var (first, attached, afterCjk) = (true, false, false);
        for (int start = 0, end; start < runes.Length; start = end)
        {
            var kind = KindAt(start);
            end = kind switch
            {
                Kind.Space => start + 1,
                Kind.Cjk => EndOfFormat(start + 1),
                Kind.Word or Kind.Format => EndOfWord(start),
                _ => (attached ? 0 : EndOfClitic(start)) is > 0 and var clitic ? clitic : EndOfSigns(start),
            };
            if (kind != Kind.Space)
            {
                var (text, isCjk) = (string.Concat(runes[start..end]), kind == Kind.Cjk);
                yield return first || attached == (afterCjk && isCjk) ? text : (attached ? "￭" : "▁") + text;
                (first, afterCjk) = (false, isCjk);
            }
            attached = kind != Kind.Space;
        }
    }

    public static string Join(IEnumerable<string> tokens)
    {
        var (text, afterCjk) = (new StringBuilder(), false);
        foreach (var token in tokens)
        {
            var isAttached = token.Length > 1 && token[0] == '￭';
            var isSpaced = token.Length > 1 && token[0] == '▁' && IsCjk(token[1..]);
            var content = isAttached || isSpaced ? token[1..] : token;
            var isCjk = IsCjk(content);
            if (text.Length > 0 && !isAttached && (isSpaced || !(afterCjk && isCjk))) text.Append(' ');
            text.Append(content);
            afterCjk = isCjk;
        }
        return text.ToString();
    }

    // Letters and digits, with ' ’ - between them, and . , between digits.
    private int EndOfWord(int start)
    {
        for (var end = start; ; end++)
        {
            while (KindAt(end) is Kind.Word or Kind.Format) end++;
            if (KindAt(end + 1) != Kind.Word) return end;
            var isWithin = runes[end].Value is '\'' or '’' or '-'
                || (runes[end].Value is '.' or ',' && IsDigit(runes[end - 1]) && IsDigit(runes[end + 1]));
            if (!isWithin) return end;
        }
    }

    // 's, 're, &apos;s and &quot; that stand alone, as in tokenized text; 0 for none.
    private int EndOfClitic(int start)
    {
        var end = EndOfLetters(start + 1);
        var fits = runes[start].Value is '\'' or '’' && end - start is 2 or 3;
        if (runes[start].Value == '&' && end > start + 1 && end < runes.Length && runes[end].Value == ';')
            (end, fits) = (EndOfLetters(end + 1), true);
        return fits && KindAt(end) is Kind.None or Kind.Space ? end : 0;
    }

    // A run of one sign, such as ...; signs go on after a zero width joiner.
    private int EndOfSigns(int start)
    {
        if (IsMark(start)) return start + 1;
        while (true)
        {
            var end = start + 1;
            while (end < runes.Length && runes[end] == runes[start]) end++;
            end = EndOfFormat(end);
            if (runes[end - 1].Value != 0x200D || KindAt(end) != Kind.Sign || IsMark(end)) return end;
            start = end;
        }
    }

    private int EndOfLetters(int start) =>
        start < runes.Length && runes[start].IsAscii && Rune.IsLetter(runes[start]) ? EndOfLetters(start + 1) : start;

    private int EndOfFormat(int start) => KindAt(start) == Kind.Format ? EndOfFormat(start + 1) : start;

    private bool IsMark(int at) => runes[at].Value is '￭' or '▁';

    private static bool IsDigit(Rune rune) => rune.Value is >= '0' and <= '9';

    private static bool IsCjk(string text) =>
        Rune.DecodeFromUtf16(text, out var rune, out _) == System.Buffers.OperationStatus.Done && IsCjk(rune);

    private static bool IsCjk(Rune rune) => rune.Value is (>= 0x2E80 and <= 0x312F and not 0x3000)
        or (>= 0x31A0 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF)
        or (>= 0xFE30 and <= 0xFE4F) or (>= 0xFF01 and <= 0xFF60) or (>= 0x20000 and <= 0x3FFFF);

    private Kind KindAt(int at) => at >= runes.Length ? Kind.None
        : Rune.IsWhiteSpace(runes[at]) ? Kind.Space
        : IsCjk(runes[at]) ? Kind.Cjk
        : Rune.GetUnicodeCategory(runes[at]) switch
        {
            UnicodeCategory.Format when runes[at].Value != 0x200B => Kind.Format,
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.EnclosingMark => Kind.Word,
            _ => Rune.IsLetter(runes[at]) || Rune.IsNumber(runes[at]) ? Kind.Word : Kind.Sign,
        };
}
