using Engine.Lab;
using Engine.Storage;

namespace Engine.Cli;

/// <summary>Computes pages and prints them: a page, a chapter, or the whole book.</summary>
internal static class LabPages
{
    /// <summary>Prints pages, and returns the exit code.</summary>
    /// <param name="arguments">The name of a page or a chapter, or <c>all</c>, and options.</param>
    /// <param name="streams">Where to print.</param>
    /// <exception cref="InputException">The name or an option is unknown, or a value is out of its range.</exception>
    public static int Run(string[] arguments, CommandStreams streams)
    {
        if (arguments.Length > 1 && !arguments[1].StartsWith('-'))
        {
            throw new InputException(
                $"engine lab takes one name, not {arguments.TakeWhile(argument => !argument.StartsWith('-')).Count()}; "
                + $"write engine lab {arguments[0]}, or engine lab all");
        }
        var entries = Find(arguments[0]);
        var given = LabArguments.Read(entries is [var page] ? page.Parameters : [], arguments[1..]);
        return Compute(entries, given, streams);
    }

    private static IReadOnlyList<LabEntry> Find(string name)
    {
        var found = LabCatalogue.Find(name);
        if (found.Count > 0) return found;
        string[] known =
        [
            .. LabCatalogue.All.Select(entry => entry.Name),
            .. Enum.GetNames<LabGroup>().Select(group => group.ToLowerInvariant()), "all",
            .. LabVerb.Parts.Select(part => part.Name),
        ];
        var guess = Nearest.To(name, known) is { } near ? $"; did you mean {near}?" : ";";
        throw new InputException($"no page or chapter is called '{name}'{guess} 'engine lab' lists the pages");
    }

    private static int Compute(IReadOnlyList<LabEntry> entries, LabArguments given, CommandStreams streams)
    {
        var options = given.Options;
        var languages = LabLanguage.Of(options.Language);
        if (options.Html is { } path) OutputPath.Check(path, "--html");
        var answers = new List<LabAnswer>();
        using var runner = new LabRunner(streams);
        foreach (var answer in runner.Run(entries, given))
        {
            answers.Add(answer);
            if (options.Json) streams.Output.WriteLine(LabJson.Of(answer));
            else if (options.Html is null)
            {
                foreach (var language in languages) LabPage.Write(answer.Entry, answer.Result, language, streams);
            }
            streams.Output.Flush();
        }
        if (options.Html is { } file) Save(file, entries, answers, languages[0], streams);
        if (entries.Count > 1)
        {
            var summary = LabSummary.Of(answers, entries.Count, languages[0]);
            (options.Json ? streams.Error : streams.Output).WriteLine(summary);
        }
        return runner.StopCode ?? (answers.Exists(answer => answer.Differs) ? ExitCode.DoesNotHold : ExitCode.Done);
    }

    /// <summary>Writes the pages that are finished as one page of the web.</summary>
    internal static void Save(
        string path, IReadOnlyList<LabEntry> entries, IReadOnlyList<LabAnswer> answers, LabLanguage first,
        CommandStreams streams)
    {
        if (answers.Count == 0)
        {
            streams.Error.WriteLine(Printable.Of($"{path}: not written, for no page is finished"));
            return;
        }
        AtomicFile.WriteText(path, BookFile.Of(entries, answers, first), followsLinks: true);
        streams.Error.WriteLine(Printable.Of($"page: {path}; open it in a browser"));
    }
}
