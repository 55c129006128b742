
namespace Engine.Text;

/// <summary>
/// A noun with its measure word, its plural, and its classes. A verb names the classes of nouns that suit it.
/// </summary>
/// <remarks>A measure such as "杯:cup" is for a noun without plural: 三杯茶 is "three cups of tea".</remarks>
internal sealed record Noun(string Chinese, string Measure, string Singular, string Plural, string[] Kinds)
{
    /// <summary>The English container that counts the noun, such as "cup"; null if the noun has a plural.</summary>
    public string? Container => Measure.Split(':') is [_, var container] ? container : null;

    /// <summary>The Chinese measure word.</summary>
    public string MeasureWord => Measure.Split(':')[0];
}

/// <summary>
/// The tenses that suit a verb: actions allow all tenses, events do not allow the progressive, states are always in the
/// present.
/// </summary>
internal enum Manner
{
    Action,
    Event,
    State,
}

/// <summary>A verb in both languages.</summary>
/// <param name="Chinese">The verb. A "·" marks the place of 了 if 了 does not come at the end.</param>
/// <param name="Result">The form with a result complement, which 把 and 被 need; empty if the verb has none.</param>
/// <param name="Forms">Base form, third person, past, participle, -ing form, and perhaps a fixed object.</param>
/// <param name="Manner">The tenses that suit the verb.</param>
/// <param name="Subjects">The classes of nouns that can be its subject.</param>
/// <param name="Objects">The classes of nouns that can be its object; empty if it takes no object.</param>
/// <param name="Places">The classes of places that suit it.</param>
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

/// <summary>An adjective with its comparative, and the classes of nouns that suit it.</summary>
internal sealed record Adjective(string Chinese, string English, string Comparative, string[] Kinds);

/// <summary>A time, a place, an adverb or another phrase without forms, with its class.</summary>
internal sealed record Fixed(string Chinese, string English, string Kind);

/// <summary>The person and number of a noun phrase, as far as English verbs distinguish them.</summary>
internal enum Agreement
{
    I,
    Singular,
    Plural,
}

/// <summary>A noun phrase in both languages.</summary>
internal readonly record struct Phrase(string Chinese, string Subject, string Object, Agreement Agreement)
{
    /// <summary>Whether the phrase begins with a number. Negative clauses avoid such objects.</summary>
    public bool Counted { get; init; }

    public Phrase(string chinese, string english, Agreement agreement) : this(chinese, english, english, agreement)
    {
    }
}

/// <summary>Random choices.</summary>
internal static class Choosing
{
    public static T Pick<T>(this RandomStream random, IReadOnlyList<T> items) => items[random.NextInteger(items.Count)];

    public static bool Chance(this RandomStream random, int percent) => random.NextInteger(100) < percent;
}
