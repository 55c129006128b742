namespace Engine.Lab;

/// <summary>What an experiment gets: the seed, the size, the values of its parameters.</summary>
/// <param name="entry">The page.</param>
/// <param name="seed">Every random number follows from it.</param>
/// <param name="isFull">Whether the experiment runs at full size, or at its smallest.</param>
/// <param name="values">The values of parameters; the others have their defaults.</param>
/// <param name="cancellation">Ends the experiment between two of its parts.</param>
public sealed class LabRun(
    LabEntry entry, long seed = 1, bool isFull = true, IReadOnlyDictionary<string, double>? values = null,
    CancellationToken cancellation = default)
{
    /// <summary>Every random number follows from it.</summary>
    public long Seed { get; } = seed;

    /// <summary>Whether the experiment runs at full size, or at its smallest.</summary>
    public bool IsFull { get; } = isFull;

    /// <summary>The value of a parameter.</summary>
    public double this[string name] => values is not null && values.TryGetValue(name, out var value)
        ? value
        : entry.Parameters.Single(parameter => parameter.Name == name).Default;

    /// <summary>A stream of random numbers for a part of the experiment.</summary>
    public RandomStream Random(int part = 0) => new RandomStream(Seed).Fork(part);

    /// <summary>Ends here if the reader wants to stop.</summary>
    /// <exception cref="OperationCanceledException">The reader wants to stop.</exception>
    public void Pause() => cancellation.ThrowIfCancellationRequested();
}
