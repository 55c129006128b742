using Engine.Decoding;
using Engine.Text;

namespace Engine.Training;

// What a decoder found, as translations.
public sealed partial class TranslationModel
{
    /// <summary>The translations of a line, with what the options ask for.</summary>
    /// <param name="found">The translations as ids.</param>
    /// <param name="line">The line.</param>
    /// <param name="prefix">The tokens that they begin with; null for none.</param>
    /// <param name="options">What is asked for.</param>
    private Translation[] TranslationsOf(
        Hypothesis[] found, string line, string[]? prefix, TranslationOptions options)
    {
        var copied = options.ReplaceUnknown ? SourceWords.Of(Source, line) : null;
        var words = options.Alignment
            ? new TokenWords(Source.Tokenizer, Source.Tokenizer.Tokenize(Source.Normalizer.Normalize(line))) : null;
        return Array.ConvertAll(found, one => TranslationOf(one, prefix ?? [], copied, words));
    }

    private Translation TranslationOf(
        Hypothesis found, string[] prefix, IReadOnlyList<string>? copied, TokenWords? words)
    {
        int[] ids = [.. found.Tokens];
        var (positions, likely) = (found.SourcePositions, found.LogProbabilities);
        var tokens = new TranslatedToken[ids.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            tokens[i] = new(
                ids[i], Target.Vocabulary.TokenOf(ids[i]), likely?[i], words is null ? null : positions![i]);
        }
        var inWords = words is null && likely is null ? null : new TokenWords(Target.Tokenizer, Texts());
        return new Translation(Target.DecodeLine(ids, Replacement), found.Score)
        {
            Tokens = tokens,
            EndLogProbability = likely?.Count > ids.Length ? likely[^1] : null,
            Words = likely is null ? null : TranslatedWord.Of(inWords!, likely),
            Alignment = words is null ? null : WordAlignment.Of(words, inWords!, positions!),
        };

        // What is written in place of the unknown token at an index: the word of a forced beginning, or the source
        // word. Null to write "<unk>".
        string? Replacement(int i) => i < prefix.Length
            ? prefix[i]
            : copied is not null && positions![i] is >= 0 and var position && position < copied.Count
                ? copied[position] : null;

        string[] Texts() =>
        [
            .. tokens.Select((token, i) => token.Id == Vocabulary.Unknown ? Replacement(i) ?? token.Text : token.Text),
        ];
    }
}
