using System.Globalization;
using System.Runtime.InteropServices;

namespace Engine.Text;

/// <summary>
/// Computes <see cref="ChrF"/> sentence by sentence, in memory that does not grow with their number: chrF of a corpus
/// needs only sums over its sentences.
/// </summary>
public sealed class ChrFCounter
{
    private const int CharacterOrder = 6;
    private const int Beta = 2;

    private readonly int sets, wordOrder;
    private readonly bool lowercase;
    private readonly Counts counts;
    private readonly NGramTable characters = new(CharacterOrder), words;
    private readonly Reader reader;

    /// <summary>A counter without sentences.</summary>
    /// <param name="references">The number of references of each sentence.</param>
    /// <param name="wordOrder">The longest n-grams of words: 0 for chrF, 2 for chrF++.</param>
    /// <param name="lowercase">Whether to ignore case.</param>
    /// <exception cref="ArgumentOutOfRangeException">The word order is negative, or there are no references.
    /// </exception>
    public ChrFCounter(int references, int wordOrder = 0, bool lowercase = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(references);
        ArgumentOutOfRangeException.ThrowIfNegative(wordOrder);
        (sets, this.wordOrder, this.lowercase) = (references, wordOrder, lowercase);
        counts = new Counts(CharacterOrder + wordOrder);
        words = new NGramTable(wordOrder);
        reader = new Reader(wordOrder > 0, lowercase);
    }

    /// <summary>Adds a sentence.</summary>
    /// <param name="hypothesis">The translation to score.</param>
    /// <param name="references">[references]: the translations of the same sentence by persons.</param>
    /// <exception cref="ArgumentException">The number of references is another one.</exception>
    public void Add(string hypothesis, IReadOnlyList<string> references)
    {
        ArgumentNullException.ThrowIfNull(references);
        if (references.Count != sets)
            throw new ArgumentException($"a sentence has {references.Count} references instead of {sets}");
        characters.Clear();
        words.Clear();
        reader.Begin();
        var units = reader.Read(hypothesis);
        var foundCharacters = characters.Count(units.Characters);
        var foundWords = words.Count(units.Words);
        Counts? best = null;
        foreach (var line in references)
        {
            var reference = reader.Read(line);
            var one = new Counts(CharacterOrder + wordOrder);
            one.AddTotals(0, CharacterOrder, units.Characters.Length, reference.Characters.Length);
            one.AddTotals(CharacterOrder, wordOrder, units.Words.Length, reference.Words.Length);
            characters.AddMatches(
                foundCharacters, characters.Count(reference.Characters), one.Matches.AsSpan(0, CharacterOrder));
            words.AddMatches(
                foundWords, words.Count(reference.Words), one.Matches.AsSpan(CharacterOrder));
            if (best is null || one.F() > best.F()) best = one;
        }
        counts.Add(best!);
    }

    /// <summary>chrF of the sentences that were added.</summary>
    public ChrFScore Score()
    {
        var name = $"chrF{Beta}{new string('+', wordOrder)}";
        var signature = string.Create(
            CultureInfo.InvariantCulture,
            $"nrefs:{sets}|case:{(lowercase ? "lc" : "mixed")}|eff:yes|nc:{CharacterOrder}|nw:{wordOrder}|")
            + $"space:no|version:{BleuOptions.Version}";
        return new ChrFScore(counts.F(), name, signature);
    }

    /// <summary>The numbers of n-grams of each order: in the hypotheses, in the references, and in both.</summary>
    private sealed class Counts(int orders)
    {
        private readonly long[] hypothesis = new long[orders], reference = new long[orders];

        public long[] Matches { get; } = new long[orders];

        public void AddTotals(int at, int order, int hypothesisUnits, int referenceUnits)
        {
            for (var n = 1; n <= order; n++)
            {
                var total = NGramTable.Total(referenceUnits, n);
                reference[at + n - 1] += total;
                // An order that the reference is too short for does not count against the hypothesis.
                if (total > 0) hypothesis[at + n - 1] += NGramTable.Total(hypothesisUnits, n);
            }
        }

        public void Add(Counts other)
        {
            for (var i = 0; i < orders; i++)
            {
                hypothesis[i] += other.hypothesis[i];
                reference[i] += other.reference[i];
                Matches[i] += other.Matches[i];
            }
        }

        public double F()
        {
            var (precision, recall, used) = (0.0, 0.0, 0);
            for (var i = 0; i < orders; i++)
            {
                if (hypothesis[i] == 0 || reference[i] == 0) continue;
                precision += (double)Matches[i] / hypothesis[i];
                recall += (double)Matches[i] / reference[i];
                used++;
            }
            if (precision + recall == 0) return 0;
            (precision, recall) = (precision / used, recall / used);
            const double Factor = Beta * Beta;
            return 100 * ((1 + Factor) * precision * recall / ((Factor * precision) + recall));
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
