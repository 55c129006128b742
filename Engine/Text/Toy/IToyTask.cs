
namespace Engine.Text;

/// <summary>A made-up language pair, or texts with labels, that a small model can learn without error.</summary>
public interface IToyTask
{
    /// <summary>The name by which <see cref="ToyTasks.Create"/> knows it.</summary>
    string Name { get; }

    /// <summary>The ending of files of sources, such as "zh".</summary>
    string SourceLanguage { get; }

    /// <summary>The ending of files of targets, such as "en".</summary>
    string TargetLanguage { get; }

    /// <summary>The tokenizer that suits sources.</summary>
    string SourceTokenizer { get; }

    /// <summary>The tokenizer that suits targets.</summary>
    string TargetTokenizer { get; }

    /// <summary>Whether targets are labels, a few of which all sources share.</summary>
    bool HasLabels => false;

    /// <summary>Pairs that always stand in the test split.</summary>
    IReadOnlyList<(string Source, string Target)> Held { get; }

    /// <summary>
    /// Pairs without end, drawn from <paramref name="random"/>; they may repeat, but a source always has the same
    /// target.
    /// </summary>
    IEnumerable<(string Source, string Target)> Generate(RandomStream random);
}
