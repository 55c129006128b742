
namespace Engine.Text;

/// <summary>
/// Draws sentences other than active clauses: with "be" and "have", 被, 比, 请, relative clauses, reported clauses.
/// </summary>
internal static class Patterns
{
    private static readonly string[] People = ["person", "kin"];

    private static readonly Phrase You = new("你", "you", Agreement.Plural);

    private static readonly Verb[] Sayings =
    [
        new("知道", "", ["know", "knows"], Manner.State, [], [], []),
        new("觉得", "", ["think", "thinks"], Manner.State, [], [], []),
        new("希望", "", ["hope", "hopes"], Manner.State, [], [], []),
    ];

    /// <summary>被: the passive voice, "the door was closed by Tom".</summary>
    public static (string, string) Passive(RandomStream random)
    {
        var verb = random.Pick(Lexicon.Verbs.Where(verb => verb.Result.Length > 0).ToArray());
        var patient = NounPhrases.Definite(random, verb.Objects);
        var agent = NounPhrases.Subject(random, verb.Subjects);
        var future = random.Chance(25);
        var negative = random.Chance(15);
        var asked = !negative && random.Chance(15);
        var time = random.Chance(40) ? random.Pick(Lexicon.Times.Of(future ? "future" : "past")) : null;
        var mark = (future, negative) switch
        {
            (true, true) => "不会被",
            (true, false) => "会被",
            (false, true) => "没被",
            _ => "被",
        };
        var chinese = $"{patient.Chinese}{time?.Chinese}{mark}{agent.Chinese}{verb.Result}"
            + (future || negative ? "" : "了") + (asked ? "吗？" : "");
        var english = Sentence.Of(asked, patient.Subject, future ? "will" : Sentence.Was(patient.Agreement),
            negative ? "not" : "", future ? "be" : "", verb.Participle, "by", agent.Object, time?.English);
        return (chinese, english);
    }

    /// <summary>很, 非常, 不: a quality of someone or something, "she is very busy".</summary>
    public static (string, string) Quality(RandomStream random)
    {
        var adjective = Predicative(random);
        var about = adjective.Kinds.Contains("person");
        var subject = about
            ? NounPhrases.Subject(random, ["person"])
            : NounPhrases.Definite(random, adjective.Kinds);
        var time = about && random.Chance(30) ? random.Pick(Lexicon.Times.Of("past", "now")) : null;
        var be = time?.Kind is "past" ? Sentence.Was(subject.Agreement) : Sentence.Be(subject.Agreement);
        var asked = random.Chance(18);
        var (degree, english) = asked ? ("", "") : Degree(random);
        return ($"{subject.Chinese}{time?.Chinese}{degree}{adjective.Chinese}{(asked ? "吗？" : "")}",
            Sentence.Of(asked, subject.Subject, be, english, adjective.English, time?.English));
    }

    /// <summary>比: a comparison, "Tom is taller than she".</summary>
    public static (string, string) Comparison(RandomStream random)
    {
        var adjective = Predicative(random);
        var about = adjective.Kinds.Contains("person");
        var one = about ? NounPhrases.Subject(random, People) : NounPhrases.Definite(random, adjective.Kinds);
        var other = about ? NounPhrases.Person(random, one) : NounPhrases.Definite(random, adjective.Kinds);
        var asked = random.Chance(15);
        if (one == other)
            return Comparison(random);
        return ($"{one.Chinese}比{other.Chinese}{adjective.Chinese}{(asked ? "吗？" : "")}",
            Sentence.Of(asked, one.Subject, Sentence.Be(one.Agreement), adjective.Comparative, "than", other.Object));
    }

    /// <summary>有 after a place: "there is".</summary>
    public static (string, string) Existence(RandomStream random)
    {
        var place = random.Pick(Lexicon.Places.Of("spot", "open", "room"));
        var noun = random.Pick(place.Kind switch
        {
            "spot" => Lexicon.NounsOf("small", "fruit", "hat"),
            "open" => Lexicon.NounsOf("animal", "person"),
            _ => Lexicon.NounsOf("person", "wood", "small", "pet"),
        });
        if (random.Chance(15))
            return ($"{place.Chinese}没有{noun.Chinese}", $"there are no {noun.Plural} {place.English}");
        var counted = NounPhrases.Counted(random, noun);
        var asked = random.Chance(18);
        return ($"{place.Chinese}有{counted.Chinese}{(asked ? "吗？" : "")}",
            Sentence.Of(asked, "there", Sentence.Be(counted.Agreement), counted.Subject, place.English));
    }

    /// <summary>有 after a person: "has".</summary>
    public static (string, string) Possession(RandomStream random)
    {
        var owner = NounPhrases.Subject(random, ["person"]);
        var noun = random.Pick(Lexicon.NounsOf("own"));
        var third = owner.Agreement is Agreement.Singular;
        var have = third ? "has" : "have";
        if (random.Chance(20))
            return ($"{owner.Chinese}没有{noun.Chinese}", $"{owner.Subject} {have} no {noun.Plural}");
        var counted = NounPhrases.Counted(random, noun);
        return random.Chance(20)
            ? ($"{owner.Chinese}有{counted.Chinese}吗？",
                $"{(third ? "does" : "do")} {owner.Subject} have {counted.Object}?")
            : ($"{owner.Chinese}有{counted.Chinese}", $"{owner.Subject} {have} {counted.Object}");
    }

    /// <summary>是: the profession of someone, "he is a doctor".</summary>
    public static (string, string) Identity(RandomStream random)
    {
        var subject = NounPhrases.Subject(random, ["person"]);
        var noun = random.Pick(Lexicon.NounsOf("job"));
        var what = subject.Agreement is Agreement.Plural && subject.Subject != "you"
            ? noun.Plural
            : $"a {noun.Singular}";
        var asked = random.Chance(25);
        var negative = !asked && random.Chance(25);
        return ($"{subject.Chinese}{(negative ? "不" : "")}是{noun.Chinese}{(asked ? "吗？" : "")}",
            Sentence.Of(asked, subject.Subject, Sentence.Be(subject.Agreement), negative ? "not" : "", what));
    }

    /// <summary>请 and 别: requests, "please close the door" and "do not close the door".</summary>
    public static (string, string) Request(RandomStream random)
    {
        var please = random.Chance(60);
        var nobody = new Phrase("", "", Agreement.Plural);
        var verb = random.Pick(Lexicon.Verbs
            .Where(verb => verb.Subjects.Contains("person") && verb.Manner is not Manner.State)
            .Where(verb => verb.Result.Length > 0 || verb.Manner is Manner.Action).ToArray());
        var clause = new Clause(nobody, Tense.Habit, verb);
        if (verb.Result.Length > 0)
            clause = clause with { Object = NounPhrases.Definite(random, verb.Objects), Disposal = true };
        else if (verb.Objects.Length > 0)
            clause = clause with { Object = NounPhrases.Object(random, verb.Objects, You, general: true) };
        else
            clause = clause with { Place = random.Pick(Lexicon.Places.Of(verb.Places)) };
        return ((please ? "请" : "别") + clause.Chinese, (please ? "please " : "do not ") + clause.English);
    }

    /// <summary>
    /// A sentence with a relative clause, which comes before its noun in Chinese and after it in English.
    /// </summary>
    public static (string, string) Relative(RandomStream random)
    {
        var (degree, english) = Degree(random);
        while (true)
        {
            var clause = Clauses.Bare(random, random.Pick(Lexicon.Verbs));
            var ofSubject = clause.Verb.Subjects.Contains("person") && clause.Verb.Manner is Manner.State;
            if (!ofSubject && (clause.Tense is not Tense.Past || clause.Time is null || clause.Object is null))
                continue;
            var noun = random.Pick(Lexicon.NounsOf(ofSubject ? ["person"] : clause.Verb.Objects) is { Count: > 0 } nouns
                ? nouns
                : Lexicon.NounsOf("person"));
            var suitable = Lexicon.Adjectives
                .Where(adjective => adjective.Comparative != "-" && adjective.Kinds.Any(noun.Kinds.Contains)).ToArray();
            if (suitable.Length == 0 || noun.Kinds.Contains("kin"))
                continue;
            var adjective = random.Pick(suitable);
            var who = new Phrase("", ofSubject ? "who" : "", Agreement.Singular);
            var head = ofSubject ? clause with { Subject = who } : clause with { Object = null };
            var verb = ofSubject ? head.Chinese : $"{clause.Subject.Chinese}{clause.Time?.Chinese}{clause.Verb.Plain}";
            return ($"{verb}的{noun.Chinese}{degree}{adjective.Chinese}",
                Sentence.Words(
                    $"the {noun.Singular}", ofSubject ? "" : "that", head.English, "is", english, adjective.English));
        }
    }

    /// <summary>知道, 觉得, 希望: a clause that someone knows, thinks or hopes.</summary>
    public static (string, string) Report(RandomStream random)
    {
        var subject = NounPhrases.Subject(random, ["person"]);
        var saying = random.Pick(Sayings);
        var (chinese, english) = saying.Base switch
        {
            "think" => Quality(random),
            "hope" => Pair(Clauses.Bare(random, random.Pick(Lexicon.Verbs)) with
            {
                Tense = Tense.Future,
                Time = null,
                Adverb = null,
            }),
            _ => Pair(Clauses.Bare(random, random.Pick(Lexicon.Verbs))),
        };
        var verb = subject.Agreement is Agreement.Singular ? saying.ThirdPerson : saying.Base;
        return chinese.EndsWith('？')
            ? Report(random)
            : ($"{subject.Chinese}{saying.Chinese}{chinese}", $"{subject.Subject} {verb} that {english}");
    }

    private static (string, string) Pair(Clause clause) => (clause.Chinese, clause.English);

    private static Adjective Predicative(RandomStream random) =>
        random.Pick(Lexicon.Adjectives.Where(adjective => adjective.Comparative != "-").ToArray());

    private static (string Chinese, string English) Degree(RandomStream random) =>
        random.Pick([("很", ""), ("很", ""), ("很", ""), ("非常", "very"), ("不", "not"), ("不", "not")]);
}
