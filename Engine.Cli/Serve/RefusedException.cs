namespace Engine.Cli;

/// <summary>A request that the server refuses, with the status of HTTP and the reason in one line.</summary>
internal sealed class RefusedException(int status, string reason) : Exception(reason)
{
    /// <summary>The status of HTTP.</summary>
    public int Status { get; } = status;
}
