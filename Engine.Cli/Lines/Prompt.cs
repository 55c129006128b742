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
        error.Write(Sign);
        var number = 1;
        // A byte that is not UTF-8 ends the reading of a file. A person at a terminal may type on.
        using var typed = new StreamReader(streams.Input, leaveOpen: true);
        while (typed.ReadLine() is { } line)
        {
            try
            {
                if (line.Contains('\uFFFD'))
                    throw new InputException("the line is not valid UTF-8; set the terminal's encoding to UTF-8.");
                if (line.StartsWith(':'))
                {
                    if (!Obey(line, service, error)) return;
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
            error.Write(Sign);
        }
        error.WriteLine();
    }

    /// <summary>Runs the command of a line that begins with a colon; false ends the conversation.</summary>
    private static bool Obey(string line, LineService service, TextWriter error)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (words[0])
        {
            case ":quit" or ":q":
                return false;
            case ":help":
                error.WriteLine("  :quit     leave (or Ctrl+D)");
                if (service.Set is not null)
                {
                    error.WriteLine("  :set ...  change the decoding options; options that are left out return to " +
                        "their defaults");
                    error.WriteLine("            for example :set --decoder beam --beam 8 --n-best 3, or :set " +
                        "--decoder sample");
                }
                error.WriteLine("  A sentence that begins with a colon is typed with a space before it.");
                return true;
            case ":set" when service.Set is not null:
                service.Set(words[1..]);
                return true;
            default:
                var known = service.Set is null ? ":help, :quit" : ":help, :set, :quit";
                throw new InputException($"'{words[0]}' is not a command; use {known}, or a space before a sentence " +
                    "that begins with a colon.");
        }
    }
}
