using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Engine.Storage;
using Engine.Text;

namespace Engine.Cli;

/// <summary>Answers some lines.</summary>
/// <param name="lines">The lines.</param>
/// <param name="team">Threads that share the work.</param>
/// <param name="name">The name of the text in messages.</param>
/// <param name="first">The number of the first line.</param>
/// <param name="output">Receives the answers.</param>
/// <param name="progress">Is told which part is answered; null if the length of the text is unknown.</param>
internal delegate void LineAnswer(
    IReadOnlyList<string> lines, ThreadTeam team, string name, int first, TextWriter output,
    IProgress<WorkProgress>? progress);

/// <summary>The work of a verb that reads lines.</summary>
/// <param name="Answer">Answers some lines.</param>
/// <param name="Set">Changes the options between two lines; null if the verb has no such options.</param>
internal sealed record LineService(LineAnswer Answer, Action<string[]>? Set = null);

/// <summary>Reads lines from a file, a pipe or a person, and answers them in order.</summary>
internal static class LineByLine
{
    /// <summary>The most lines that are answered together: enough to keep all threads busy.</summary>
    private const int ChunkLines = 512;

    /// <summary>Answers until the input ends, and returns the exit code.</summary>
    /// <param name="input">The file to read; null for standard input.</param>
    /// <param name="output">The file to write; null for standard output.</param>
    /// <param name="threads">The value of <c>--threads</c>.</param>
    /// <param name="streams">Standard input and output.</param>
    /// <param name="load">Reads the model; called after everything else has been checked.</param>
    /// <exception cref="InputException">The model, a file or a line of the input is not as it must be.</exception>
    public static int Run(
        string? input, string? output, int? threads, CommandStreams streams, Func<LineService> load)
    {
        var threadCount = ThreadCount.Of(threads);
        if (output is not null) OutputPath.Check(output);
        using var file = input is null ? null : InputFile.Open(input);
        var service = load();
        var answer = service.Answer;
        using var team = new ThreadTeam(threadCount);
        var name = input ?? "standard input";
        using var progress = new ProgressLine(streams);
        var count = file is null ? null : Count(file, name);
        var lines = TextLines.Read(file ?? streams.Input, name);
        if (output is not null)
        {
            AtomicFile.Write(output, stream =>
            {
                using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
                AnswerAll(writer);
            });
        }
        else if (file is null && streams.InputIsTerminal)
        {
            Prompt.Talk(service, streams, team);
        }
        else
        {
            AnswerAll(streams.Output);
        }
        return ExitCode.Done;

        void AnswerAll(TextWriter writer)
        {
            var answered = 0;
            foreach (var chunk in Chunks(lines))
            {
                var answers = new StringWriter();
                var part = count is { } whole ? progress.Part(answered, chunk.Count, whole) : null;
                answer(chunk, team, name, answered + 1, answers, part);
                progress.Clear(); // the answers may go to the terminal that shows the progress
                writer.Write(answers.GetStringBuilder());
                writer.Flush();
                answered += chunk.Count;
            }
        }
    }

    /// <summary>The number of lines of a file before a mistake; null for a pipe, which can be read only once.</summary>
    private static int? Count(FileStream file, string name)
    {
        if (!file.CanSeek) return null;
        var count = 0;
        try
        {
            foreach (var _ in TextLines.Read(file, name)) count++;
        }
        catch (InputException)
        {
            // The mistake is reported after the lines before it are answered.
        }
        file.Position = 0;
        return count;
    }

    /// <summary>
    /// The lines that have arrived, in chunks: a file gives full chunks; a pipe gives what was written to it, so that
    /// a writer who waits for an answer gets it.
    /// </summary>
    private static IEnumerable<List<string>> Chunks(IEnumerable<string> lines)
    {
        // Not disposed: when the reader of our output goes away, the thread may be waiting to add a line.
        var arrived = new BlockingCollection<string>(2 * ChunkLines);
        ExceptionDispatchInfo? failure = null;
        new Thread(() =>
        {
            try
            {
                foreach (var line in lines) arrived.Add(line);
            }
            catch (Exception caught)
            {
                // Thrown below, in the thread that takes the lines.
                failure = ExceptionDispatchInfo.Capture(caught);
            }
            arrived.CompleteAdding();
        })
        { IsBackground = true, Name = "input" }.Start();

        while (arrived.TryTake(out var first, Timeout.Infinite))
        {
            var chunk = new List<string>(ChunkLines) { first };
            while (chunk.Count < ChunkLines && arrived.TryTake(out var line)) chunk.Add(line);
            yield return chunk;
        }
        failure?.Throw();
    }
}
