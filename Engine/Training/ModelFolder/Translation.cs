using Engine.Decoding;
using Engine.Text;

namespace Engine.Training;

/// <summary>A line's translation.</summary>
/// <param name="Text">The translation.</param>
/// <param name="Score">
/// The score of its <see cref="Hypothesis"/>; a score nearer to 0 is better. NaN for greedy decoding, unless
/// <see cref="TranslationOptions.LogProbabilities"/> is set.
/// </param>
public sealed record Translation(string Text, double Score)
{
    /// <summary>The tokens that the model chose, without begin and end.</summary>
    public IReadOnlyList<TranslatedToken> Tokens { get; init; } = [];

    /// <summary>
    /// The natural logarithm of the end token's probability after all other tokens. Null if it was not asked for, and
    /// if the translation ended because it reached its greatest length.
    /// </summary>
    public double? EndLogProbability { get; init; }

    /// <summary>
    /// The words of the translation with their log-probabilities; null unless
    /// <see cref="TranslationOptions.LogProbabilities"/> is set.
    /// </summary>
    public IReadOnlyList<TranslatedWord>? Words { get; init; }

    /// <summary>
    /// Which words of the line and of the translation belong together; null unless
    /// <see cref="TranslationOptions.Alignment"/> is set.
    /// </summary>
    public WordAlignment? Alignment { get; init; }
}

/// <summary>A token of a translation.</summary>
/// <param name="Id">Its id in the target vocabulary.</param>
/// <param name="Text">
/// Its text in the target vocabulary, with the marks of the tokenizer; "&lt;unk&gt;" for the unknown token, also where
/// <see cref="TranslationOptions.ReplaceUnknown"/> writes another word.
/// </param>
/// <param name="LogProbability">
/// The natural logarithm of its probability given the tokens before it, after penalties; a token of a forced beginning
/// has its own probability too. Null unless <see cref="TranslationOptions.LogProbabilities"/> is set.
/// </param>
/// <param name="SourcePosition">
/// The position, from 0, of the source token that the decoder attended to most when it chose this token: see
/// <see cref="Hypothesis.SourcePositions"/>. -1 if the source has no token. Null unless
/// <see cref="TranslationOptions.Alignment"/> is set.
/// </param>
public readonly record struct TranslatedToken(int Id, string Text, double? LogProbability, int? SourcePosition);

/// <summary>
/// A word of a translation; <see cref="WordAlignment"/> says what a word is.
/// </summary>
/// <param name="Text">The word.</param>
/// <param name="LogProbability">
/// The sum of the log-probabilities of its tokens. A token of several words counts for the first of them; white space
/// counts for the word after it.
/// </param>
public readonly record struct TranslatedWord(string Text, double LogProbability)
{
    internal static TranslatedWord[] Of(TokenWords words, IReadOnlyList<double> logProbabilities)
    {
        var sums = new double[words.Words.Count];
        for (var token = 0; token < words.Tokens && sums.Length > 0; token++)
            sums[words.FirstOf(token)] += logProbabilities[token];
        return [.. words.Words.Select((word, i) => new TranslatedWord(word, sums[i]))];
    }
}

/// <summary>
/// Which words of a line and of its translation belong together: two words do if a token of the target word attended
/// most to a token of the source word. Words are what <see cref="WordTokenizer"/> makes of the text, whatever the
/// model's tokens are; with word tokenizers they are the tokens.
/// </summary>
/// <param name="SourceWords">The words of the line, as the model's normalizer leaves it.</param>
/// <param name="TargetWords">The words of the translation.</param>
/// <param name="Pairs">Positions of words that belong together, from 0, in the order of the target.</param>
public sealed record WordAlignment(
    IReadOnlyList<string> SourceWords, IReadOnlyList<string> TargetWords,
    IReadOnlyList<(int Source, int Target)> Pairs)
{
    /// <summary>The pairs in the form of Pharaoh and Moses: <c>0-0 1-2</c>.</summary>
    public override string ToString() =>
        string.Join(' ', Pairs.Select(pair => FormattableString.Invariant($"{pair.Source}-{pair.Target}")));

    /// <summary>The words that the attention of tokens connects.</summary>
    /// <param name="source">The words of the source's tokens.</param>
    /// <param name="target">The words of the target's tokens.</param>
    /// <param name="sourcePositions">The source token that each target token attended to most; -1 for none.</param>
    internal static WordAlignment Of(TokenWords source, TokenWords target, IReadOnlyList<int> sourcePositions)
    {
        var pairs = new HashSet<(int Target, int Source)>();
        for (var token = 0; token < sourcePositions.Count; token++)
        {
            if (sourcePositions[token] is not (>= 0 and var position) || position >= source.Tokens) continue;
            foreach (var j in target.Of(token))
                foreach (var i in source.Of(position)) pairs.Add((j, i));
        }
        return new WordAlignment(
            source.Words, target.Words, [.. pairs.Order().Select(pair => (pair.Source, pair.Target))]);
    }
}
