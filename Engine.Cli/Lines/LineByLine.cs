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
internal sealed record LineService(LineAnswer Answer)
{
    /// <summary>Commands of the prompt beside the commands that every prompt has.</summary>
    public IReadOnlyList<PromptCommand> Commands { get; init; } = [];

    /// <summary>Is called when all lines are answered; null for nothing.</summary>
    public Action? End { get; init; }

    /// <summary>
    /// A file, or a dash for standard input, whose line n belongs to line n of the input; null for none. What is
    /// answered is then the line, a line feed, and the line of the file.
    /// </summary>
    public string? Beside { get; init; }
}

/// <summary>Reads lines from a file, a pipe or a person, and answers them in order.</summary>
internal static class LineByLine
{
    /// <summary>The most lines that are answered together: enough to keep all threads busy.</summary>
    private const int ChunkLines = 512;

    /// <summary>What stands for standard input in place of a file.</summary>
    public const string Dash = "-";

    private const string StandardInput = "standard input";

    /// <summary>Answers until the input ends, and returns the exit code.</summary>
    /// <param name="input">The file to read; null, or a dash, for standard input.</param>
    /// <param name="output">The file to write; null for standard output.</param>
    /// <param name="threads">The value of <c>--threads</c>.</param>
    /// <param name="streams">Standard input and output.</param>
    /// <param name="load">
    /// Reads the model; called after everything else has been checked. It gets an action that shows a message.
    /// </param>
    /// <exception cref="InputException">The model, a file or a line of the input is not as it must be.</exception>
    public static int Run(
        string? input, string? output, int? threads, CommandStreams streams, Func<Action<string>, LineService> load)
    {
        var isPrompt = IsPrompt(input, output, streams);
        if (input == Dash) input = null;
        var threadCount = ThreadCount.Of(threads);
        if (output is not null) OutputPath.Check(output);
        OutputPath.RequireOther(output, "--output", ("--input", input));
        using var file = input is null ? null : InputFile.Open(input);
        using var progress = new ProgressLine(streams);
        var service = load(progress.Say);
        var answer = service.Answer;
        using var team = new ThreadTeam(threadCount);
        var name = input ?? StandardInput;
        var count = file is null ? null : Count(file, name);
        var lines = TextLines.Read(file ?? streams.Input, name, progress.Say);
        if (service.Beside == Dash)
        {
            var others = TextLines.Read(streams.Input, StandardInput, progress.Say);
            lines = PairedLines.Join(lines, name, others, StandardInput);
        }
        else if (service.Beside is { } beside)
        {
            lines = PairedLines.Join(lines, name, TextLines.Stream(beside, remark: progress.Say), beside);
        }
        var queue = new LineQueue(ChunkLines);
        if (output is not null)
        {
            var keepsOld = AtomicFile.Replaces(output, followsLinks: true);
            void Write(Stream stream)
            {
                using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
                try
                {
                    AnswerAll(writer);
                }
                catch (InputException mistake) when (keepsOld) // what a pipe has got stays written
                {
                    throw new InputException(
                        $"{mistake.Message.TrimEnd('.')}; nothing is written to {output}", mistake);
                }
            }
            // Without this, a signal would leave a part of the new file beside the old one.
            var said = keepsOld ? $"stopping; nothing is written to {output}." : "stopping.";
            using var stop = new StopSignal(_ => progress.Say($"{said} A second signal ends the process at once"));
            using var stopping = stop.Token.Register(queue.Stop);
            try
            {
                AtomicFile.Write(output, Write, followsLinks: true);
            }
            catch (OperationCanceledException)
            {
                return stop.ExitCode;
            }
        }
        else if (isPrompt)
        {
            Prompt.Talk(service, streams, team);
        }
        else
        {
            AnswerAll(streams.Output);
        }
        service.End?.Invoke();
        return ExitCode.Done;

        void AnswerAll(TextWriter writer)
        {
            var answered = 0;
            queue.Fill(lines);
            foreach (var chunk in queue.Chunks())
            {
                AnswerInOrder(chunk, answered + 1, writer);
                answered += chunk.Count;
            }
        }

        // A line that cannot be answered fails with the lines that are answered together with it. The lines before it
        // are answered all the same: halves are tried until the line is alone.
        void AnswerInOrder(List<string> chunk, int first, TextWriter writer)
        {
            var answers = new StringWriter();
            try
            {
                var part = count is { } whole ? progress.Part(first - 1, chunk.Count, whole) : null;
                answer(chunk, team, name, first, answers, part);
            }
            catch (InputException) when (chunk.Count > 1)
            {
                var half = chunk.Count / 2;
                AnswerInOrder(chunk[..half], first, writer);
                AnswerInOrder(chunk[half..], first + half, writer);
                return;
            }
            finally
            {
                progress.Clear(); // the answers may go to the terminal that shows the progress
            }
            writer.Write(answers.GetStringBuilder());
            writer.Flush();
        }
    }

    /// <summary>Whether a person types the lines at a prompt.</summary>
    public static bool IsPrompt(string? input, string? output, CommandStreams streams) =>
        input is null or Dash && output is null && streams.InputIsTerminal;

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
}
