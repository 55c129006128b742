using Engine.Inspection;
using Engine.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The answer to <c>/tokenize</c>: a line's tokens, and how merges made them.</summary>
internal static class TokenizerAnswers
{
    // The tokens after each merge are listed, so that the answer grows with the square of the text.
    private const int MostMerged = 300;

    /// <summary>The tokens of a line.</summary>
    /// <exception cref="InputException">The side is not known, or the model does not tokenize it.</exception>
    public static string Tokens(RequestBody body, TextModel model)
    {
        var encoder = (PositionAnswers.SideOf(body), model) switch
        {
            ("source", _) => model.Source,
            (_, TranslationModel translator) => translator.Target,
            _ => throw new InputException("/tokenize: a label is not tokenized; ask for the side 'source'."),
        };
        var text = body.Line("text");
        var line = encoder.Normalizer.Normalize(text);
        return RecordJson.OneLine(new
        {
            Tokens = encoder.Encode(text).Select(id => new RecordedToken(id, encoder.Vocabulary.TokenOf(id))),
            Merges = encoder.Tokenizer is BpeTokenizer bpe && line.Length <= MostMerged
                && !string.IsNullOrWhiteSpace(line) ? bpe.MergeSteps(line) : [],
        });
    }
}
