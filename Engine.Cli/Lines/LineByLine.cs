using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Engine.Storage;
using Engine.Text;

namespace Engine.Cli;

/// <summary>Answers some lines.</summary>
/// <param name="lines">The lines.</param>
/// <param name="team">Threads that share the work.</param>
/// <param name="name">What messages call the text.</param>
/// <param name="first">The number of the first line.</param>
/// <param name="output">Where the answers go.</param>
/// <param name="progress">Is told how much is answered; null where nobody knows how much there is.</param>
internal delegate void LineAnswer(
    IReadOnlyList<string> lines, ThreadTeam team, string name, int first, TextWriter output,
    IProgress<WorkProgress>? progress);

/// <summary>What a verb does with lines.</summary>
/// <param name="Answer">Answers some lines.</param>
/// <param name="Set">Changes options in the midst of it; null if there are none to change.</param>
internal sealed record LineService(LineAnswer Answer, Action<string[]>? Set = null);

/// <summary>Reads lines from a file, a pipe or a person, and answers them in order.</summary>
internal static class LineByLine
{
    /// <summary>The most lines that are answered at once: enough to keep all threads busy.</summary>
    private const int ChunkLines = 512;

    /// <summary>Answers until the input ends; the exit code.</summary>
    /// <param name="input">The file to read; null for standard input.</param>
    /// <param name="output">The file to write; null for standard output.</param>
    /// <param name="threads">How many threads were asked for.</param>
    /// <param name="streams">Standard input and output.</param>
    /// <param name="load">Reads the model, once all else is known to be in order.</param>
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
                progress.Clear(); // the answers may go to the same terminal
                writer.Write(answers.GetStringBuilder());
                writer.Flush();
                answered += chunk.Count;
            }
        }
    }

    /// <summary>How many lines of a file can be answered; null for a pipe, which can be read but once.</summary>
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
            // A mistake in a line is told when those before it are answered.
        }
        file.Position = 0;
        return count;
    }

    /// <summary>
    /// What has arrived of the lines, up to a chunk: a file gives full chunks, and a pipe that waits for its answer
    /// gets it.
    /// </summary>
    private static IEnumerable<List<string>> Chunks(IEnumerable<string> lines)
    {
        // Not disposed: when the reader of our output goes away, the thread may be waiting to add to it.
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
                // The thread has nobody to tell; who takes the lines has.
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
