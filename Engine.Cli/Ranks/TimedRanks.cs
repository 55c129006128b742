using System.Diagnostics;
using Engine.Training;

namespace Engine.Cli;

/// <summary>Measures how long ranks wait for each other and exchange gradients.</summary>
/// <param name="ranks">The ranks.</param>
internal sealed class TimedRanks(IRankGroup ranks) : IRankGroup
{
    private long waiting, exchanging;

    /// <inheritdoc/>
    public int Rank => ranks.Rank;

    /// <inheritdoc/>
    public int Count => ranks.Count;

    /// <summary>
    /// How long this rank waited for the others since the first update. All ranks exchange a few numbers before the
    /// gradients, so that a rank that is ahead waits there.
    /// </summary>
    public TimeSpan Waiting => Stopwatch.GetElapsedTime(0, waiting);

    /// <summary>How long the gradients travelled, and were added.</summary>
    public TimeSpan Exchanging => Stopwatch.GetElapsedTime(0, exchanging);

    /// <summary>How many updates exchanged gradients.</summary>
    public int Exchanges { get; private set; }

    /// <summary>The bytes of gradients that this rank has sent to other ranks.</summary>
    public long BytesSent { get; private set; }

    /// <inheritdoc/>
    public void Broadcast(Span<byte> bytes)
    {
        var begun = Stopwatch.GetTimestamp();
        ranks.Broadcast(bytes);
        waiting += Stopwatch.GetTimestamp() - begun;
    }

    /// <inheritdoc/>
    public void Gather(ReadOnlySpan<byte> own, Span<byte> all)
    {
        var begun = Stopwatch.GetTimestamp();
        ranks.Gather(own, all);
        waiting += Stopwatch.GetTimestamp() - begun;
    }

    /// <inheritdoc/>
    public void Exchange(ReadOnlySpan<float> sent, int[] sentCounts, Span<float> received, int[] receivedCounts)
    {
        if (Exchanges == 0) waiting = 0; // until now ranks waited for each other's texts and compilers
        var begun = Stopwatch.GetTimestamp();
        ranks.Exchange(sent, sentCounts, received, receivedCounts);
        exchanging += Stopwatch.GetTimestamp() - begun;
        Exchanges++;
        BytesSent += sizeof(float) * (sentCounts.Sum(count => (long)count) - sentCounts[Rank]);
    }

    /// <inheritdoc/>
    public void Join(Span<float> numbers, int[] counts)
    {
        var begun = Stopwatch.GetTimestamp();
        ranks.Join(numbers, counts);
        exchanging += Stopwatch.GetTimestamp() - begun;
        BytesSent += sizeof(float) * (long)counts[Rank] * (Count - 1);
    }
}
