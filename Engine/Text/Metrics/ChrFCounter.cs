using System.Globalization;
using System.Runtime.InteropServices;

namespace Engine.Text;

/// <summary>Computes <see cref="ChrF"/> sentence by sentence.</summary>
/// <remarks>
/// The statistics of a sentence are three numbers for each order of n-grams, of characters and then of words: the
/// n-grams of the hypothesis, of the reference that is most similar, and of both.
/// </remarks>
public sealed class ChrFCounter : MetricCounter
{
    private const int CharacterOrder = 6;
    private const int Beta = 2;
    private const int Triple = 3; // hypothesis, reference, matches

    private readonly int wordOrder;
    private readonly bool lowercase;
    private readonly NGramTable characters = new(CharacterOrder), words;
    private readonly Reader reader;

    /// <summary>A counter without sentences.</summary>
    /// <param name="references">The number of references of each sentence.</param>
    /// <param name="wordOrder">The longest n-grams of words: 0 for chrF, 2 for chrF++.</param>
    /// <param name="lowercase">Whether to ignore case.</param>
    /// <param name="keepsSentences">Whether to keep the statistics of each sentence, for a bootstrap.</param>
    /// <exception cref="ArgumentException">There are no references.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The word order is negative.</exception>
    public ChrFCounter(int references, int wordOrder = 0, bool lowercase = false, bool keepsSentences = false)
        : base(references, Triple * (CharacterOrder + Math.Max(wordOrder, 0)), keepsSentences)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(wordOrder);
        (this.wordOrder, this.lowercase) = (wordOrder, lowercase);
        words = new NGramTable(wordOrder);
        reader = new Reader(wordOrder > 0, lowercase);
    }

    /// <inheritdoc/>
    public override string Name => $"chrF{Beta}{new string('+', wordOrder)}";

    /// <inheritdoc/>
    private protected override string Options => string.Create(
        CultureInfo.InvariantCulture,
        $"case:{(lowercase ? "lc" : "mixed")}|eff:yes|nc:{CharacterOrder}|nw:{wordOrder}|space:no");

    /// <summary>chrF of the sentences that were added.</summary>
    public override ChrFScore Score() => new(ScoreOf(Sums), Name, Signature());

    /// <inheritdoc/>
    internal override double ScoreOf<T>(ReadOnlySpan<T> statistics)
    {
        var (precision, recall, used) = (T.Zero, T.Zero, T.Zero);
        for (var i = 0; i < statistics.Length; i += Triple)
        {
            var (hypothesis, reference, matches) = (statistics[i], statistics[i + 1], statistics[i + 2]);
            if (hypothesis == T.Zero || reference == T.Zero) continue;
            precision += matches / hypothesis;
            recall += matches / reference;
            used++;
        }
        if (precision + recall == T.Zero) return 0;
        (precision, recall) = (precision / used, recall / used);
        var factor = T.CreateChecked(Beta * Beta);
        var score = (T.One + factor) * precision * recall / ((factor * precision) + recall);
        return double.CreateChecked(T.CreateChecked(100) * score);
    }

    /// <inheritdoc/>
    private protected override void Measure(
        string hypothesis, IReadOnlyList<string> references, Span<double> statistics)
    {
        characters.Clear();
        words.Clear();
        reader.Begin();
        var units = reader.Read(hypothesis);
        var foundCharacters = characters.Count(units.Characters);
        var foundWords = words.Count(units.Words);
        Span<double> one = stackalloc double[statistics.Length];
        Span<double> matches = stackalloc double[CharacterOrder + wordOrder];
        var best = -1.0;
        foreach (var line in references)
        {
            var reference = reader.Read(line);
            matches.Clear();
            characters.AddMatches(
                foundCharacters, characters.Count(reference.Characters), matches[..CharacterOrder]);
            words.AddMatches(foundWords, words.Count(reference.Words), matches[CharacterOrder..]);
            for (var i = 0; i < matches.Length; i++)
            {
                var (n, ofHypothesis, ofReference) = i < CharacterOrder
                    ? (i + 1, units.Characters.Length, reference.Characters.Length)
                    : (i + 1 - CharacterOrder, units.Words.Length, reference.Words.Length);
                var total = NGramTable.Total(ofReference, n);
                // An order that the reference is too short for does not count against the hypothesis.
                one[Triple * i] = total > 0 ? NGramTable.Total(ofHypothesis, n) : 0;
                one[(Triple * i) + 1] = total;
                one[(Triple * i) + 2] = matches[i];
            }
            var score = ScoreOf<double>(one);
            if (score <= best) continue;
            best = score;
            one.CopyTo(statistics);
        }
    }

    /// <summary>Reads lines as code points and as word ids.</summary>
    private sealed class Reader(bool readsWords, bool lowercase)
    {
        private readonly TokenIds ids = new();
        private readonly List<int> codePoints = [], separated = [];

        /// <summary>Begins a sentence; equal words have equal ids within it.</summary>
        public void Begin() => ids.ForgetIfMany();

        public (int[] Characters, int[] Words) Read(string line)
        {
            PythonText.CodePoints(lowercase ? PythonText.Lower(line) : line, codePoints);
            int[] characters = [.. codePoints.Where(codePoint => !PythonText.IsSpace(codePoint))];
            return (characters, readsWords ? Words() : []);
        }

        private int[] Words()
        {
            separated.Clear();
            for (var start = 0; start < codePoints.Count; start++)
            {
                if (PythonText.IsSpace(codePoints[start])) continue;
                var end = start + 1;
                while (end < codePoints.Count && !PythonText.IsSpace(codePoints[end])) end++;
                Separate(CollectionsMarshal.AsSpan(codePoints)[start..end]);
                start = end;
            }
            return ids.Of(CollectionsMarshal.AsSpan(separated));
        }

        /// <summary>
        /// Separates one sign from a word, at its end or else at its beginning: "(hi)" becomes "(hi" and ")".
        /// </summary>
        private void Separate(ReadOnlySpan<int> word)
        {
            var at = word.Length == 1 ? 1 : IsPunctuation(word[^1]) ? word.Length - 1 : IsPunctuation(word[0]) ? 1 : 0;
            separated.AddRange(word[..at]);
            separated.Add(' ');
            separated.AddRange(word[at..]);
            separated.Add(' ');
        }

        private static bool IsPunctuation(int codePoint) =>
            codePoint < 128 && (char.IsPunctuation((char)codePoint) || char.IsSymbol((char)codePoint));
    }
}
