using System.Runtime.InteropServices;

namespace Engine.Cli;

/// <summary>
/// Ctrl+C and SIGTERM ask training to stop after the update under way; a second signal ends the process at once.
/// </summary>
internal sealed class StopSignal : IDisposable
{
    // A shell reports a process that a signal ended as 128 and the signal's number.
    private const int EndedBySignal = 128, Interrupt = 2, Terminate = 15;

    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    /// <summary>Listens until it is disposed.</summary>
    /// <param name="say">Shows a line to the person who sent the signal.</param>
    public StopSignal(Action<string> say)
    {
        registrations = [.. ((PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM]).Select(signal =>
            PosixSignalRegistration.Create(signal, context =>
            {
                if (source.IsCancellationRequested) return;
                context.Cancel = true;
                ExitCode = EndedBySignal + (signal == PosixSignal.SIGINT ? Interrupt : Terminate);
                say("stopping after this update; the model will be saved. A second "
                    + (signal == PosixSignal.SIGINT ? "Ctrl+C" : "signal")
                    + " ends the run at once, and what is not saved by then is lost");
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
