using Engine.Training;

namespace Engine.Cli;

/// <summary>A translated sentence as one line of text.</summary>
internal static class SampleLine
{
    // A sentence of this length fits two lines of a narrow terminal.
    private const int Columns = 160;

    /// <summary>
    /// The source and the translation; also the reference, where the translation differs from it. Long texts are cut.
    /// </summary>
    public static string Of(TranslationSample sample)
    {
        var (source, translation) = (Cut(sample.Source), Cut(sample.Translation));
        return sample.Translation == sample.Reference
            ? $"  = {source} → {translation}"
            : $"  ≠ {source} → {translation}  [reference: {Cut(sample.Reference)}]";
    }

    private static string Cut(string text) => TextColumns.Cut(Printable.Of(text), Columns);
}
