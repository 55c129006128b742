using Engine.Lab;
using Engine.Storage;
using Engine.Text;

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
        var (options, values) = given;
        var languages = LabLanguage.Of(options.Language);
        var agree = true;
        using var stop = new StopSignal(streams.Error.WriteLine);
        using var progress = new ProgressLine(streams);
        foreach (var (i, entry) in entries.Index())
        {
            LabResult result;
            try
            {
                if (entries.Count > 1)
                {
                    ((IProgress<WorkProgress>)progress).Report(
                        new WorkProgress(entry.Name, (double)i / entries.Count));
                }
                stop.Token.ThrowIfCancellationRequested();
                result = entry.Run(
                    new LabRun(entry, options.Seed, options.Size == "full", values, stop.Token)
                    {
                        Threads = ThreadCount.Of(options.Threads),
                    });
            }
            catch (OperationCanceledException)
            {
                return stop.ExitCode; // the pages before are printed
            }
            progress.Clear();
            if (options.Json) streams.Output.WriteLine(LabPage.Json(entry, result, options, values));
            else
            {
                foreach (var language in languages) LabPage.Write(entry, result, language, streams);
            }
            streams.Output.Flush();
            var isUsual = values.Count == 0 && options is { Seed: 1, Size: "full" };
            agree &= !isUsual || result.Verdict.Kind == entry.Recorded;
        }
        return agree ? ExitCode.Done : ExitCode.DoesNotHold;
    }
}
