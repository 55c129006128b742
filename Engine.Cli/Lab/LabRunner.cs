using Engine.Lab;

namespace Engine.Cli;

/// <summary>
/// Computes pages one after another, and shows how long it still takes. Ctrl+C ends the page under way; the pages
/// before it stay.
/// </summary>
internal sealed class LabRunner : IDisposable
{
    private readonly CommandStreams streams;
    private readonly StopSignal stop;

    /// <summary>Listens for Ctrl+C until it is disposed.</summary>
    public LabRunner(CommandStreams streams)
    {
        this.streams = streams;
        stop = new StopSignal(_ => streams.Error.WriteLine(
            "stopping; the pages that are finished stay. A second signal ends the program at once"));
    }

    /// <summary>The exit code after a signal; null if all pages were computed.</summary>
    public int? StopCode { get; private set; }

    /// <summary>Computes pages, as they are asked for.</summary>
    /// <param name="entries">The pages.</param>
    /// <param name="given">The seed, the size, the threads and the values of parameters.</param>
    public IEnumerable<LabAnswer> Run(IReadOnlyList<LabEntry> entries, LabArguments given)
    {
        using var progress = new LabProgress(entries, streams);
        foreach (var entry in entries)
        {
            progress.Begin(entry);
            var answer = Answer(entry, given, progress);
            progress.End();
            if (answer is null) yield break;
            yield return answer;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stop.Dispose();

    private LabAnswer? Answer(LabEntry entry, LabArguments given, LabProgress progress)
    {
        var (options, values) = given;
        try
        {
            stop.Token.ThrowIfCancellationRequested();
            var run = new LabRun(entry, options.Seed, options.Size == "full", values, stop.Token)
            {
                Threads = ThreadCount.Of(options.Threads), Progress = progress,
            };
            return new LabAnswer
            {
                Entry = entry, Result = entry.Run(run), Seed = options.Seed, Size = options.Size, Values = values,
            };
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            StopCode = stop.ExitCode;
            return null;
        }
    }
}
