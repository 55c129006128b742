namespace Engine.Lab;

/// <summary>What an experiment gets: the seed, the size, the values of its parameters, the threads.</summary>
/// <param name="entry">The page.</param>
/// <param name="seed">Every random number follows from it.</param>
/// <param name="isFull">Whether the experiment runs at full size, or at its smallest.</param>
/// <param name="values">The values of parameters; the others have their defaults.</param>
/// <param name="cancellation">Ends the experiment between two of its parts.</param>
public sealed class LabRun(
    LabEntry entry, long seed = 1, bool isFull = true, IReadOnlyDictionary<string, double>? values = null,
    CancellationToken cancellation = default)
{
    private const int SeedsOfTraining = 3;

    /// <summary>Every random number follows from it.</summary>
    public long Seed { get; } = seed;

    /// <summary>Whether the experiment runs at full size, or at its smallest.</summary>
    public bool IsFull { get; } = isFull;

    /// <summary>The seeds that a training experiment repeats itself with: three, or one at the smallest size.</summary>
    public IReadOnlyList<long> Seeds => [.. Enumerable.Range(0, IsFull ? SeedsOfTraining : 1).Select(i => Seed + i)];

    /// <summary>How many threads compute. The figures do not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Is told which share of the experiment is done, 0 to 1.</summary>
    public IProgress<double>? Progress { get; init; }

    /// <summary>The value of a parameter.</summary>
    public double this[string name] =>
        values is not null && values.TryGetValue(name, out var value) ? value : Parameter(name).Default;

    /// <summary>The word of a parameter that is a choice.</summary>
    public string Choice(string name) => Parameter(name).Choices![(int)this[name]];

    /// <summary>A stream of random numbers for a part of the experiment.</summary>
    public RandomStream Random(int part = 0) => new RandomStream(Seed).Fork(part);

    /// <summary>Ends here if the reader wants to stop.</summary>
    /// <exception cref="OperationCanceledException">The reader wants to stop.</exception>
    public void Pause() => cancellation.ThrowIfCancellationRequested();

    /// <summary>
    /// Does the parts of an experiment, several at a time, and returns what they found in the order of the parts. A
    /// part computes on one thread and shares nothing that changes with other parts.
    /// </summary>
    public TResult[] Each<TPart, TResult>(IReadOnlyList<TPart> parts, Func<TPart, TResult> work)
    {
        var results = new TResult[parts.Count];
        var done = 0;
        Parallel.For(
            0, parts.Count,
            new ParallelOptions { MaxDegreeOfParallelism = Threads, CancellationToken = cancellation },
            i =>
            {
                results[i] = work(parts[i]);
                Progress?.Report((double)Interlocked.Increment(ref done) / parts.Count);
            });
        return results;
    }

    /// <summary>Does each case with each of <see cref="Seeds"/>.</summary>
    /// <returns>For each case, a result of each seed.</returns>
    public TResult[][] EachSeed<TCase, TResult>(IReadOnlyList<TCase> cases, Func<TCase, long, TResult> work)
    {
        var parts = cases.SelectMany(one => Seeds.Select(seed => (Case: one, Seed: seed))).ToArray();
        return [.. Each(parts, part => work(part.Case, part.Seed)).Chunk(Seeds.Count)];
    }

    private LabParameter Parameter(string name) => entry.Parameters.Single(parameter => parameter.Name == name);
}
