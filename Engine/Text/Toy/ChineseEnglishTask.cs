
namespace Engine.Text;

/// <summary>
/// Translates Chinese to English by a small grammar. The word orders differ: Chinese puts time and place before the
/// verb, English at the end of the sentence. Chinese has 把, 被, measure words, question words in the place of the
/// answer, and relative clauses before their noun.
/// </summary>
internal sealed class ChineseEnglishTask : IToyTask
{
    private const int MostCharacters = 14;
    private const int MostWords = 12;

    private static readonly (int Weight, Func<RandomStream, (string Chinese, string English)> Draw)[] Grammar =
    [
        (42, random => Pair(Clauses.Plain(random))),
        (10, random => Pair(Clauses.Wh(random))),
        (8, random => Pair(Clauses.Disposal(random))),
        (5, random => Pair(Clauses.Going(random))),
        (4, random => Pair(Clauses.Giving(random))),
        (8, Patterns.Passive),
        (6, Patterns.Quality),
        (4, Patterns.Comparison),
        (4, Patterns.Existence),
        (3, Patterns.Possession),
        (2, Patterns.Identity),
        (3, Patterns.Request),
        (4, Patterns.Relative),
        (3, Patterns.Report),
    ];

    private static readonly int Weights = Grammar.Sum(pattern => pattern.Weight);

    public string Name => "zh-en";

    public string SourceLanguage => "zh";

    public string TargetLanguage => "en";

    public string SourceTokenizer => "char";

    public string TargetTokenizer => "word";

    public IReadOnlyList<(string Source, string Target)> HeldOut { get; } = [("我现在爱你", "I love you now")];

    public IEnumerable<(string Source, string Target)> Generate(RandomStream random)
    {
        while (true)
        {
            var remainder = random.NextInteger(Weights);
            var pattern = 0;
            while (remainder >= Grammar[pattern].Weight)
                remainder -= Grammar[pattern++].Weight;
            var (chinese, english) = Grammar[pattern].Draw(random);
            if (chinese.Length <= MostCharacters && english.Count(' '.Equals) < MostWords)
                yield return (chinese, english);
        }
    }

    private static (string, string) Pair(Clause clause) => (clause.Chinese, clause.English);
}
