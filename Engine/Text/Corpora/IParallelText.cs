namespace Engine.Text;

/// <summary>Sentences and their translations, in memory or read anew each time.</summary>
public interface IParallelText
{
    /// <summary>The number of pairs.</summary>
    int Count { get; }

    /// <summary>How many pairs were left out because one side is blank.</summary>
    int SkippedPairs { get; }

    /// <summary>The SHA-256 of the pairs' lines: whether another text has the same pairs.</summary>
    string Hash { get; }

    /// <summary>The pairs in order; each enumeration gives the same ones.</summary>
    IEnumerable<(string Source, string Target)> Pairs { get; }
}
