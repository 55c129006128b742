using System.Numerics.Tensors;
using Engine.Storage;

namespace Engine.Text;

/// <summary>
/// The statistics of each sentence of a text, in single precision as sacreBLEU holds them: 40 bytes a sentence for
/// BLEU, 72 for chrF, 96 for chrF++, 8 for TER.
/// </summary>
/// <param name="width">The number of statistics of a sentence.</param>
/// <param name="most">The most bytes of memory that the statistics may take.</param>
internal sealed class SentenceStatistics(int width, long most)
{
    private const int SentencesOfBlock = 4096;

    private readonly List<float[]> blocks = [];

    /// <summary>Statistics that take at most the memory that the lines of a file may take.</summary>
    public SentenceStatistics(int width)
        : this(width, HeldLines.Most)
    {
    }

    /// <summary>The number of statistics of a sentence.</summary>
    public int Width { get; } = width;

    /// <summary>The number of sentences.</summary>
    public int Count { get; private set; }

    /// <summary>Adds the statistics of a sentence.</summary>
    /// <exception cref="InputException">The statistics take too much memory.</exception>
    public void Add(ReadOnlySpan<double> statistics)
    {
        if (Count % SentencesOfBlock == 0)
        {
            if ((blocks.Count + 1L) * SentencesOfBlock * Width * sizeof(float) > most || Count == Array.MaxLength)
            {
                throw new InputException(FormattableString.Invariant(
                    $"the statistics of {Count:N0} sentences take all the memory that they may take here ({most:N0} ")
                    + "bytes for each metric); score a part of the text, or leave intervals and comparisons out");
            }
            blocks.Add(new float[SentencesOfBlock * Width]);
        }
        TensorPrimitives.ConvertTruncating(statistics, Row(Count++));
    }

    /// <summary>Sums the statistics of sentences, one after the other.</summary>
    /// <param name="sentences">The indices of the sentences; an index that stands n times counts n times.</param>
    /// <param name="sums">[Width]: receives the sums.</param>
    public void Sum(ReadOnlySpan<int> sentences, Span<float> sums)
    {
        sums.Clear();
        foreach (var sentence in sentences) TensorPrimitives.Add(sums, Row(sentence), sums);
    }

    private Span<float> Row(int sentence) =>
        blocks[sentence / SentencesOfBlock].AsSpan(sentence % SentencesOfBlock * Width, Width);
}
