using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Engine.Text;

/// <summary>
/// Learns byte-pair encoding from text (Sennrich et al. 2016): each merge makes a token of the two neighbours that
/// occur together most often.
/// </summary>
/// <remarks>
/// Of equally frequent pairs the first is merged: the pair whose left token was learned first, then the pair whose
/// right token was. Characters come before learned tokens, in the order of Unicode. So the merges do not depend on the
/// order of the lines.
/// </remarks>
public sealed class BpeTrainer
{
    // A character that occurs once is not a token: the text then has tokens of bytes too, and the model learns them for
    // characters that it has never seen. A pair that occurs once is not merged.
    private const int MinimumCount = 2;

    private const int Barrier = -1; // stands for a character that becomes bytes, and merges with nothing

    private readonly List<string> tokens = [];
    private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);
    private readonly List<(string Left, string Right)> merges = [];
    private readonly List<(int[] Symbols, int Length, long Count)> words = [];
    private readonly Dictionary<(int Left, int Right), long> counts = [];
    private readonly Dictionary<(int Left, int Right), List<int>> places = []; // words with the pair, or once with it
    private readonly PriorityQueue<(int Left, int Right), (long Less, int Left, int Right)> queue = new();
    private readonly HashSet<(int Left, int Right)> changed = [], learned = [];

    private BpeTrainer(IReadOnlyDictionary<string, long> pieces)
    {
        var alphabet = Alphabet(pieces);
        foreach (var token in alphabet)
            IdOf(token);
        foreach (var (piece, count) in pieces)
        {
            var symbols = Characters(piece).Select(symbol => ids.GetValueOrDefault(symbol, Barrier)).ToArray();
            words.Add((symbols, symbols.Length, count));
            Add(words.Count - 1, 1);
        }
    }

    private enum Kind
    {
        Space,
        Cjk,
        Letter,
        Number,
        Sign,
        Format,
    }

    /// <summary>Learns from lines of text.</summary>
    /// <param name="lines">The text; the text of both sides if both shall have the same tokens.</param>
    /// <param name="merges">The most merges to learn; there are fewer if no pair is left that occurs twice.</param>
    /// <param name="splitsPunctuation">
    /// Whether no merge joins letters, numbers, Chinese or Japanese characters and signs with one another, so that
    /// "house" and "house." begin with the same tokens. If not, only white space separates words. Format characters,
    /// such as the zero width joiner, go with the characters beside them.
    /// </param>
    /// <param name="progress">Is told how many of the merges were learned.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of merges is negative.</exception>
    public static BpeTokenizer Train(
        IEnumerable<string> lines, int merges, bool splitsPunctuation = true,
        IProgress<WorkProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentOutOfRangeException.ThrowIfNegative(merges);
        var trainer = new BpeTrainer(Pieces(lines, splitsPunctuation));
        trainer.Run(merges, progress);
        return new BpeTokenizer(Vocabulary.Of([.. BpeBytes.Tokens, .. trainer.tokens]), trainer.merges);
    }

    private static IReadOnlyDictionary<string, long> Pieces(IEnumerable<string> lines, bool splitsPunctuation)
    {
        var pieces = new TextCounter();
        foreach (var word in lines.SelectMany(BpeTokenizer.Words))
        {
            for (var rest = word.Span; !rest.IsEmpty;)
            {
                var end = EndOfPiece(rest, splitsPunctuation);
                pieces.Add(rest[..end]);
                rest = rest[end..];
            }
        }

        return pieces.Counts;
    }

    private static int EndOfPiece(ReadOnlySpan<char> text, bool splitsPunctuation)
    {
        var end = text[0] == ' ' ? 1 : 0;
        if (end == text.Length)
            return end;
        var kind = KindOf(text[end..], out var length);
        if (kind is Kind.Space)
            return Math.Max(end, length * (1 - end)); // a tab or the like stands alone
        for (end += length; end < text.Length; end += length)
        {
            var next = KindOf(text[end..], out length);
            var fits = next == kind || next is Kind.Format || kind is Kind.Format || !splitsPunctuation;
            if (next is Kind.Space || !fits)
                break;
            if (next is not Kind.Format)
                kind = next;
        }

        return end;
    }

    private static Kind KindOf(ReadOnlySpan<char> text, out int length)
    {
        Rune.DecodeFromUtf16(text, out var rune, out length);
        return Rune.IsWhiteSpace(rune) ? Kind.Space
            : WordTokenizer.IsFormat(rune) ? Kind.Format
            : Cjk.Contains(rune) ? Cjk.IsSign(rune) ? Kind.Sign : Kind.Cjk
            : Rune.IsNumber(rune) ? Kind.Number
            : WordTokenizer.IsWordPart(rune) ? Kind.Letter : Kind.Sign;
    }

    /// <summary>
    /// The characters as tokens: ▁ for a space, and an empty text for a character that cannot be a token.
    /// </summary>
    private static IEnumerable<string> Characters(string piece)
    {
        for (int start = 0, length; start < piece.Length; start += length)
        {
            var whole = Rune.DecodeFromUtf16(piece.AsSpan(start), out _, out length) == OperationStatus.Done;
            var character = piece.Substring(start, length);
            yield return character == " " ? BpeTokenizer.Spacer
                : character == BpeTokenizer.Spacer || !whole ? ""
                : character;
        }
    }

    private static IEnumerable<string> Alphabet(IReadOnlyDictionary<string, long> pieces)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal) { [BpeTokenizer.Spacer] = MinimumCount };
        foreach (var (piece, count) in pieces)
        {
            foreach (var character in Characters(piece))
                CollectionsMarshal.GetValueRefOrAddDefault(counts, character, out _) += count;
        }

        counts.Remove("");
        return counts.Where(entry => entry.Value >= MinimumCount).Select(entry => entry.Key)
            .OrderBy(character => Rune.GetRuneAt(character, 0).Value);
    }

    private void Run(int most, IProgress<WorkProgress>? progress)
    {
        using var counter = new ProgressCounter(progress, "learning merges", most);
        foreach (var (pair, count) in counts)
            queue.Enqueue(pair, (-count, pair.Left, pair.Right));
        while (merges.Count < most && queue.TryDequeue(out var pair, out var rank))
        {
            var count = -rank.Less;
            if (count < MinimumCount)
                break;
            var (left, right) = (tokens[pair.Left], tokens[pair.Right]);
            if (counts.GetValueOrDefault(pair) != count || IsReserved(left + right))
                continue; // the count is out of date, and the new count is queued too
            // A token that two merges make may bring back a pair that was merged before.
            if (learned.Add(pair))
                merges.Add((left, right));
            Merge(pair, IdOf(left + right));
            counter.At(merges.Count);
        }
    }

    /// <summary>Whether a token would read like a special token, a byte, or the first line of the merges.</summary>
    private static bool IsReserved(string token) =>
        Vocabulary.IsSpecial(token) || BpeBytes.TryParse(token, out _)
        || token.StartsWith(BpeMerges.Version, StringComparison.Ordinal);

    private int IdOf(string token)
    {
        if (ids.TryGetValue(token, out var id))
            return id;
        tokens.Add(token);
        ids.Add(token, tokens.Count - 1);
        return tokens.Count - 1;
    }

    private void Merge((int Left, int Right) pair, int result)
    {
        changed.Clear();
        places.Remove(pair, out var held);
        foreach (var word in held!)
        {
            var (symbols, length, count) = words[word];
            if (!Holds(symbols.AsSpan(0, length), pair))
                continue;
            Add(word, -1);
            var to = 0;
            for (var from = 0; from < length; from++)
            {
                var merges = from + 1 < length && symbols[from] == pair.Left && symbols[from + 1] == pair.Right;
                symbols[to++] = merges ? result : symbols[from];
                if (merges)
                    from++;
            }

            words[word] = (symbols, to, count);
            Add(word, 1);
        }

        foreach (var other in changed)
        {
            if (counts[other] > 0)
                queue.Enqueue(other, (-counts[other], other.Left, other.Right));
        }
    }

    private static bool Holds(ReadOnlySpan<int> symbols, (int Left, int Right) pair)
    {
        for (var i = 1; i < symbols.Length; i++)
        {
            if (symbols[i - 1] == pair.Left && symbols[i] == pair.Right)
                return true;
        }

        return false;
    }

    /// <summary>Adds a word's pairs to the counts (sign 1), or takes them out (sign -1).</summary>
    private void Add(int word, int sign)
    {
        var (symbols, length, count) = words[word];
        for (var i = 1; i < length; i++)
        {
            var pair = (symbols[i - 1], symbols[i]);
            if (symbols[i - 1] == Barrier || symbols[i] == Barrier)
                continue;
            CollectionsMarshal.GetValueRefOrAddDefault(counts, pair, out _) += sign * count;
            changed.Add(pair);
            if (sign < 0)
                continue;
            ref var held = ref CollectionsMarshal.GetValueRefOrAddDefault(places, pair, out _);
            held ??= [];
            if (held.Count == 0 || held[^1] != word)
                held.Add(word);
        }
    }
}
