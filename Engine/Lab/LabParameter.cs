namespace Engine.Lab;

/// <summary>A number of an experiment that its reader may change.</summary>
/// <param name="Name">The option's name, without dashes.</param>
/// <param name="Default">The value that the page's figures have.</param>
/// <param name="Least">The least value.</param>
/// <param name="Greatest">The greatest value.</param>
/// <param name="Meaning">What it is.</param>
public sealed record LabParameter(string Name, double Default, double Least, double Greatest, Bilingual Meaning);
