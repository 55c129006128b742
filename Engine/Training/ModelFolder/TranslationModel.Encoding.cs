using System.Globalization;
using Engine.Storage;
using Engine.Text;

namespace Engine.Training;

// From lines to numbers.
public sealed partial class TranslationModel
{
    // Attention takes memory with the square of a sentence's length: 4,096 tokens take 64 MB a head.
    private const int LongestSentence = 4096;

    /// <summary>Numbers the pairs of a corpus.</summary>
    /// <exception cref="InputException">A line has too many tokens.</exception>
    public IReadOnlyList<SentencePair> Encode(ParallelCorpus corpus)
    {
        var pairs = new List<SentencePair>(corpus.Count);
        foreach (var (source, target) in corpus.Pairs)
        {
            var pair = Number(source, target);
            RequireLearnable(pair, source, target);
            pairs.Add(pair);
        }
        return pairs;
    }

    /// <inheritdoc/>
    public SentencePair Number(string source, string target, RandomStream? cuts = null) =>
        new(Number(Source, source, cuts?.Fork(0)), Number(Target, target, cuts?.Fork(1)));

    /// <inheritdoc/>
    public void RequireLearnable(SentencePair pair, string source, string target)
    {
        Require(pair.Source, source, "the source line");
        Require(pair.Target, target, "the target line");
    }

    // Merges passed over make a line longer; where that is too long, it is cut as it is in use.
    private int[] Number(TextEncoder encoder, string line, RandomStream? cuts) =>
        cuts is not null && encoder.Encode(line, Configuration.BpeDropout, cuts) is var cut && Fits(cut)
            ? cut
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
