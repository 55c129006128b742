using System.Globalization;
using System.Runtime.InteropServices;

namespace Engine.Text;

/// <summary>A chrF score and its options.</summary>
/// <param name="Score">chrF, from 0 to 100.</param>
/// <param name="Name">The name that sacreBLEU gives it: chrF2 for beta = 2, with a + for each order of words.</param>
/// <param name="Signature">The options with which the score was computed, in sacreBLEU's form.</param>
public sealed record ChrFScore(double Score, string Name, string Signature)
{
    /// <summary>As sacreBLEU prints it: <c>chrF2 = 59.73</c>.</summary>
    public override string ToString() => $"{Name} = {PythonText.Fixed(Score, 2)}";
}

/// <summary>
/// chrF and chrF++ (Popović 2015, 2017) as sacreBLEU computes them: an F-score of n-grams. chrF counts n-grams of
/// characters without white space, n = 1 to 6; chrF++ also counts n-grams of words, n = 1 and 2.
/// <c>F = (1 + beta^2) P R / (beta^2 P + R)</c>, where beta = 2 gives recall R more weight than precision P. P and R
/// are averages over the orders n that occur in hypotheses and references.
/// </summary>
public static class ChrF
{
    private const int CharacterOrder = 6;
    private const int Beta = 2;

    /// <summary>chrF of hypotheses with one reference each.</summary>
    /// <param name="hypotheses">The translations to score, one sentence an item.</param>
    /// <param name="references">A person's translation of each sentence.</param>
    /// <param name="wordOrder">The longest n-grams of words: 0 for chrF, 2 for chrF++.</param>
    /// <param name="lowercase">Whether to ignore case.</param>
    /// <exception cref="ArgumentException">
    /// The number of references is not the number of hypotheses.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The word order is negative.</exception>
    public static ChrFScore Of(
        IReadOnlyList<string> hypotheses, IReadOnlyList<string> references, int wordOrder = 0,
        bool lowercase = false) =>
        Of(hypotheses, (IReadOnlyList<IReadOnlyList<string>>)[references], wordOrder, lowercase);

    /// <summary>
    /// chrF of hypotheses with several references each. Of the references of a sentence, the most similar counts.
    /// </summary>
    /// <param name="hypotheses">The translations to score, one sentence an item.</param>
    /// <param name="references">Sets of references; each set has one reference for each hypothesis.</param>
    /// <param name="wordOrder">The longest n-grams of words: 0 for chrF, 2 for chrF++.</param>
    /// <param name="lowercase">Whether to ignore case.</param>
    /// <param name="progress">Receives the number of sentences read.</param>
    /// <exception cref="ArgumentException">
    /// A set's number of references is not the number of hypotheses, or there is no set.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The word order is negative.</exception>
    public static ChrFScore Of(
        IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> references, int wordOrder,
        bool lowercase = false, IProgress<WorkProgress>? progress = null)
    {
        Bleu.RequireReferences(nameof(ChrF), hypotheses, references);
        ArgumentOutOfRangeException.ThrowIfNegative(wordOrder);
        var counts = new Counts(CharacterOrder + wordOrder);
        var characters = new NGramTable(CharacterOrder);
        var words = new NGramTable(wordOrder);
        var reader = new Reader(wordOrder > 0, lowercase);
        using var counter = new ProgressCounter(progress, "computing chrF", hypotheses.Count);
        for (var i = 0; i < hypotheses.Count; i++)
        {
            counter.At(i);
            characters.Clear();
            words.Clear();
            var hypothesis = reader.Read(hypotheses[i]);
            var foundCharacters = characters.Count(hypothesis.Characters);
            var foundWords = words.Count(hypothesis.Words);
            Counts? best = null;
            foreach (var set in references)
            {
                var reference = reader.Read(set[i]);
                var one = new Counts(CharacterOrder + wordOrder);
                one.AddTotals(0, CharacterOrder, hypothesis.Characters.Length, reference.Characters.Length);
                one.AddTotals(CharacterOrder, wordOrder, hypothesis.Words.Length, reference.Words.Length);
                characters.AddMatches(
                    foundCharacters, characters.Count(reference.Characters), one.Matches.AsSpan(0, CharacterOrder));
                words.AddMatches(
                    foundWords, words.Count(reference.Words), one.Matches.AsSpan(CharacterOrder));
                if (best is null || one.F() > best.F()) best = one;
            }
            counts.Add(best!);
        }
        var name = $"chrF{Beta}{new string('+', wordOrder)}";
        var signature = string.Create(
            CultureInfo.InvariantCulture,
            $"nrefs:{references.Count}|case:{(lowercase ? "lc" : "mixed")}|eff:yes|nc:{CharacterOrder}|nw:{wordOrder}|")
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
