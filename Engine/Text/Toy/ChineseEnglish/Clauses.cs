
namespace Engine.Text;

/// <summary>Draws clauses in the active voice: statements, questions, 把, going somewhere, giving something.</summary>
internal static class Clauses
{
    private static readonly string[] People = ["person"];

    private static readonly Verb Go = new(
        "去", "", ["go", "goes", "went", "gone", "going"], Manner.Action, People, ["goal"], []);

    private static readonly Verb Give = new(
        "送", "", ["give", "gives", "gave", "given", "giving"], Manner.Action, People, ["goods"], []);

    /// <summary>A statement, or a yes-no question.</summary>
    public static Clause Plain(RandomStream random)
    {
        var clause = Bare(random, random.Pick(Lexicon.Verbs));
        clause = random.NextInteger(100) switch
        {
            < 22 when clause.Verb.Places.Length > 0 => clause with { Place = PlaceOf(random, clause.Verb) },
            < 32 when clause.Verb.Subjects.Contains("person") && clause.Verb.Manner is Manner.Action
                => clause with { With = Company(random, clause.Subject) },
            _ => clause,
        };
        if (random.Chance(18))
            return clause with { Question = Question.Whether };
        var negative = clause.Adverb is null && clause.Tense is not (Tense.Progressive or Tense.Must)
            && clause.Time?.Kind is not "habit" && clause.Object?.Counted is not true && random.Chance(22);
        return clause with { Negative = negative };
    }

    /// <summary>A question with who, what, where, when or why.</summary>
    public static Clause Wh(RandomStream random)
    {
        var clause = Bare(random, random.Pick(Lexicon.Verbs)) with { Adverb = null };
        var dated = clause.Tense is Tense.Past or Tense.Future or Tense.Want;
        return random.NextInteger(5) switch
        {
            0 when clause.Verb.Subjects.Contains("person") => clause with { Question = Question.Who },
            1 when dated => clause with { Question = Question.When, Time = null },
            2 when clause.Verb.Places.Length > 0 => clause with { Question = Question.Where },
            3 when clause.Object is not null && !clause.Verb.Objects.Contains("person")
                => clause with { Question = Question.What },
            _ => clause with
            {
                Question = Question.Why,
                Negative = clause.Time is null && clause.Object?.Counted is not true && random.Chance(35),
            },
        };
    }

    /// <summary>把: someone does something to a definite thing.</summary>
    public static Clause Disposal(RandomStream random)
    {
        var verb = random.Pick(Lexicon.Verbs.Where(verb => verb.Result.Length > 0).ToArray());
        var tense = random.Pick(
            [Tense.Past, Tense.Past, Tense.Past, Tense.Future, Tense.Want, Tense.Should, Tense.Must]);
        return new Clause(NounPhrases.Subject(random, verb.Subjects), tense, verb)
        {
            Object = NounPhrases.Definite(random, verb.Objects),
            Disposal = true,
            Time = TimeOf(random, tense, verb),
            Negative = tense is not Tense.Must && random.Chance(20),
            Question = random.Chance(15) ? Question.Whether : Question.None,
        };
    }

    /// <summary>去: someone goes somewhere, perhaps by a vehicle or with a companion.</summary>
    public static Clause Going(RandomStream random)
    {
        var clause = Bare(random, Go);
        var goal = random.Pick(Lexicon.Goals);
        var vehicle = random.Chance(45) ? random.Pick(Lexicon.Vehicles) : null;
        return clause with
        {
            Object = new Phrase(goal.Chinese, goal.English, Agreement.Singular),
            With = vehicle ?? (random.Chance(50) ? Company(random, clause.Subject) : null),
            Question = random.Chance(20) ? Question.Whether : Question.None,
        };
    }

    /// <summary>送: someone gives someone something.</summary>
    public static Clause Giving(RandomStream random)
    {
        var clause = Bare(random, Give);
        var recipient = NounPhrases.Person(random, clause.Subject);
        var gift = NounPhrases.Counted(random, random.Pick(Lexicon.NounsOf("goods")));
        return clause with
        {
            Object = new Phrase(recipient.Chinese + gift.Chinese, $"{recipient.Object} {gift.Object}", gift.Agreement),
        };
    }

    /// <summary>A clause of subject, tense, time and object alone, which agree with one another.</summary>
    public static Clause Bare(RandomStream random, Verb verb)
    {
        var tense = verb.Manner switch
        {
            Manner.State => Tense.Habit,
            Manner.Event => random.Pick([Tense.Past, Tense.Past, Tense.Past, Tense.Future, Tense.Future, Tense.Want]),
            _ => random.Pick(
            [
                Tense.Habit, Tense.Habit, Tense.Habit, Tense.Habit, Tense.Habit, Tense.Past, Tense.Past, Tense.Past,
                Tense.Past, Tense.Future, Tense.Future, Tense.Progressive, Tense.Progressive, Tense.Progressive,
                Tense.Can, Tense.Should, Tense.Must, Tense.Want, Tense.Want,
            ]),
        };
        if (!verb.Subjects.Contains("person") && tense > Tense.Progressive)
            tense = Tense.Progressive; // an animal does not want, may not and must not
        var subject = NounPhrases.Subject(random, verb.Subjects);
        var clause = new Clause(subject, tense, verb) { Time = TimeOf(random, tense, verb) };
        if (tense is Tense.Habit && clause.Time is null && verb.Manner is Manner.Action && random.Chance(50))
            clause = clause with { Adverb = random.Pick(Lexicon.Adverbs) };
        if (verb.Objects.Length == 0 || verb == Go || verb == Give)
            return clause;
        var general = tense is Tense.Habit or Tense.Want;
        while (true)
        {
            var thing = NounPhrases.Object(random, verb.Objects, subject, general);
            if (verb.Manner is not Manner.State || !thing.Counted) // "I love dogs", not "I love seven dogs"
                return clause with { Object = thing };
        }
    }

    private static Fixed? TimeOf(RandomStream random, Tense tense, Verb verb) => tense switch
    {
        Tense.Habit when verb.Manner is Manner.State => random.Chance(20) ? random.Pick(Lexicon.Times.Of("now")) : null,
        Tense.Habit => random.Chance(45) ? random.Pick(Lexicon.Times.Of("habit")) : null,
        Tense.Past => random.Chance(60) ? random.Pick(Lexicon.Times.Of("past")) : null,
        Tense.Future => random.Chance(60) ? random.Pick(Lexicon.Times.Of("future")) : null,
        Tense.Progressive => random.Chance(30) ? random.Pick(Lexicon.Times.Of("now")) : null,
        _ => random.Chance(35) ? random.Pick(Lexicon.Times.Of("future")) : null,
    };

    private static Fixed PlaceOf(RandomStream random, Verb verb) => random.Pick(Lexicon.Places.Of(verb.Places));

    private static Fixed Company(RandomStream random, Phrase subject)
    {
        var someone = NounPhrases.Person(random, subject);
        return new Fixed($"跟{someone.Chinese}一起", $"with {someone.Object}", "company");
    }
}
