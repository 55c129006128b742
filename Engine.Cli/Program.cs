using Engine.Storage;

namespace Engine.Cli;

/// <summary>The command <c>engine</c>.</summary>
internal static class Program
{
    private static readonly Verb[] Verbs =
    [
        new("train", "train a translation model", () => TrainHelp.Text,
            (given, streams) => TrainVerb.Run(TrainOptions.Parse(given), streams)),
        new("translate", "translate with a model", () => TranslateVerb.Help,
            (given, streams) => TranslateVerb.Run(Arguments.Parse<TranslateOptions>("translate", given), streams)),
        new("classify", "label text with a model", () => ClassifyVerb.Help,
            (given, streams) => ClassifyVerb.Run(Arguments.Parse<ClassifyOptions>("classify", given), streams)),
        new("evaluate", "translate text and score the translations", () => EvaluateVerb.Help,
            (given, streams) => EvaluateVerb.Run(Arguments.Parse<EvaluateOptions>("evaluate", given), streams)),
        new("score", "BLEU and chrF of translations", () => ScoreVerb.Help,
            (given, streams) => ScoreVerb.Run(Arguments.Parse<ScoreOptions>("score", given), streams)),
        new("inspect", "show a model's layers, and where it looks", () => InspectVerb.Help,
            (given, streams) => InspectVerb.Run(Arguments.Parse<InspectOptions>("inspect", given), streams)),
        new("explain", "show one training step, operation by operation", () => ExplainVerb.Help,
            (given, streams) => ExplainVerb.Run(Arguments.Parse<ExplainOptions>("explain", given), streams)),
        new("serve", "look inside a model on a page; a JSON interface", () => ServeVerb.Help,
            (given, streams) => ServeVerb.Run(Arguments.Parse<ServeOptions>("serve", given), streams)),
        new("corpus", "write a toy parallel corpus", () => CorpusVerb.Help,
            (given, streams) => CorpusVerb.Run(Arguments.Parse<CorpusOptions>("corpus", given), streams)),
        new("lab", "interview questions, answered by experiments", () => LabVerb.HelpOf([]), LabVerb.Run)
        {
            HelpOf = LabVerb.HelpOf,
        },
        new("gradcheck", "check every gradient against finite differences", () => GradcheckVerb.Help,
            (given, streams) => GradcheckVerb.Run(Arguments.Parse<GradcheckOptions>("gradcheck", given), streams)),
    ];

    private sealed record Verb(string Name, string Purpose, Func<string> Help, Func<string[], CommandStreams, int> Run)
    {
        /// <summary>The help for arguments, of a verb whose parts have help of their own.</summary>
        public Func<string[], string> HelpOf { get; init; } = _ => Help();
    }

    private static int Main(string[] arguments) => Run(arguments, CommandStreams.OfProcess());

    /// <summary>Runs the verb that the arguments name, and returns the exit code.</summary>
    public static int Run(string[] arguments, CommandStreams streams)
    {
        try
        {
            var code = Dispatch(arguments, streams);
            streams.Output.Flush();
            return code;
        }
        catch (InputException mistake)
        {
            return Report(mistake.Message, streams);
        }
        catch (IOException failure) when (ResultStream.IsBrokenPipe(failure))
        {
            return ExitCode.BrokenPipe;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or OutOfMemoryException)
        {
            return Report(
                $"{failure.Message.TrimEnd('.')}; check the disk, the permissions and the memory left", streams);
        }
    }

    // Without a current folder, relative names mean nothing, and the system says only that some file is missing.
    private static void RequireCurrentFolder()
    {
        try
        {
            _ = Directory.GetCurrentDirectory();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InputException(
                "the current folder was removed, or may not be seen; change to another folder (cd) and try again",
                failure);
        }
    }

    private static int Dispatch(string[] arguments, CommandStreams streams)
    {
        var first = arguments.FirstOrDefault() ?? "help";
        var rest = arguments.Skip(1).ToArray();
        if (IsHelp(first))
            return Show(rest is [var name, ..] && !IsHelp(name) ? Find(name).HelpOf(rest[1..]) : Overview(), streams);
        if (first is "--version" or "version")
            return Show($"engine {typeof(Program).Assembly.GetName().Version?.ToString(3)}", streams);
        var verb = Find(first);
        return rest.Any(argument => argument is "--help" or "-h" or "-?")
            ? Show(verb.HelpOf(rest), streams)
            : Run(verb, rest, streams);
    }

    private static int Run(Verb verb, string[] arguments, CommandStreams streams)
    {
        RequireCurrentFolder();
        return verb.Run(arguments, streams);
    }

    private static bool IsHelp(string argument) => argument is "help" or "--help" or "-h" or "-?";

    private static Verb Find(string name)
    {
        if (Array.Find(Verbs, verb => verb.Name == name) is { } found) return found;
        var names = Verbs.Select(verb => verb.Name).ToArray();
        var guess = Nearest.To(name, names) is { } near ? $"; did you mean {near}?" : ".";
        throw new InputException($"unknown verb '{name}'{guess} The verbs are {string.Join(", ", names)} and help");
    }

    private static string Overview() =>
        Help.Overview(string.Join('\n', Verbs.Select(verb => $"  {verb.Name,-12}{verb.Purpose}")));

    private static int Show(string text, CommandStreams streams)
    {
        streams.Output.WriteLine(text);
        return ExitCode.Done;
    }

    private static int Report(string mistake, CommandStreams streams)
    {
        try
        {
            // The translations before the mistake belong to the result.
            streams.Output.Flush();
        }
        catch (Exception failure) when (failure is IOException or InputException)
        {
            // Nobody reads the output; the mistake is still to be reported.
        }
        streams.Error.WriteLine($"engine: {Printable.Message(mistake)}");
        return ExitCode.BadInput;
    }
}
