namespace Engine.Lab;

/// <summary>A number, or a choice, of an experiment that its reader may change.</summary>
/// <param name="Name">The option's name, without dashes.</param>
/// <param name="Default">The value that the page's figures have.</param>
/// <param name="Least">The least value.</param>
/// <param name="Greatest">The greatest value.</param>
/// <param name="Meaning">What it is.</param>
public sealed record LabParameter(string Name, double Default, double Least, double Greatest, Bilingual Meaning)
{
    /// <summary>A choice among words; its value is the word's number.</summary>
    /// <param name="name">The option's name, without dashes.</param>
    /// <param name="meaning">What it is.</param>
    /// <param name="choices">The words; the first is the default.</param>
    public LabParameter(string name, Bilingual meaning, params IReadOnlyList<string> choices)
        : this(name, 0, 0, choices.Count - 1, meaning) => Choices = choices;

    /// <summary>The words to choose from; null for a number.</summary>
    public IReadOnlyList<string>? Choices { get; }
}
