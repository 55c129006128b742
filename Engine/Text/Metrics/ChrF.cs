using System.Globalization;
using System.Runtime.InteropServices;

namespace Engine.Text;

/// <summary>chrF and how it was computed.</summary>
/// <param name="Score">chrF, from 0 to 100.</param>
/// <param name="Name">As sacreBLEU calls it: chrF2 for beta 2, and a + for each order of words.</param>
/// <param name="Signature">What a reader must know to compute the same, in sacreBLEU's form.</param>
public sealed record ChrFScore(double Score, string Name, string Signature)
{
    /// <summary>As sacreBLEU prints it: <c>chrF2 = 59.73</c>.</summary>
    public override string ToString() => $"{Name} = {PythonText.Fixed(Score, 2)}";
}

/// <summary>
/// chrF and chrF++ (Popović 2015, 2017) as sacreBLEU computes them: the F-score, with recall weighed twice as much as
/// precision, of the n-grams of characters without white space, n from 1 to 6, and for chrF++ also of words, n from 1
/// to 2: <c>F = (1 + beta^2) P R / (beta^2 P + R)</c>, with P and R averaged over the orders that occur.
/// </summary>
public static class ChrF
{
    private const int CharacterOrder = 6;
    private const int Beta = 2;

    /// <summary>chrF of hypotheses with one reference each.</summary>
    /// <param name="hypotheses">What is scored, a sentence an item.</param>
    /// <param name="references">The translation of each by a person.</param>
    /// <param name="wordOrder">The longest n-grams of words: 0 for chrF, 2 for chrF++.</param>
    /// <param name="lowercase">Whether case is ignored.</param>
    /// <exception cref="ArgumentException">There are not as many references as hypotheses.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order is negative.</exception>
    public static ChrFScore Of(
        IReadOnlyList<string> hypotheses, IReadOnlyList<string> references, int wordOrder = 0,
        bool lowercase = false) =>
        Of(hypotheses, (IReadOnlyList<IReadOnlyList<string>>)[references], wordOrder, lowercase);

    /// <summary>chrF of hypotheses with several references each, of which the most similar counts.</summary>
    /// <param name="hypotheses">What is scored, a sentence an item.</param>
    /// <param name="references">Sets of references, each with one for every hypothesis.</param>
    /// <param name="wordOrder">The longest n-grams of words: 0 for chrF, 2 for chrF++.</param>
    /// <param name="lowercase">Whether case is ignored.</param>
    /// <param name="progress">Is told how many sentences were read.</param>
    /// <exception cref="ArgumentException">A set has not as many references as there are hypotheses, or there is no
    /// set.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order is negative.</exception>
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

    /// <summary>The n-grams of each order: of the hypotheses, of the references, and of both.</summary>
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
                // What the reference is too short to have is not held against the hypothesis.
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

    /// <summary>Lines as their characters and the numbers of their words.</summary>
    private sealed class Reader(bool wantsWords, bool lowercase)
    {
        private readonly TokenIds numbers = new();
        private readonly List<int> codePoints = [], separated = [];

        public (int[] Characters, int[] Words) Read(string line)
        {
            PythonText.CodePoints(lowercase ? PythonText.Lower(line) : line, codePoints);
            int[] characters = [.. codePoints.Where(codePoint => !PythonText.IsSpace(codePoint))];
            return (characters, wantsWords ? Words() : []);
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
            return numbers.Of(CollectionsMarshal.AsSpan(separated));
        }

        /// <summary>One sign off a word, behind it or else before it: "(hi)" is "(hi" and ")".</summary>
        private void Separate(ReadOnlySpan<int> word)
        {
            var cut = word.Length == 1 ? 1 : IsPunctuation(word[^1]) ? word.Length - 1 : IsPunctuation(word[0]) ? 1 : 0;
            separated.AddRange(word[..cut]);
            separated.Add(' ');
            separated.AddRange(word[cut..]);
            separated.Add(' ');
        }

        private static bool IsPunctuation(int codePoint) =>
            codePoint < 128 && (char.IsPunctuation((char)codePoint) || char.IsSymbol((char)codePoint));
    }
}
