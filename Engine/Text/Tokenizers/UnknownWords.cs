namespace Engine.Text;

/// <summary>Counts the tokens of a text, and finds the tokens that a vocabulary does not hold.</summary>
/// <param name="encoder">Encodes the text.</param>
public sealed class UnknownWords(TextEncoder encoder)
{
    // A text of random words would fill the memory; the words found first are enough to show.
    private const int MostHeld = 100_000;

    private readonly Dictionary<string, int> counts = [];

    /// <summary>The number of tokens of the text, known and unknown.</summary>
    public long Tokens { get; private set; }

    /// <summary>The number of tokens that the vocabulary does not hold.</summary>
    public long Unknown { get; private set; }

    /// <summary>Counts the tokens of a line.</summary>
    /// <param name="line">The line.</param>
    public void Add(string line) => Add(line, encoder.Encode(line));

    /// <summary>Counts the tokens of a line that is encoded already.</summary>
    /// <param name="line">The line.</param>
    /// <param name="ids">Its ids, with or without the end.</param>
    public void Add(string line, ReadOnlySpan<int> ids)
    {
        Tokens += ids is [.., Vocabulary.End] ? ids.Length - 1 : ids.Length;
        var unknown = ids.Count(Vocabulary.Unknown);
        Unknown += unknown;
        if (unknown == 0) return;
        foreach (var token in encoder.Tokenizer.Tokenize(encoder.Normalizer.Normalize(line)))
        {
            if (encoder.Vocabulary.IdOf(token) != Vocabulary.Unknown) continue;
            if (counts.TryGetValue(token, out var count) || counts.Count < MostHeld) counts[token] = count + 1;
        }
    }

    /// <summary>The unknown tokens that occur most often, each with its count; of equal counts the
    /// first in ordinal order. Of more than 100,000 different tokens, the first 100,000 are counted.</summary>
    /// <param name="most">The most tokens to return.</param>
    public IReadOnlyList<(string Token, int Count)> MostFrequent(int most) =>
    [
        .. counts.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .Take(most).Select(entry => (entry.Key, entry.Value)),
    ];
}
