using System.Diagnostics.CodeAnalysis;
using Engine.Storage;

namespace Engine.Cli;

/// <summary>The command <c>engine</c>.</summary>
internal static class Program
{
    private static readonly Verb[] Verbs =
    [
        new("train", "train a translation model", (_, columns) => HelpLayout.Fit(TrainHelp.Text(columns), columns),
            (given, streams) => TrainVerb.Run(TrainOptions.Parse(given), streams))
        {
            Options = () => TrainOptions.All,
        },
        Of<TranslateOptions>("translate", "translate with a model", () => TranslateVerb.Help, TranslateVerb.Run),
        Of<ClassifyOptions>("classify", "label text with a model", () => ClassifyVerb.Help, ClassifyVerb.Run),
        Of<EvaluateOptions>(
            "evaluate", "translate text and score the translations", () => EvaluateVerb.Help, EvaluateVerb.Run),
        Of<ScoreOptions>("score", "BLEU, chrF and TER of translations", () => ScoreVerb.Help, ScoreVerb.Run),
        Of<InspectOptions>(
            "inspect", "show a model's layers, and where it looks", () => InspectVerb.Help, InspectVerb.Run),
        Of<ExplainOptions>(
            "explain", "show one training step, operation by operation", () => ExplainVerb.Help, ExplainVerb.Run),
        Of<ServeOptions>(
            "serve", "look inside a model on a page; a JSON interface", () => ServeVerb.Help, ServeVerb.Run),
        Of<ExportOptions>("export", "write a model as ONNX, for other programs", () => ExportVerb.Help, ExportVerb.Run),
        Of<CorpusOptions>("corpus", "write a toy parallel corpus", () => CorpusVerb.Help, CorpusVerb.Run),
        Of<EmbedOptions>("embed", "learn word vectors from text (word2vec)", () => EmbedVerb.Help, EmbedVerb.Run),
        new("lab", "interview questions, answered by experiments",
            (given, columns) => HelpLayout.Fit(LabVerb.HelpOf(given), columns), LabVerb.Run)
        {
            Options = () => LabVerb.Options,
            Names = () => LabVerb.Names,
        },
        Of<GradcheckOptions>(
            "gradcheck", "check every gradient against finite differences", () => GradcheckVerb.Help,
            GradcheckVerb.Run),
        new("completion", "make a shell complete what is typed",
            (_, columns) => HelpLayout.Fit(CompletionVerb.Help, columns),
            (given, streams) => CompletionVerb.Run(given, Completed, streams))
        {
            Names = () => [.. Completion.Scripts.Keys],
        },
    ];

    /// <summary>The verbs with their options.</summary>
    internal static IReadOnlyList<CompletedVerb> Completed => [.. Verbs.Select(verb => verb.Completed)];

    /// <param name="Name">What is typed.</param>
    /// <param name="Purpose">What it does, in a few words.</param>
    /// <param name="HelpOf">The help for arguments, in lines of some columns; parts of a verb may have help of their
    /// own.</param>
    /// <param name="Run">Runs it.</param>
    private sealed record Verb(
        string Name, string Purpose, Func<string[], int, string> HelpOf, Func<string[], CommandStreams, int> Run)
    {
        /// <summary>The options, for a shell to complete.</summary>
        public Func<IReadOnlyList<KnownOption>> Options { get; init; } = () => [];

        /// <summary>What may stand in place of options, for a shell to complete.</summary>
        public Func<IReadOnlyList<string>> Names { get; init; } = () => [];

        /// <summary>What a shell can complete.</summary>
        public CompletedVerb Completed => new(Name, Purpose, Options(), Names());
    }

    /// <summary>A verb whose options are the properties of a class.</summary>
    private static Verb Of<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] TOptions>(
        string name, string purpose, Func<string> help, Func<TOptions, CommandStreams, int> run) =>
        new(name, purpose, (_, columns) => HelpLayout.Fit(help(), columns),
            (given, streams) => run(Arguments.Parse<TOptions>(name, given), streams))
        {
            Options = () => Arguments.OptionsOf(typeof(TOptions)),
        };

    private static int Main(string[] arguments) =>
        Launch.OfProcess is { Ranks: > 1 } or { IsOfAnotherMpi: true }
            ? RankedCommand.Run(Launch.OfProcess, arguments, Run) : Run(arguments, CommandStreams.OfProcess());

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
            return Show(rest is [var name, ..] && !IsHelp(name) ? Find(name).HelpOf(rest[1..], streams.HelpColumns)
                : HelpLayout.Fit(Overview(), streams.HelpColumns), streams);
        if (first is "--version" or "-v" or "version")
            return Show($"engine {typeof(Program).Assembly.GetName().Version?.ToString(3)}", streams);
        var verb = Find(first);
        return rest.Any(argument => argument is "--help" or "-h" or "-?")
            ? Show(verb.HelpOf(rest, streams.HelpColumns), streams)
            : Run(verb, rest, streams);
    }

    private static int Run(Verb verb, string[] arguments, CommandStreams streams)
    {
        RequireCurrentFolder();
        try
        {
            return verb.Run(arguments, streams);
        }
        catch (InputException mistake)
        {
            throw new InputException(Arguments.AsTyped(mistake.Message, verb.Options(), arguments), mistake);
        }
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
