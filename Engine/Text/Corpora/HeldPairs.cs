using Engine.Storage;

namespace Engine.Text;

/// <summary>
/// Counts the memory of pairs as ids. Characters have ids that take twice what their text takes, so that a text whose
/// lines fit may be too large as ids; it is refused as soon as that is sure or likely.
/// </summary>
/// <param name="most">The most bytes of memory that the ids may take.</param>
/// <param name="count">The number of pairs of the text.</param>
internal sealed class HeldPairs(long most, int count)
{
    // What two arrays take beside their ids, and their place in a list that may be half full.
    private const int BytesOfPair = 80;

    private long bytes;
    private int pairs;

    /// <summary>The most memory for ids by default: as much as for the lines of source and target.</summary>
    public static long Most => 2 * HeldLines.Most;

    /// <summary>Counts a pair.</summary>
    /// <exception cref="InputException">The ids take too much memory, or will.</exception>
    public void Add(SentencePair pair)
    {
        pairs++;
        bytes += BytesOfPair + (sizeof(int) * ((long)pair.Source.Length + pair.Target.Length));
        if (bytes > most) Refuse("take more");
        var expected = (double)bytes / pairs * count;
        if (bytes > most / HeldLines.PartOfEstimate && expected > HeldLines.Clear * most)
            Refuse($"take about {HeldLines.Size(expected)} of memory, more");
    }

    private void Refuse(string takes) => throw new InputException(
        $"the ids of the {count} pairs {takes} than the {HeldLines.Size(most)} that the ids of a text may take here; "
        + "give a part of the text, or TrainingConfiguration.Window 100000, which holds only that number of pairs at a "
        + "time, or a tokenizer with longer tokens");
}
