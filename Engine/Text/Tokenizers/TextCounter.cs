using System.Runtime.InteropServices;

namespace Engine.Text;

/// <summary>
/// Counts how often each text occurs, in memory that does not grow with what is counted: of more than
/// <see cref="Limit"/> different texts the rarest are forgotten (lossy counting, Manku and Motwani 2002).
/// </summary>
/// <remarks>
/// Until the limit is reached, every count is exact. Each time it is reached, texts that occurred once are forgotten,
/// then texts that occurred twice, and so on, until half of the room is free. So a frequent text keeps its place, and
/// its count is too small at most by what it had when it was last forgotten.
/// </remarks>
/// <param name="limit">The most different texts.</param>
internal sealed class TextCounter(int limit = TextCounter.Limit)
{
    /// <summary>
    /// The most different texts that are counted at a time: far more than the words of any vocabulary of a model.
    /// </summary>
    public const int Limit = 5_000_000;

    private readonly Dictionary<string, long> counts = new(StringComparer.Ordinal);

    /// <summary>The texts and how often each occurred.</summary>
    public IReadOnlyDictionary<string, long> Counts => counts;

    /// <summary>Counts a text once more.</summary>
    public void Add(ReadOnlySpan<char> text)
    {
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(
            counts.GetAlternateLookup<ReadOnlySpan<char>>(), text, out _);
        count++;
        if (count == 1 && counts.Count > limit) Forget();
    }

    private void Forget()
    {
        for (var rare = 1L; counts.Count > limit / 2; rare = counts.Values.Min())
        {
            foreach (var (text, count) in counts)
            {
                if (count <= rare) counts.Remove(text);
            }
        }
    }
}
