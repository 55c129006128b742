using Engine.Storage;

namespace Engine.Tests.Fuzz;

/// <summary>A reader of input that anybody may have written or damaged.</summary>
/// <param name="Name">The name, which is also that of its folder of cases.</param>
/// <param name="Seeds">Good inputs, which mutation starts from.</param>
/// <param name="Read">Reads an input; <see cref="InputException"/> refuses it, and any other exception is a fault.
/// </param>
internal sealed record FuzzTarget(string Name, IReadOnlyList<byte[]> Seeds, Action<byte[]> Read)
{
    /// <summary>Whether inputs have JSON, so that mutation changes whole values and keys too.</summary>
    public bool IsJson { get; init; }

    /// <summary>The most time that one input may take: inputs are small, and a busy machine is slow.</summary>
    public TimeSpan MostTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The most bytes that one input may make its reader allocate, all together.</summary>
    public long MostBytes { get; init; } = 256L << 20;

    /// <summary>What is wrong with how an input is read; null if it is read, or refused as input is refused.</summary>
    public string? FaultOf(byte[] input)
    {
        var (begun, allocated) = (TimeProvider.System.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
        try
        {
            Read(input);
        }
        catch (InputException refusal)
        {
            if (refusal.Message.Contains('\n')) return $"a message of several lines: {refusal.Message}";
            if (refusal.Message.Length > 2000) return $"a message of {refusal.Message.Length} characters";
        }
        catch (Exception fault)
        {
            return $"{fault.GetType().Name}: {fault.Message} {fault.StackTrace}";
        }
        var bytes = GC.GetAllocatedBytesForCurrentThread() - allocated;
        if (bytes > MostBytes) return FormattableString.Invariant($"{bytes:N0} bytes were allocated");
        var time = TimeProvider.System.GetElapsedTime(begun);
        return time > MostTime ? FormattableString.Invariant($"reading took {time.TotalSeconds:F1} s") : null;
    }
}
