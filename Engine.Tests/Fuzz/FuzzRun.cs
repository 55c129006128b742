namespace Engine.Tests.Fuzz;

/// <summary>Feeds a target with mutated inputs, and keeps an input that made the target do something new.</summary>
/// <param name="target">The reader.</param>
/// <param name="seed">The seed of the mutations.</param>
/// <param name="isNew">
/// Whether the input that was just read reached code, or reached it a number of times, that no input reached before.
/// </param>
internal sealed class FuzzRun(FuzzTarget target, int seed, Func<bool> isNew)
{
    private static readonly TimeSpan MostShortening = TimeSpan.FromSeconds(30);

    private readonly List<byte[]> inputs = [.. target.Seeds];
    private readonly Mutator mutator = new(seed, target.IsJson);

    /// <summary>The number of inputs that were read.</summary>
    public long Count { get; private set; }

    /// <summary>
    /// The number of inputs that mutation starts from: the seeds, and the inputs that reached new code.
    /// </summary>
    public int Kept => inputs.Count;

    /// <summary>Reads one more mutated input.</summary>
    /// <returns>The input and what is wrong with how it is read; null if nothing is.</returns>
    public (byte[] Input, string Fault)? Next()
    {
        var input = mutator.Mutate(mutator.Pick(inputs), mutator.Pick(inputs));
        Count++;
        if (target.FaultOf(input) is { } fault) return (Shorten(input, fault), fault);
        if (isNew()) inputs.Add(input);
        return null;
    }

    /// <summary>
    /// Leaves out blocks of an input while its fault stays of the same kind. An input whose fault is that it takes long
    /// would take a whole run to shorten, so that there is a limit.
    /// </summary>
    private byte[] Shorten(byte[] input, string fault)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var kind = fault.Split(':')[0];
        for (var block = input.Length / 2; block > 0; block /= 2)
        {
            for (var at = 0; at + block <= input.Length;)
            {
                if (TimeProvider.System.GetElapsedTime(begun) > MostShortening) return input;
                byte[] shorter = [.. input[..at], .. input[(at + block)..]];
                if (target.FaultOf(shorter)?.Split(':')[0] == kind) input = shorter;
                else at += block;
            }
        }
        return input;
    }
}
