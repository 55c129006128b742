using Engine.Storage;

namespace Engine.Training;

/// <summary>How word vectors are learned: the options of word2vec's skip-gram with negative sampling.</summary>
public sealed record WordVectorOptions
{
    /// <summary>The numbers of a vector; a network that begins with the vectors has this dModel.</summary>
    [Range(AtLeast = 1, AtMost = 65_536)]
    public int Dimension { get; init; } = 128;

    /// <summary>
    /// The most words between a word and another that counts as near, that word included. For each word the window is
    /// drawn anew, from 1 up to this number, so that nearer words count more.
    /// </summary>
    [Range(AtLeast = 1, AtMost = 1000)]
    public int Window { get; init; } = 5;

    /// <summary>The random words that each near word is told from.</summary>
    [Range(AtLeast = 1, AtMost = 1000)]
    public int Negatives { get; init; } = 5;

    /// <summary>How often the text is read.</summary>
    [Range(AtLeast = 1, AtMost = int.MaxValue)]
    public int Epochs { get; init; } = 5;

    /// <summary>
    /// t: a word with the share f of the text is left out with the probability 1 - √(t / f), if f is above t.
    /// </summary>
    [Range(Above = 0, AtMost = 1)]
    public double Subsample { get; init; } = 1e-3;

    /// <summary>The learning rate at the beginning; it falls linearly to almost 0.</summary>
    [Range(Above = 0, AtMost = 10)]
    public double LearningRate { get; init; } = 0.025;

    /// <summary>The seed of every random choice.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Checks every value.</summary>
    /// <exception cref="InputException">A value is outside its range; the message names the property.</exception>
    public void Validate()
    {
        foreach (var property in typeof(WordVectorOptions).GetProperties())
        {
            if (Attribute.GetCustomAttribute(property, typeof(RangeAttribute)) is RangeAttribute range)
                range.Check(
                    $"{nameof(WordVectorOptions)}.{property.Name}", Convert.ToDouble(property.GetValue(this), null));
        }
    }
}
