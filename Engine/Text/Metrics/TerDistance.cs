namespace Engine.Text;

/// <summary>
/// The edit distance between a hypothesis and a reference in words: the fewest words to insert, remove and replace.
/// </summary>
/// <remarks>
/// As in sacreBLEU, only a band of the table about its diagonal is computed. The distance of texts whose equal words
/// stand far apart may be too large.
/// </remarks>
internal sealed class TerDistance
{
    private const int Band = 25, Unknown = 1 << 29;

    private readonly int[] reference, words, moved;
    private readonly double ratio;
    private readonly int band;
    private readonly int[][] costs, tried; // [hypothesis + 1][reference + 1]

    /// <summary>The distance of two sequences of word ids.</summary>
    public TerDistance(int[] hypothesis, int[] reference)
    {
        this.reference = reference;
        (words, moved) = ([.. hypothesis], new int[hypothesis.Length]);
        ratio = hypothesis.Length > 0 ? (double)reference.Length / hypothesis.Length : 1;
        // Where the reference is much longer, the bands of two rows must still overlap.
        band = ratio / 2 > Band ? (int)Math.Ceiling((ratio / 2) + Band) : Band;
        costs = [.. Enumerable.Range(0, hypothesis.Length + 1).Select(_ => new int[reference.Length + 1])];
        tried = [.. costs.Select(row => new int[row.Length])];
        for (var j = 0; j <= reference.Length; j++) costs[0][j] = j;
        Compute(words, costs, 0);
    }

    /// <summary>The words of the hypothesis, with the moves that were taken.</summary>
    public ReadOnlySpan<int> Words => words;

    /// <summary>The distance.</summary>
    public int Edits => costs[^1][^1];

    /// <summary>The distance after a move.</summary>
    /// <param name="from">The index of the first word to move.</param>
    /// <param name="length">The number of words to move.</param>
    /// <param name="to">
    /// The index before which the words are inserted; if it is within the words, they are moved to the right by its
    /// distance from their first.
    /// </param>
    public int After(int from, int length, int to)
    {
        Move(from, length, to);
        // The rows of the words before the first that changes stay as they are.
        Compute(moved, tried, Math.Min(from, to));
        return tried[^1][^1];
    }

    /// <summary>Moves words; <see cref="After"/> explains the parameters.</summary>
    public void Take(int from, int length, int to)
    {
        Move(from, length, to);
        moved.CopyTo(words, 0);
        Compute(words, costs, Math.Min(from, to));
    }

    /// <summary>
    /// Where the words of the reference stand in the hypothesis, and which words are wrong, in the edits that the
    /// distance counts.
    /// </summary>
    public TerAlignment Align()
    {
        var alignment = new TerAlignment(words.Length, reference.Length);
        var (i, j) = (words.Length, reference.Length);
        while (i > 0 || j > 0)
        {
            var cost = costs[i][j];
            // Equal or replaced words come before removed words, and removed words before inserted words.
            if (i > 0 && j > 0 && costs[i - 1][j - 1] + Replacing(words, i, j) == cost)
            {
                i--;
                j--;
                alignment.Pair(i, j, isWrong: words[i] != reference[j]);
            }
            else if (i > 0 && costs[i - 1][j] + 1 == cost) alignment.Remove(--i);
            else alignment.Insert(--j, i - 1);
        }
        alignment.Sum();
        return alignment;
    }

    private void Move(int from, int length, int to)
    {
        // The words change places with their neighbours on the left or on the right.
        var (start, middle, end) = to < from
            ? (to, from, from + length)
            : (from, from + length, Math.Min(to <= from + length ? to + length : to, words.Length));
        words.CopyTo(moved, 0);
        words.AsSpan(middle, end - middle).CopyTo(moved.AsSpan(start));
        words.AsSpan(start, middle - start).CopyTo(moved.AsSpan(start + end - middle));
    }

    /// <summary>Computes the rows of a table after a row that <see cref="costs"/> holds already.</summary>
    private void Compute(int[] hypothesis, int[][] table, int known)
    {
        for (var i = known + 1; i <= hypothesis.Length; i++)
        {
            var (above, row) = (i == known + 1 ? costs[known] : table[i - 1], table[i]);
            Array.Fill(row, Unknown);
            var diagonal = (int)Math.Floor(i * ratio);
            var end = i == hypothesis.Length
                ? reference.Length : Math.Min(reference.Length, diagonal + band - 1);
            for (var j = Math.Max(0, diagonal - band); j <= end; j++)
            {
                var cost = above[j] + 1;
                if (j > 0)
                    cost = Math.Min(Math.Min(above[j - 1] + Replacing(hypothesis, i, j), cost), row[j - 1] + 1);
                row[j] = Math.Min(cost, Unknown);
            }
        }
    }

    /// <summary>What it costs to replace the word before row i by the word before column j.</summary>
    private int Replacing(int[] hypothesis, int i, int j) => hypothesis[i - 1] == reference[j - 1] ? 0 : 1;
}
