using Engine.Training;

namespace Engine.Cli;

/// <summary>A translated sentence as one line of text.</summary>
internal static class SampleLine
{
    /// <summary>The source and the translation; also the reference, where the translation differs from it.</summary>
    public static string Of(TranslationSample sample) =>
        Printable.Of(sample.Translation == sample.Reference
            ? $"  = {sample.Source} → {sample.Translation}"
            : $"  ≠ {sample.Source} → {sample.Translation}  [reference: {sample.Reference}]");
}
