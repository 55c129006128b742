namespace Engine.Text;

/// <summary>
/// Pairs of similar length as ids, in the form in which a network reads them: the ids of all sentences of a side follow
/// each other without padding, and a layout says which ids form which sentence.
/// </summary>
public sealed class Batch
{
    /// <summary>The batch of <paramref name="pairs"/>.</summary>
    /// <exception cref="ArgumentException">There are no pairs.</exception>
    public Batch(params ReadOnlySpan<SentencePair> pairs)
    {
        if (pairs.IsEmpty) throw new ArgumentException("Batch: no pairs were given; give at least one.");
        var (sourceLengths, targetLengths) = (new int[pairs.Length], new int[pairs.Length]);
        for (var i = 0; i < pairs.Length; i++)
            (sourceLengths[i], targetLengths[i]) = (pairs[i].Source.Length + 1, pairs[i].Target.Length + 1);
        SourceLayout = SequenceLayout.Packed(sourceLengths);
        TargetLayout = SequenceLayout.Packed(targetLengths);
        Source = new int[SourceLayout.Rows];
        TargetInput = new int[TargetLayout.Rows];
        TargetOutput = new int[TargetLayout.Rows];
        for (var i = 0; i < pairs.Length; i++)
        {
            var (source, target) = (pairs[i].Source, pairs[i].Target);
            var (sourceStart, targetStart) = (SourceLayout.Start(i), TargetLayout.Start(i));
            source.CopyTo(Source, sourceStart);
            Source[sourceStart + source.Length] = Vocabulary.End;
            TargetInput[targetStart] = Vocabulary.Begin;
            target.CopyTo(TargetInput, targetStart + 1);
            target.CopyTo(TargetOutput, targetStart);
            TargetOutput[targetStart + target.Length] = Vocabulary.End;
        }
    }

    private Batch(
        int[] source, SequenceLayout sourceLayout, int[] targetInput, int[] targetOutput, SequenceLayout targetLayout)
    {
        (Source, SourceLayout) = (source, sourceLayout);
        (TargetInput, TargetOutput, TargetLayout) = (targetInput, targetOutput, targetLayout);
    }

    /// <summary>The number of pairs.</summary>
    public int Size => SourceLayout.Sequences;

    /// <summary>[source rows]: the ids of each source and <see cref="Vocabulary.End"/>.</summary>
    public int[] Source { get; }

    /// <summary>Which ids of <see cref="Source"/> form which sentence.</summary>
    public SequenceLayout SourceLayout { get; }

    /// <summary>
    /// [target rows]: <see cref="Vocabulary.Begin"/> and the ids of each target. The decoder reads them.
    /// </summary>
    public int[] TargetInput { get; }

    /// <summary>
    /// [target rows]: the ids of each target and <see cref="Vocabulary.End"/>. The decoder should predict them: in each
    /// row the id that comes after the row's id of <see cref="TargetInput"/> (teacher forcing).
    /// </summary>
    public int[] TargetOutput { get; }

    /// <summary>
    /// Which ids of <see cref="TargetInput"/>, and of <see cref="TargetOutput"/>, form which sentence.
    /// </summary>
    public SequenceLayout TargetLayout { get; }

    /// <summary>The number of ids to predict. The sum of their losses is divided by it.</summary>
    public int TargetTokens => TargetOutput.Length;

    /// <summary>The ids of the longest sentence of either side, its begin or end included.</summary>
    public int LongestSentence => Math.Max(SourceLayout.LongestExtent, TargetLayout.LongestExtent);

    /// <summary>The <paramref name="count"/> pairs from <paramref name="start"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The batch has no such pairs.</exception>
    public Batch Slice(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Size - start);
        return Select([.. Enumerable.Range(start, count)]);
    }

    /// <summary>All pairs, and then all pairs once more.</summary>
    public Batch Twice() => Select([.. Enumerable.Range(0, Size), .. Enumerable.Range(0, Size)]);

    private Batch Select(int[] pairs)
    {
        var sourceLayout = SequenceLayout.Packed(Array.ConvertAll(pairs, SourceLayout.Length));
        var targetLayout = SequenceLayout.Packed(Array.ConvertAll(pairs, TargetLayout.Length));
        return new Batch(
            Ids(Source, SourceLayout, sourceLayout), sourceLayout, Ids(TargetInput, TargetLayout, targetLayout),
            Ids(TargetOutput, TargetLayout, targetLayout), targetLayout);

        int[] Ids(int[] all, SequenceLayout layout, SequenceLayout selectedLayout)
        {
            var selected = new int[selectedLayout.Rows];
            for (var i = 0; i < pairs.Length; i++)
                Array.Copy(all, layout.Start(pairs[i]), selected, selectedLayout.Start(i), selectedLayout.Length(i));
            return selected;
        }
    }
}
