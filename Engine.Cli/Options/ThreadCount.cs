using Engine.Storage;

namespace Engine.Cli;

/// <summary>The option <c>--threads</c>.</summary>
internal static class ThreadCount
{
    private const int Most = 1024;

    /// <summary>The number of threads to use: the number that was asked for, or one for each processor.
    /// Ranks on one machine share its processors.</summary>
    /// <exception cref="InputException">The number is outside its range.</exception>
    public static int Of(int? asked) => asked switch
    {
        null => Launch.OfProcess.Processors(Environment.ProcessorCount),
        >= 1 and <= Most => asked.Value,
        _ => throw new InputException(
            $"--threads {asked}: must be 1 to {Most}; this machine has {Environment.ProcessorCount}"),
    };
}
