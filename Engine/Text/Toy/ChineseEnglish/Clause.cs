using System.Diagnostics;

namespace Engine.Text;

/// <summary>
/// The tense or mode of a clause: in Chinese 了, 会, 正在 or a modal verb, in English the form of the verb.
/// </summary>
internal enum Tense
{
    Habit,
    Past,
    Future,
    Progressive,
    Can,
    Should,
    Must,
    Want,
}

/// <summary>
/// The kind of question. Chinese puts the question word in the place of the answer, English in front.
/// </summary>
internal enum Question
{
    None,
    Whether,
    Who,
    What,
    Where,
    When,
    Why,
}

/// <summary>A clause in the active voice. Both languages have the same parts, in different orders.</summary>
internal sealed record Clause(Phrase Subject, Tense Tense, Verb Verb)
{
    public Phrase? Object { get; init; }

    /// <summary>
    /// A companion or a vehicle. It comes before the verb in Chinese and after the object in English.
    /// </summary>
    public Fixed? With { get; init; }

    public Fixed? Place { get; init; }

    public Fixed? Time { get; init; }

    public Fixed? Adverb { get; init; }

    public bool Negative { get; init; }

    public Question Question { get; init; }

    /// <summary>Whether 把 puts the object before the verb.</summary>
    public bool Disposal { get; init; }

    /// <summary>
    /// The Chinese sentence. Time, manner and place come before the verb; a question has the order of a statement.
    /// </summary>
    public string Chinese => string.Concat(
        Question is Question.Who ? "谁" : Subject.Chinese,
        Question is Question.When ? "什么时候" : Time?.Chinese,
        Question is Question.Why ? "为什么" : "",
        Adverb?.Chinese,
        ChineseAuxiliary,
        With?.Chinese,
        ChinesePlace,
        Disposal ? $"把{Object?.Chinese}" : "",
        ChineseVerb,
        Question is Question.What ? "什么" : Disposal ? "" : Object?.Chinese,
        Question is Question.Whether ? "吗" : "",
        Question is Question.None ? "" : "？");

    /// <summary>
    /// The English sentence. Manner, place and time come after the verb; a question swaps subject and auxiliary.
    /// </summary>
    public string English
    {
        get
        {
            var inverted = Question is not (Question.None or Question.Who);
            var (auxiliary, main) = EnglishVerb(inverted);
            var subject = Question is Question.Who ? "who" : Subject.Subject;
            var not = Negative ? "not" : "";
            var wh = Question switch
            {
                Question.What => "what",
                Question.Where => "where",
                Question.When => "when",
                Question.Why => "why",
                _ => "",
            };
            return Sentence.Words(
                wh, inverted ? auxiliary : subject, inverted ? subject : auxiliary, not, Adverb?.English, main,
                Question is Question.What ? "" : Object?.Object, With?.English,
                Question is Question.Where ? "" : Place?.English, Question is Question.When ? "" : Time?.English)
                .Replace("can not", "cannot", StringComparison.Ordinal)
                + (Question is Question.None ? "" : "?");
        }
    }

    private string ChineseAuxiliary => (Negative ? (Tense is Tense.Past ? "没" : "不") : "") + Tense switch
    {
        Tense.Future => "会",
        Tense.Progressive when ChinesePlace.Length > 0 && With is null => "正", // 正在 and the 在 of the place merge
        Tense.Progressive => "正在",
        Tense.Can => "可以",
        Tense.Should => "应该",
        Tense.Must => "必须",
        Tense.Want => "想",
        _ => "",
    };

    private string ChinesePlace => Question is Question.Where ? "在哪里" : Place is null ? "" : $"在{Place.Chinese}";

    private string ChineseVerb => (Disposal, Tense is Tense.Past && !Negative) switch
    {
        (true, true) => Verb.Result + "了",
        (true, false) => Verb.Result,
        (false, true) => Verb.Perfective,
        _ => Verb.Plain,
    };

    private (string Auxiliary, string Main) EnglishVerb(bool inverted)
    {
        var agreement = Question is Question.Who ? Agreement.Singular : Subject.Agreement;
        var third = agreement is Agreement.Singular;
        var needsDo = inverted || Negative;
        return Tense switch
        {
            Tense.Habit when needsDo => (third ? "does" : "do", Verb.Base),
            Tense.Habit => ("", third ? Verb.ThirdPerson : Verb.Base),
            Tense.Want when needsDo => (third ? "does" : "do", $"want to {Verb.Base}"),
            Tense.Want => ("", $"{(third ? "wants" : "want")} to {Verb.Base}"),
            Tense.Past when needsDo => ("did", Verb.Base),
            Tense.Past => ("", Verb.Past),
            Tense.Progressive => (Sentence.Be(agreement), Verb.Progressive),
            Tense.Future => ("will", Verb.Base),
            Tense.Can => ("can", Verb.Base),
            Tense.Should => ("should", Verb.Base),
            Tense.Must => ("must", Verb.Base),
            _ => throw new UnreachableException(),
        };
    }
}
