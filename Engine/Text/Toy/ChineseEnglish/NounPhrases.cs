
namespace Engine.Text;

/// <summary>
/// Draws noun phrases with articles, demonstratives, numbers with measure words, possessives and adjectives.
/// </summary>
/// <remarks>
/// Chinese has no articles and no plural. So that each Chinese phrase has only one translation, 一 is always "a", a
/// subject or an object of 把 without determiner gets "the", and any other object without determiner is plural.
/// </remarks>
internal static class NounPhrases
{
    private static readonly Phrase[] Pronouns =
    [
        new("我", "I", "me", Agreement.I),
        new("你", "you", "you", Agreement.Plural),
        new("他", "he", "him", Agreement.Singular),
        new("她", "she", "her", Agreement.Singular),
        new("我们", "we", "us", Agreement.Plural),
        new("他们", "they", "them", Agreement.Plural),
    ];

    private static readonly Phrase[] Names =
    [
        new("小明", "Xiaoming", Agreement.Singular),
        new("小红", "Xiaohong", Agreement.Singular),
        new("汤姆", "Tom", Agreement.Singular),
        new("玛丽", "Mary", Agreement.Singular),
    ];

    private static readonly Fixed[] Owners =
    [
        new("我", "my", ""), new("你", "your", ""), new("他", "his", ""), new("她", "her", ""),
        new("我们", "our", ""), new("他们", "their", ""),
    ];

    /// <summary>A subject: someone or something that acts.</summary>
    public static Phrase Subject(RandomStream random, string[] kinds)
    {
        var people = kinds.Contains("person");
        return random.NextInteger(100) switch
        {
            < 40 when people => random.Pick(Pronouns),
            < 58 when people => random.Pick(Names),
            < 70 when people => Kin(random),
            _ => Definite(random, people ? ["person"] : kinds),
        };
    }

    /// <summary>An object, which is never the same person as the subject.</summary>
    public static Phrase Object(RandomStream random, string[] kinds, Phrase subject, bool general)
    {
        if (kinds.Contains("person") && random.Chance(75))
            return Person(random, subject);
        var noun = random.Pick(Lexicon.NounsOf(kinds));
        if (noun.Kinds.Contains("kin"))
            return Kin(random);
        return random.NextInteger(100) switch
        {
            < 40 when general => Bare(noun),
            < 65 => Counted(random, noun),
            _ => Definite(random, noun, allowBare: false),
        };
    }

    /// <summary>A person other than <paramref name="subject"/>.</summary>
    public static Phrase Person(RandomStream random, Phrase subject)
    {
        while (true)
        {
            var someone = random.NextInteger(100) switch
            {
                < 55 => random.Pick(Pronouns),
                < 75 => random.Pick(Names),
                _ => Kin(random),
            };

            // "I love me" is no sentence, and two 他 in one sentence can be two men.
            if (someone.Chinese[0] != subject.Chinese[0])
                return someone;
        }
    }

    /// <summary>A definite noun phrase, with "the", "this", "that", "these", "those" or a possessive.</summary>
    public static Phrase Definite(RandomStream random, params string[] kinds)
    {
        var noun = random.Pick(Lexicon.NounsOf(kinds));
        return noun.Kinds.Contains("kin") ? Kin(random) : Definite(random, noun, allowBare: true);
    }

    /// <summary>A definite noun phrase of the given noun.</summary>
    public static Phrase Definite(RandomStream random, Noun noun, bool allowBare)
    {
        if (noun.Kinds.Contains("own") && random.Chance(35))
        {
            var owner = random.Pick(Owners);
            return new($"{owner.Chinese}的{noun.Chinese}", $"{owner.English} {noun.Singular}", Agreement.Singular);
        }

        if (noun.Plural == "-" || (allowBare && random.Chance(40)))
        {
            // Chinese does not distinguish "the tea" from tea in general: subjects and objects of 把 get "the".
            return allowBare ? new(noun.Chinese, $"the {noun.Singular}", Agreement.Singular) : Bare(noun);
        }

        var (chinese, english, plural) = random.Pick(Demonstratives);
        var (before, adjective) = Modifier(random, noun);
        return plural
            ? new($"{chinese}{before}{noun.Chinese}", $"{english} {adjective}{noun.Plural}", Agreement.Plural)
            : new($"{chinese}{noun.MeasureWord}{before}{noun.Chinese}", $"{english} {adjective}{noun.Singular}",
                Agreement.Singular);
    }

    /// <summary>一本书 "a book", 三杯茶 "three cups of tea", 很多花 "many flowers".</summary>
    public static Phrase Counted(RandomStream random, Noun noun)
    {
        if (noun.MeasureWord == "-")
            return Bare(noun);
        var (before, adjective) = Modifier(random, noun);
        var tail = $"{noun.MeasureWord}{before}{noun.Chinese}";
        var one = noun.Container is { } single ? $"{single} of {adjective}{noun.Singular}" : adjective + noun.Singular;
        if (random.Chance(45))
        {
            // The lexicon has no "hour" and no "university".
            var article = one[0] is 'a' or 'e' or 'i' or 'o' or 'u' ? "an" : "a";
            return new($"一{tail}", $"{article} {one}", Agreement.Singular) { Counted = true };
        }

        var many = noun.Container is { } each
            ? $"{(each == "glass" ? "glasses" : each + "s")} of {adjective}{noun.Singular}"
            : adjective + noun.Plural;
        if (noun.Container is null && random.Chance(20))
            return new($"很多{before}{noun.Chinese}", $"many {many}", Agreement.Plural) { Counted = true };
        var number = random.Pick(Lexicon.Numbers);
        return new($"{number.Chinese}{tail}", $"{number.English} {many}", Agreement.Plural) { Counted = true };
    }

    /// <summary>A noun without determiner as an object, which means its kind in general, and is plural.</summary>
    public static Phrase Bare(Noun noun) =>
        new(noun.Chinese, noun.Plural == "-" ? noun.Singular : noun.Plural, Agreement.Plural);

    /// <summary>我妈妈, "my mother".</summary>
    public static Phrase Kin(RandomStream random)
    {
        var owner = random.Pick(Owners);
        var noun = random.Pick(Lexicon.NounsOf("kin"));
        return new(owner.Chinese + noun.Chinese, $"{owner.English} {noun.Singular}", Agreement.Singular);
    }

    private static readonly (string Chinese, string English, bool Plural)[] Demonstratives =
        [("这", "this", false), ("那", "that", false), ("这些", "these", true), ("那些", "those", true)];

    private static (string Chinese, string English) Modifier(RandomStream random, Noun noun)
    {
        if (!random.Chance(25))
            return ("", "");
        var suitable = Lexicon.Adjectives
            .Where(adjective => adjective.Kinds.Any(noun.Kinds.Contains) && !adjective.Kinds.Contains("person"))
            .ToArray(); // "the doctor is hungry" is more usual than "a hungry doctor"
        if (suitable.Length == 0)
            return ("", "");
        var adjective = random.Pick(suitable);
        return (adjective.Chinese + "的", adjective.English + " ");
    }
}
