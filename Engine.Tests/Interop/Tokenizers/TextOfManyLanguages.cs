using Engine.Text;

namespace Engine.Tests.Interop;

/// <summary>Lines of several languages, and lines that are hard to cut; the same lines in every run.</summary>
internal static class TextOfManyLanguages
{
    // The characters of a kind of line, as ranges of Unicode; a line draws from one kind.
    private static readonly (int First, int Last)[][] Kinds =
    [
        [(0x0600, 0x06FF), (' ', ' '), (' ', ' ')], // Arabic, with marks and digits
        [(0x0900, 0x097F), (' ', ' '), (0x200C, 0x200D)], // Devanagari, with combining marks and joiners
        [(0x0E01, 0x0E3A), (0x0E3F, 0x0E5B)], // Thai, without spaces
        [(0xAC00, 0xD7A3), (' ', ' ')], // Korean
        [(0x1100, 0x11FF), (0x3130, 0x318F), (' ', ' ')], // its letters one by one
        [(0x0590, 0x05F4), (' ', ' ')], // Hebrew
        [(0x0370, 0x03FF), (' ', ' '), (0x1F00, 0x1FFE)], // Greek
        [(0x0400, 0x052F), (' ', ' ')], // Cyrillic
        [(0x1F300, 0x1FAFF), (0x200D, 0x200D), (0xFE0F, 0xFE0F), (0x1F3FB, 0x1F3FF)], // emoji, joined
        [(0x0001, 0x001F), (0x007F, 0x009F), ('a', 'z'), (' ', ' ')], // control characters
        [(0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2064), (0xFEFF, 0xFEFF), (0x00AD, 0x00AD), ('a', 'z')],
        [(0xFF01, 0xFFEE), ('A', 'z'), (0x4E00, 0x4E20), (0x3000, 0x3002)], // full-width forms
        [(0xFB00, 0xFB06), (0x2150, 0x218B), (0x3300, 0x33FF), (0x00A0, 0x00FF), (0x2460, 0x24FF)], // for NFKC
        [(0x0300, 0x036F), ('a', 'z'), (0x00C0, 0x024F), (0x1E00, 0x1EFF)], // marks on letters
        [(' ', ' '), (' ', ' '), ('\t', '\t'), (0x2000, 0x200A), ('x', 'x')], // runs of white space
        [(0x20000, 0x2A6DF), (0x4E00, 0x9FFF)], // rare Chinese characters
        [(0x21, 0x7E), (' ', ' ')], // signs and brackets
        [(0x0001, 0xD7FF), (0xE000, 0xFFFF), (0x10000, 0x10FFFF)], // anything
    ];

    private static readonly string[] German =
    [
        "Die", "größten", "Übungen", "für", "Straßenbahnfahrer", "in", "München", "dauern", "fünfundzwanzig",
        "Minuten,", "sagt", "Jürgen", "Müller-Lüdenscheidt;", "„Äpfel“", "kosten", "3,50 €", "z. B.", "heißt", "GRÖSSE",
        "ẞ", "weiß",
    ];

    private static readonly string[] Known =
    [
        "", " ", "  ", "a  b   c ", "\t", "a\tb", "\u3000",
        "👩\u200D👩\u200D👧\u200D👦 🏳️\u200D🌈 👍🏽", "e\u0301 é ﬁ ①ＡＢ",
        "<0x41> <0xE2>", "don't 'tis 3.5 1,000 ...", "क्षत्रिय हिन्दी", "ภาษาไทย", "한국어 ㅎㅏㄴ", "العربية ١٢٣",
        "İstanbul ŞIĞ",
        "\u2028\u2029\u0085", "\uFFFD\uFFFE\uFFFF", "ﷺ ㍿ ℡ ½ ǆ", "\u0344\u0343\u1E9B\u0323", "ABC abc ＡＢＣ ａｂｃ",
    ];

    /// <summary>More than 10,000 lines.</summary>
    public static IReadOnlyList<string> Lines()
    {
        var random = new RandomStream(17);
        var corpus = new[] { "train.zh", "train.en" }
            .SelectMany(name => File.ReadLines(InRepository("data", "zh-en", name)).Take(2_000));
        var toys = ToyTasks.All.Where(task => task.Name != ToyTasks.DefaultName).SelectMany(task =>
            ToyCorpus.Generate(task, 400, seed: 3).Train.SelectMany(pair => (string[])[pair.Source, pair.Target]));
        var german = Enumerable.Range(0, 1_000)
            .Select(_ => string.Join(' ', Draw(random, 10, () => German[random.NextInteger(German.Length)])));
        var hard = Enumerable.Range(0, 4_000)
            .Select(i => string.Concat(Draw(random, 30, () => CharacterOf(Kinds[i % Kinds.Length], random))));
        return [.. Known, .. corpus, .. toys, .. german, .. hard];
    }

    private static IEnumerable<string> Draw(RandomStream random, int most, Func<string> draw) =>
        Enumerable.Range(0, 1 + random.NextInteger(most)).Select(_ => draw());

    private static string CharacterOf((int First, int Last)[] kind, RandomStream random)
    {
        var (first, last) = kind[random.NextInteger(kind.Length)];
        return char.ConvertFromUtf32(first + random.NextInteger(last - first + 1));
    }

    /// <summary>A path within the repository.</summary>
    public static string InRepository(params string[] parts)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Engine.sln"))) folder = folder.Parent!;
        return Path.Combine([folder.FullName, .. parts]);
    }
}
