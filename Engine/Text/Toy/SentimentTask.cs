
namespace Engine.Text;

/// <summary>
/// Opinions, labelled positive or negative. Single words do not determine the label: "not", "hardly" and "never" invert
/// the opinion that follows, and of two opinions joined by "but" or "although" only one counts.
/// </summary>
internal sealed class SentimentTask : IToyTask
{
    private static readonly string[] Things =
    [
        "film", "book", "meal", "hotel", "concert", "teacher", "plot", "service", "soup", "room", "show", "ending",
        "music", "game", "story", "waiter",
    ];

    private static readonly string[] Good =
    [
        "good", "great", "lovely", "brilliant", "charming", "funny", "clever", "beautiful", "moving", "perfect",
        "pleasant", "exciting",
    ];

    private static readonly string[] Bad =
    [
        "bad", "awful", "boring", "terrible", "rude", "dull", "ugly", "weak", "silly", "disappointing", "slow", "sad",
    ];

    private static readonly string[] Liked = ["loved", "enjoyed", "liked", "praised", "admired"];

    private static readonly string[] Disliked = ["hated", "disliked", "regretted", "criticized", "mocked"];

    private static readonly string[] People = ["i", "we", "my friend", "everyone", "the critics", "my sister"];

    private static readonly string[] Inversions = ["not", "hardly", "never"];

    private static readonly string[] Degrees = ["very", "really", "quite", "so", "rather"];

    private static readonly string[] Asides =
        ["last week", "on monday", "in the evening", "with my family", "after work", "as a child"];

    /// <summary>Whether a word is an opinion, inverts one, or says which of two counts.</summary>
    internal static bool Decides(string word) =>
        Good.Contains(word) || Bad.Contains(word) || Liked.Contains(word) || Disliked.Contains(word)
        || Inversions.Contains(word) || word is "but" or "although";

    public string Name => "sentiment";

    public string SourceLanguage => "text";

    public string TargetLanguage => "label";

    public string SourceTokenizer => "word";

    public string TargetTokenizer => "word";

    public bool HasLabels => true;

    public IReadOnlyList<(string Source, string Target)> HeldOut => [];

    public IEnumerable<(string Source, string Target)> Generate(RandomStream random)
    {
        while (true)
        {
            var (text, isPositive) = Opinion(random);
            if (random.NextInteger(3) == 0)
            {
                var (other, otherIsPositive) = Opinion(random);
                // The label is that of B in "although A , B", in "A but B" and in "B although A".
                (text, isPositive) = random.NextInteger(3) switch
                {
                    0 => ($"{text} but {other}", otherIsPositive),
                    1 => ($"although {text} , {other}", otherIsPositive),
                    _ => ($"{text} although {other}", isPositive),
                };
            }
            yield return (text, isPositive ? "positive" : "negative");
        }
    }

    private static (string Text, bool IsPositive) Opinion(RandomStream random)
    {
        var isPositive = random.NextInteger(2) == 0;
        var isInverted = random.NextInteger(3) == 0;
        var thing = Pick(Things, random);
        var aside = random.NextInteger(3) == 0 ? $" {Pick(Asides, random)}" : "";
        string text;
        if (random.NextInteger(3) > 0)
        {
            var quality = Pick(isPositive ? Good : Bad, random);
            var degree = random.NextInteger(2) == 0 ? $"{Pick(Degrees, random)} " : "";
            var inversion = isInverted ? $"{Pick(Inversions, random)} " : "";
            text = $"the {thing} was {inversion}{degree}{quality}{aside}";
        }
        else
        {
            var verb = Pick(isPositive ? Liked : Disliked, random);
            text = $"{Pick(People, random)} {(isInverted ? "never " : "")}{verb} the {thing}{aside}";
        }
        return (text, isPositive != isInverted);
    }

    private static string Pick(string[] words, RandomStream random) => words[random.NextInteger(words.Length)];
}
