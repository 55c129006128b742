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
}
