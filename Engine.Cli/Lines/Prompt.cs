using Engine.Storage;

namespace Engine.Cli;

/// <summary>
/// A conversation on a terminal. The answers go to standard output; all other text goes to standard error.
/// </summary>
internal static class Prompt
{
    private const string Sign = "> ";

    /// <summary>Answers each line as it is typed, until the input ends or <c>:quit</c>.</summary>
    /// <remarks>After a mistake in a line, the prompt shows the mistake and reads the next line.</remarks>
    public static void Talk(LineService service, CommandStreams streams, ThreadTeam team)
    {
        var error = streams.Error;
        error.WriteLine("Type a sentence and press Enter; :help lists the commands, :quit or Ctrl+D ends.");
        var number = 1;
        // A byte that is not UTF-8 ends the reading of a file. A person at a terminal may type on.
        using var typed = new StreamReader(streams.Input, leaveOpen: true);
        var editor = streams.Keys is { } keys ? new LineEditor(keys, error) : null;
        while ((editor is null ? ReadWhole() : editor.ReadLine(Sign)) is { } line)
        {
            try
            {
                if (line.Contains('\uFFFD'))
                    throw new InputException("the line is not valid UTF-8; set the terminal's encoding to UTF-8.");
                if (line.StartsWith(':'))
                {
                    if (!Obey(line, service, streams.Output, error)) return;
                }
                else
                {
                    service.Answer([line], team, "line", number++, streams.Output, null);
                    streams.Output.Flush();
                }
            }
            catch (InputException mistake)
            {
                error.WriteLine(Printable.Message(mistake.Message));
            }
        }
        error.WriteLine();

        // The terminal edits the line, as far as it can, and shows it.
        string? ReadWhole()
        {
            error.Write(Sign);
            return typed.ReadLine();
        }
    }

    /// <summary>Runs the command of a line that begins with a colon; false ends the conversation.</summary>
    private static bool Obey(string line, LineService service, TextWriter output, TextWriter error)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (service.Commands.FirstOrDefault(command => command.Name == words[0]) is { } known)
        {
            if (known.Run(words[1..], output) is { } message) error.WriteLine(Printable.Of(message));
            output.Flush();
            return true;
        }
        switch (words[0])
        {
            case ":quit" or ":q":
                return false;
            case ":help":
                error.WriteLine("  :quit     leave (or Ctrl+D)");
                foreach (var (typed, does) in service.Commands.SelectMany(command => command.Help))
                    error.WriteLine($"  {typed,-8}  {does}");
                error.WriteLine("  A sentence that begins with a colon is typed with a space before it.");
                return true;
            default:
                var names = string.Join(", ", [":help", .. service.Commands.Select(command => command.Name), ":quit"]);
                throw new InputException($"'{words[0]}' is not a command; use {names}, or a space before a sentence " +
                    "that begins with a colon.");
        }
    }
}
