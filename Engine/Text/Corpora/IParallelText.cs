namespace Engine.Text;

/// <summary>Pairs of lines, sentences and their translations: held in memory, or read again each time.</summary>
public interface IParallelText
{
    /// <summary>The number of pairs.</summary>
    int Count { get; }

    /// <summary>The number of pairs that were left out because one side is blank.</summary>
    int SkippedPairs { get; }

    /// <summary>The SHA-256 of all pairs, by which two texts are compared.</summary>
    string Hash { get; }

    /// <summary>The pairs in order; each enumeration gives the same pairs.</summary>
    IEnumerable<(string Source, string Target)> Pairs { get; }

    /// <summary>Where a line is, for messages: its file and its number, such as "train.de:41982".</summary>
    /// <param name="pair">The index of its pair in <see cref="Pairs"/>.</param>
    /// <param name="isTarget">Whether it is the translation.</param>
    string PlaceOf(int pair, bool isTarget);
}
