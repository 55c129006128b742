using Engine.Decoding;
using Engine.Text;

namespace Engine.Training;

// What a decoder found, as translations.
public sealed partial class TranslationModel
{
    /// <summary>The translations of a line, with what the options ask for.</summary>
    private Translation[] TranslationsOf(Hypothesis[] found, string line, TranslationOptions options)
    {
        var copied = options.ReplaceUnknown ? SourceWords.Of(Source, line) : null;
        var words = options.Alignment
            ? new TokenWords(Source.Tokenizer, Source.Tokenizer.Tokenize(Source.Normalizer.Normalize(line))) : null;
        return Array.ConvertAll(found, one => TranslationOf(one, copied, words));
    }

    private Translation TranslationOf(Hypothesis found, IReadOnlyList<string>? copied, TokenWords? words)
    {
        int[] ids = [.. found.Tokens];
        var (positions, likely) = (found.SourcePositions, found.LogProbabilities);
        var tokens = new TranslatedToken[ids.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            tokens[i] = new(
                ids[i], Target.Vocabulary.TokenOf(ids[i]), likely?[i], words is null ? null : positions![i]);
        }
        return new Translation(Target.DecodeLine(ids, Replacement), found.Score)
        {
            Tokens = tokens,
            EndLogProbability = likely?.Count > ids.Length ? likely[^1] : null,
            Alignment = words is null
                ? null : WordAlignment.Of(words, new TokenWords(Target.Tokenizer, Texts()), positions!),
        };

        // The source word that is written in place of the unknown token at an index; null to write "<unk>".
        string? Replacement(int i) =>
            copied is not null && positions![i] is >= 0 and var position && position < copied.Count
                ? copied[position] : null;

        string[] Texts() =>
        [
            .. tokens.Select((token, i) => token.Id == Vocabulary.Unknown ? Replacement(i) ?? token.Text : token.Text),
        ];
    }
}
