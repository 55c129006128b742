
namespace Engine.Text;

/// <summary>A noun with its measure word, its plural, and the classes by which verbs choose it.</summary>
/// <remarks>A measure such as "杯:cup" counts what has no plural: 三杯茶 is "three cups of tea".</remarks>
internal sealed record Noun(string Chinese, string Measure, string Singular, string Plural, string[] Kinds)
{
    /// <summary>What English counts it by, or nothing where it can be counted itself.</summary>
    public string? Container => Measure.Split(':') is [_, var container] ? container : null;

    /// <summary>The Chinese measure word.</summary>
    public string MeasureWord => Measure.Split(':')[0];
}

/// <summary>When a verb is used: actions always, events not while they go on, states in the present.</summary>
internal enum Manner
{
    Action,
    Event,
    State,
}

/// <summary>A verb in both languages.</summary>
/// <param name="Chinese">The verb; a "·" stands where 了 goes when it is not at the end.</param>
/// <param name="Result">The form with a result, which 把 and 被 need; empty where there is none.</param>
/// <param name="Forms">Base, third person, past, participle, -ing, and what follows it.</param>
/// <param name="Manner">The tenses that it takes.</param>
/// <param name="Subjects">Classes of nouns that may do it.</param>
/// <param name="Objects">Classes of nouns to which it is done; empty where it takes none.</param>
/// <param name="Places">Classes of places where it is done.</param>
internal sealed record Verb(
    string Chinese, string Result, string[] Forms, Manner Manner, string[] Subjects, string[] Objects, string[] Places)
{
    public string Base => Form(0);

    public string ThirdPerson => Form(1);

    public string Past => Form(2);

    public string Participle => Form(3);

    public string Progressive => Form(4);

    public string Plain => Chinese.Replace("·", "", StringComparison.Ordinal);

    public string Perfective => Chinese.Contains('·', StringComparison.Ordinal)
        ? Chinese.Replace("·", "了", StringComparison.Ordinal)
        : Chinese + "了";

    private string Form(int index) => Forms.Length > 5 ? $"{Forms[index]} {Forms[5]}" : Forms[index];
}

/// <summary>An adjective with its comparative and the classes of nouns that it suits.</summary>
internal sealed record Adjective(string Chinese, string English, string Comparative, string[] Kinds);

/// <summary>A time, place, adverb or anything else that is the same everywhere, with its class.</summary>
internal sealed record Fixed(string Chinese, string English, string Kind);

/// <summary>Who or what a noun phrase stands for, as far as English verbs agree with it.</summary>
internal enum Agreement
{
    I,
    Singular,
    Plural,
}

/// <summary>A noun phrase in both languages.</summary>
internal readonly record struct Phrase(string Chinese, string Subject, string Object, Agreement Agreement)
{
    /// <summary>Whether it begins with a number: what is denied is seldom counted.</summary>
    public bool Counted { get; init; }

    public Phrase(string chinese, string english, Agreement agreement) : this(chinese, english, english, agreement)
    {
    }
}

/// <summary>Choices by a random stream.</summary>
internal static class Choosing
{
    public static T Pick<T>(this RandomStream random, IReadOnlyList<T> items) => items[random.NextInteger(items.Count)];

    public static bool Chance(this RandomStream random, int percent) => random.NextInteger(100) < percent;
}
