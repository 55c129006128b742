using System.Globalization;
using Engine.Storage;
using Engine.Text;

namespace Engine.Training;

// From lines to ids.
public sealed partial class TranslationModel
{
    // Attention takes memory with the square of a sentence's length: 4,096 tokens take 64 MB a head.
    private const int LongestSentence = 4096;

    /// <inheritdoc/>
    public override SentencePair Encode(string source, string target, RandomStream? bpeDropout = null) =>
        new(Encode(Source, source, bpeDropout?.Fork(0)), Encode(Target, target, bpeDropout?.Fork(1)));

    /// <inheritdoc/>
    public override void RequireLearnable(SentencePair pair, string source, string target)
    {
        Require(pair.Source, source, "the source line");
        Require(pair.Target, target, "the target line");
    }

    // Merges that BPE-dropout leaves out make a line longer. A line that gets too long is encoded without BPE-dropout.
    private int[] Encode(TextEncoder encoder, string line, RandomStream? bpeDropout) =>
        bpeDropout is not null && encoder.Encode(line, Configuration.BpeDropout, bpeDropout) is var ids && Fits(ids)
            ? ids
            : encoder.Encode(line);

    private bool Fits(int[] tokens) =>
        tokens.Length <= LongestSentence && tokens.Length < KnownPositions; // the end token follows

    private int[] Encode(TextEncoder encoder, string line, string which)
    {
        var tokens = encoder.Encode(line);
        Require(tokens, line, which);
        return tokens;
    }

    private void Require(int[] tokens, string line, string which)
    {
        if (Fits(tokens)) return;
        var start = $"{which} that begins {FileProblem.Quote(line)}";
        throw new InputException(string.Create(
            CultureInfo.InvariantCulture,
            $"{start} has {tokens.Length:N0} tokens; a sentence may have at most {Remedy()}."));

        string Remedy() => KnownPositions > LongestSentence
            ? FormattableString.Invariant($"{LongestSentence:N0}. Split it")
            : FormattableString.Invariant(
                $"{KnownPositions - 1:N0} with learned positions and --max-length {KnownPositions}; ")
                + "split it, or train with a larger --max-length or other --positions";
    }
}
