namespace Engine.Text;

/// <summary>Pairs of similar length, padded to the longest of them.</summary>
public sealed class Batch
{
    private readonly SentencePair[] pairs;
    private readonly int[] indices;

    /// <summary>The batch of <paramref name="pairs"/>.</summary>
    /// <param name="pairs">Its pairs, one row each.</param>
    /// <param name="indices">Where each of them stands in the corpus.</param>
    /// <exception cref="ArgumentException">There are no pairs, or not one index for each.</exception>
    public Batch(ReadOnlySpan<SentencePair> pairs, ReadOnlySpan<int> indices)
    {
        if (pairs.IsEmpty || pairs.Length != indices.Length)
        {
            throw new ArgumentException(
                $"Batch: {pairs.Length} pairs and {indices.Length} indices; give at least one pair and an index each");
        }

        this.pairs = pairs.ToArray();
        this.indices = indices.ToArray();
        SourceLengths = Array.ConvertAll(this.pairs, pair => pair.Source.Length + 1);
        TargetLengths = Array.ConvertAll(this.pairs, pair => pair.Target.Length + 1);
        SourceLength = SourceLengths.Max();
        TargetLength = TargetLengths.Max();
        TargetTokens = TargetLengths.Sum();
        Source = new int[Size * SourceLength];
        TargetInput = new int[Size * TargetLength];
        TargetOutput = new int[Size * TargetLength];
        Fill();
    }

    /// <summary>The number of pairs.</summary>
    public int Size => pairs.Length;

    /// <summary>The longest source, its end included.</summary>
    public int SourceLength { get; }

    /// <summary>The longest target, its begin or end included.</summary>
    public int TargetLength { get; }

    /// <summary>[Size, SourceLength]: each source, <see cref="Vocabulary.End"/>, padding.</summary>
    public int[] Source { get; }

    /// <summary>
    /// [Size, TargetLength]: <see cref="Vocabulary.Begin"/>, each target, padding; what the decoder is given.
    /// </summary>
    public int[] TargetInput { get; }

    /// <summary>
    /// [Size, TargetLength]: each target, <see cref="Vocabulary.End"/>, padding; what the decoder should say, which is
    /// its input moved one place to the left (teacher forcing).
    /// </summary>
    public int[] TargetOutput { get; }

    /// <summary>[Size]: the length of each source, its end included.</summary>
    public int[] SourceLengths { get; }

    /// <summary>[Size]: the length of each target, its begin or end included.</summary>
    public int[] TargetLengths { get; }

    /// <summary>How many target outputs are not padding: what a loss summed over the batch is divided by.</summary>
    public int TargetTokens { get; }

    /// <summary>[Size]: where each pair stands in the corpus.</summary>
    public IReadOnlyList<int> Indices => indices;

    /// <summary><paramref name="count"/> pairs from <paramref name="start"/> on, padded to their own longest.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The batch has no such pairs.</exception>
    public Batch Slice(int start, int count) => new(pairs.AsSpan(start, count), indices.AsSpan(start, count));

    /// <summary>The pairs, and then the same pairs once more.</summary>
    public Batch Twice() => new([.. pairs, .. pairs], [.. indices, .. indices]);

    /// <summary>The tokens of a padded rectangle without the padding, one sentence after the other.</summary>
    /// <param name="padded"><see cref="Source"/>, <see cref="TargetInput"/> or <see cref="TargetOutput"/>.</param>
    /// <param name="lengths">The lengths of its rows.</param>
    public int[] Pack(int[] padded, int[] lengths)
    {
        var packed = new int[lengths.Sum()];
        var width = padded.Length / Size;
        for (int row = 0, to = 0; row < Size; to += lengths[row++])
            padded.AsSpan(row * width, lengths[row]).CopyTo(packed.AsSpan(to));
        return packed;
    }

    private void Fill()
    {
        for (var row = 0; row < Size; row++)
        {
            var source = Source.AsSpan(row * SourceLength, SourceLength);
            source.Fill(Vocabulary.Pad);
            pairs[row].Source.CopyTo(source);
            source[pairs[row].Source.Length] = Vocabulary.End;

            var input = TargetInput.AsSpan(row * TargetLength, TargetLength);
            input.Fill(Vocabulary.Pad);
            input[0] = Vocabulary.Begin;
            pairs[row].Target.CopyTo(input[1..]);

            var output = TargetOutput.AsSpan(row * TargetLength, TargetLength);
            output.Fill(Vocabulary.Pad);
            pairs[row].Target.CopyTo(output);
            output[pairs[row].Target.Length] = Vocabulary.End;
        }
    }
}
