using System.Runtime.InteropServices;

namespace Engine.Cli;

/// <summary>
/// Ctrl+C and SIGTERM ask training to stop after the update under way; a second signal ends the process at once. Of
/// several ranks, rank 0 decides. <c>mpirun</c> answers Ctrl+C and SIGTERM by ending all ranks within seconds, but
/// passes SIGUSR1 on at once, so that ranks listen to SIGUSR1 too.
/// </summary>
internal sealed class StopSignal : IDisposable
{
    // A shell reports a process that a signal ended as 128 and the signal's number.
    private const int EndedBySignal = 128, Interrupt = 2, Terminate = 15;

    private static readonly int UserDefined = OperatingSystem.IsMacOS() ? 30 : 10;

    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    /// <summary>Listens until it is disposed.</summary>
    /// <param name="say">Shows a line to the person who sent the signal.</param>
    /// <param name="isRank">Whether other processes train together with this one.</param>
    public StopSignal(Action<string> say, bool isRank = false)
    {
        IEnumerable<PosixSignal> signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM];
        if (isRank && !OperatingSystem.IsWindows()) signals = signals.Append((PosixSignal)UserDefined);
        registrations = [.. signals.Select(signal =>
            PosixSignalRegistration.Create(signal, context =>
            {
                if (source.IsCancellationRequested) return;
                context.Cancel = true;
                ExitCode = EndedBySignal + signal switch
                {
                    PosixSignal.SIGINT => Interrupt, PosixSignal.SIGTERM => Terminate, _ => UserDefined,
                };
                say($"stopping after this update{(isRank ? ", if every rank still runs" : "")}; the model will be "
                    + $"saved. A second {(signal == PosixSignal.SIGINT ? "Ctrl+C" : "signal")} ends the run at once, "
                    + "and what is not saved by then is lost");
                source.Cancel();
            }))];
    }

    /// <summary>Is cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>The exit code after a signal.</summary>
    public int ExitCode { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
    }
}
