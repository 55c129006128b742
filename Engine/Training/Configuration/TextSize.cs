using Engine.Text;

namespace Engine.Training;

/// <summary>How much text there is to learn from.</summary>
/// <param name="Pairs">The pairs.</param>
/// <param name="SourceTokens">The tokens of all source lines, an end for each line included.</param>
/// <param name="TargetTokens">The same for the target lines.</param>
/// <param name="LongerTokens">The sum over all pairs of the tokens of the longer side: what batches are filled by.
/// </param>
/// <param name="SourceWords">The different tokens of the source lines.</param>
/// <param name="TargetWords">The different tokens of the target lines, or the different labels.</param>
public sealed record TextSize(
    int Pairs, long SourceTokens, long TargetTokens, long LongerTokens, int SourceWords, int TargetWords)
{
    /// <summary>The characters of all lines, of which a string has two bytes each.</summary>
    public long Characters { get; init; }

    /// <summary>
    /// Counts a text by the tokenizers that <c>auto</c> chooses: words, or characters where a script writes no spaces.
    /// The tokens that a run makes of the text by other tokenizers are not the same, but of the same order.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="isLabelled">Whether each target line is a label.</param>
    /// <param name="progress">Is told how many pairs are counted.</param>
    public static TextSize Of(IParallelText text, bool isLabelled, IProgress<WorkProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var source = Guess(text.Pairs.Select(pair => pair.Source));
        var target = isLabelled ? null : Guess(text.Pairs.Select(pair => pair.Target));
        var (sourceWords, targetWords) = (new HashSet<string>(), new HashSet<string>());
        var (sources, targets, longer, characters) = (0L, 0L, 0L, 0L);
        foreach (var pair in text.Pairs.Counting(progress, "counting words", text.Count))
        {
            var from = source.Tokenize(pair.Source);
            var to = target is null ? [pair.Target.Trim()] : target.Tokenize(pair.Target);
            sourceWords.UnionWith(from);
            targetWords.UnionWith(to);
            sources += from.Count + 1;
            targets += to.Count + 1;
            longer += Math.Max(from.Count, to.Count) + 1;
            characters += (long)pair.Source.Length + pair.Target.Length;
        }
        return new TextSize(text.Count, sources, targets, longer, sourceWords.Count, targetWords.Count)
        {
            Characters = characters,
        };
    }

    private static ITokenizer Guess(IEnumerable<string> lines) => Tokenizers.Kind(Tokenizers.Guess(lines)).Tokenizer!;
}
