namespace Engine.Cli;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    /// <summary>The verb did its work.</summary>
    public const int Done = 0;

    /// <summary>The verb did its work, and what was asked did not hold.</summary>
    public const int DoesNotHold = 1;

    /// <summary>The usage or the input is wrong.</summary>
    public const int BadInput = 2;

    /// <summary>The reader of standard output has gone: 128 and the number of SIGPIPE.</summary>
    public const int BrokenPipe = 141;
}
