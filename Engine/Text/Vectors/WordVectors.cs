using Engine.Storage;

namespace Engine.Text;

/// <summary>
/// Words and a vector for each, as word2vec (Mikolov et al. 2013) and its relatives learn them. A file of them is that
/// of word2vec's text form (<see cref="Save"/>, <see cref="Load"/>).
/// </summary>
public sealed class WordVectors
{
    private readonly Dictionary<string, int> rows = new(StringComparer.Ordinal);
    private readonly List<string> words = [];
    private readonly List<float[]> vectors = [];

    /// <summary>No words yet.</summary>
    /// <param name="dimension">The numbers of a vector.</param>
    internal WordVectors(int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        Dimension = dimension;
    }

    /// <summary>The numbers of a vector.</summary>
    public int Dimension { get; }

    /// <summary>The words in their order.</summary>
    public IReadOnlyList<string> Words => words;

    /// <summary>The vector of a word, [<see cref="Dimension"/>]; empty if the word is not known.</summary>
    public ReadOnlySpan<float> Of(string word) => rows.TryGetValue(word, out var row) ? vectors[row] : [];

    /// <summary>
    /// The words whose vectors have the greatest cosine with that of a word, the nearest first; of equal cosines the
    /// earlier word. None for a word that is not known.
    /// </summary>
    /// <param name="word">The word; it is not its own neighbour.</param>
    /// <param name="most">The most neighbours.</param>
    public IReadOnlyList<(string Word, double Cosine)> Neighbours(string word, int most)
    {
        if (!rows.TryGetValue(word, out var own)) return [];
        return
        [
            .. words.Select((other, row) => (Word: other, Row: row)).Where(other => other.Row != own)
                .Select(other => (other.Word, Cosine: CosineOf(vectors[own], vectors[other.Row])))
                .OrderByDescending(other => other.Cosine).Take(most),
        ];
    }

    /// <summary>
    /// Writes the text form of word2vec, in UTF-8: the line "count dimension", then a line for each word: the word and
    /// its numbers, with a space before each number. A number has the digits that give the same float again.
    /// </summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Save(string path) => WordVectorFile.Write(path, this);

    /// <summary>
    /// Reads the text form of word2vec, which <see cref="Save"/>, word2vec, gensim and fastText write. The file may be
    /// compressed by gzip.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="progress">Is told how much of the file is read.</param>
    /// <param name="keeps">Which words to keep in memory; null for all. Every line is checked.</param>
    /// <exception cref="InputException">The file cannot be read, or is not of this form; the message names the line.
    /// </exception>
    public static WordVectors Load(
        string path, IProgress<WorkProgress>? progress = null, Func<string, bool>? keeps = null) =>
        WordVectorFile.Read(path, progress, keeps);

    /// <summary>Adds a word.</summary>
    /// <returns>Whether the word is new; a known word keeps its vector.</returns>
    /// <exception cref="ArgumentException">The word is empty, or holds a space or a line end, which the text form
    /// cannot write.</exception>
    internal bool Add(string word, float[] vector)
    {
        if (word.Length == 0 || word.AsSpan().ContainsAny(' ', '\n'))
            throw new ArgumentException($"WordVectors: the word {FileProblem.Quote(word)} is empty, or holds a space "
                + "or a line end, which end a word in word2vec's text form; replace them, as tokenizers do by ▁.");
        if (!rows.TryAdd(word, words.Count)) return false;
        words.Add(word);
        vectors.Add(vector);
        return true;
    }

    // A vector of zeros has no direction, and is nobody's neighbour. Products are summed in double: the square of 1e20
    // or of 1e-25 is no float.
    private static double CosineOf(float[] a, float[] b)
    {
        var (dot, squaresOfA, squaresOfB) = (0.0, 0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            dot += (double)a[i] * b[i];
            squaresOfA += (double)a[i] * a[i];
            squaresOfB += (double)b[i] * b[i];
        }
        return Math.Sqrt(squaresOfA) * Math.Sqrt(squaresOfB) is > 0 and var lengths ? dot / lengths : 0;
    }
}
