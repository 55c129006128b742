
namespace Engine.Text;

/// <summary>
/// A task whose target rearranges the letters of its source. A model learns such a task early if its attention works.
/// </summary>
internal abstract class LetterTask(string name) : IToyTask
{
    public string Name { get; } = name;

    public string SourceLanguage => "in";

    public string TargetLanguage => "out";

    public string SourceTokenizer => "char";

    public string TargetTokenizer => "char";

    public IReadOnlyList<(string Source, string Target)> HeldOut => [];

    public IEnumerable<(string Source, string Target)> Generate(RandomStream random)
    {
        while (true)
        {
            var letters = new char[4 + random.NextInteger(7)];
            for (var i = 0; i < letters.Length; i++)
                letters[i] = (char)('a' + random.NextInteger(16));
            yield return (new string(letters), new string(Answer(letters)));
        }
    }

    /// <summary>The target for a source.</summary>
    protected abstract char[] Answer(char[] letters);
}
