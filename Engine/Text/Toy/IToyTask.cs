
namespace Engine.Text;

/// <summary>
/// An artificial corpus, of translations or of labelled texts, that a small model can learn without error.
/// </summary>
public interface IToyTask
{
    /// <summary>The name of the task, for <see cref="ToyTasks.Create"/>.</summary>
    string Name { get; }

    /// <summary>The extension of the files of sources, such as "zh".</summary>
    string SourceLanguage { get; }

    /// <summary>The extension of the files of targets, such as "en".</summary>
    string TargetLanguage { get; }

    /// <summary>The name of the tokenizer for sources.</summary>
    string SourceTokenizer { get; }

    /// <summary>The name of the tokenizer for targets.</summary>
    string TargetTokenizer { get; }

    /// <summary>Whether targets are labels: many sources have the same target.</summary>
    bool HasLabels => false;

    /// <summary>Pairs that are always in the test split.</summary>
    IReadOnlyList<(string Source, string Target)> HeldOut { get; }

    /// <summary>
    /// Draws pairs without end. A pair may occur several times; a source always has the same target.
    /// </summary>
    IEnumerable<(string Source, string Target)> Generate(RandomStream random);
}
