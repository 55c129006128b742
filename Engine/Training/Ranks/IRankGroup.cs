namespace Engine.Training;

/// <summary>
/// Processes, called ranks, that train one model together: each has the whole model and the whole text, and computes
/// some of the microbatches of every update. A <see cref="Trainer"/> that gets a group ends with the bits of a run of
/// one process, and rank 0 alone writes files.
/// </summary>
/// <remarks>
/// All ranks call the same methods in the same order, and a call returns once the ranks have exchanged their data. How
/// data travel is up to the implementation.
/// </remarks>
public interface IRankGroup
{
    /// <summary>The number of this process, from 0.</summary>
    int Rank { get; }

    /// <summary>The number of processes, from 1.</summary>
    int Count { get; }

    /// <summary>Copies the bytes of rank 0 to every rank.</summary>
    /// <param name="bytes">Read on rank 0, written on the others; on every rank of the same length.</param>
    /// <exception cref="Storage.InputException">The other ranks cannot be reached.</exception>
    void Broadcast(Span<byte> bytes);

    /// <summary>Gives every rank the bytes of all ranks.</summary>
    /// <param name="own">The bytes of this rank; on every rank of the same length.</param>
    /// <param name="all">Gets the bytes of rank 0, then of rank 1, and so on.</param>
    /// <exception cref="Storage.InputException">The other ranks cannot be reached.</exception>
    void Gather(ReadOnlySpan<byte> own, Span<byte> all);

    /// <summary>Sends a part of some numbers to each rank.</summary>
    /// <param name="sent">The part for rank 0, then the part for rank 1, and so on.</param>
    /// <param name="sentCounts">How long each part is.</param>
    /// <param name="received">Gets the part that rank 0 has sent, then the part of rank 1, and so on.</param>
    /// <param name="receivedCounts">How long each of these parts is.</param>
    /// <exception cref="Storage.InputException">The other ranks cannot be reached.</exception>
    void Exchange(ReadOnlySpan<float> sent, int[] sentCounts, Span<float> received, int[] receivedCounts);

    /// <summary>Gives every rank the parts of an array of which each rank has one.</summary>
    /// <param name="numbers">The part of rank 0, then the part of rank 1, and so on; this rank's part is read, and the
    /// others are written.</param>
    /// <param name="counts">How long each part is.</param>
    /// <exception cref="Storage.InputException">The other ranks cannot be reached.</exception>
    void Join(Span<float> numbers, int[] counts);
}
