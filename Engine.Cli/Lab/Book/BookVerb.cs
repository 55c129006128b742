using CommandLine;
using Engine.Lab;
using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The options of <c>engine lab book</c>.</summary>
internal sealed class BookOptions
{
    [Option("out", Required = true, MetaValue = "DIR")]
    public string Out { get; set; } = "";

    [Option("results", MetaValue = "F")]
    public string? Results { get; set; }

    [Option("overwrite")]
    public bool Overwrite { get; set; }

    [Option("lang", MetaValue = "zh|en|both")]
    [OneOf("zh", "en", "both")]
    public string? Language { get; set; }

    [Option("seed", MetaValue = "N")]
    public long? Seed { get; set; }

    [Option("size", MetaValue = "quick|full")]
    [OneOf("quick", "full")]
    public string? Size { get; set; }

    [Option("threads", MetaValue = "N")]
    public int? Threads { get; set; }
}

/// <summary><c>engine lab book</c>: writes the whole book into a folder.</summary>
internal static class BookVerb
{
    private const string Name = "lab book";

    /// <summary>What <c>--help</c> prints.</summary>
    public static string Help =>
        $"""
        engine lab book: write the whole book into a folder, as HTML and as Markdown.

        Usage: engine lab book --out DIR [options]

          --out DIR          the folder to write (required)
          --results F        the results that 'engine lab all --json' printed; without it, all is computed anew
          --overwrite        write into a folder that is not empty
          --lang zh|en|both  the languages of the Markdown; HTML has both, and shows the first (default both)
          --seed N           the same seed gives the same figures (default 1)
          --size quick|full  quick: the smallest experiments (default full)
          --threads N        threads; the figures do not depend on them (default: the processors)

        DIR gets {BookDocuments.Index} and pages/NAME.html, which need no network; zh/ and en/ with Markdown and
        its pictures; {BookDocuments.Results}; and {BookFolder.List}, by which --overwrite knows the files of an
        earlier book and removes them. After Ctrl+C the book has the pages that were finished.
        Exit code 1: a verdict differs from the verdict that the book records.

        Examples:
          engine lab book --out book
          engine lab all --json > results.jsonl; engine lab book --results results.jsonl --out book
        """;

    /// <summary>Writes the book, and returns the exit code.</summary>
    /// <exception cref="InputException">The folder is not empty, or the results cannot be read.</exception>
    public static int Run(string[] arguments, CommandStreams streams)
    {
        var options = Arguments.Parse<BookOptions>(Name, arguments);
        if (options.Results is not null && (options.Seed is not null || options.Size is not null))
            throw new InputException("--results has its seed and size; leave --seed and --size out");
        using var claim = BookFolder.Claim(options.Out, options.Overwrite);
        using var runner = new LabRunner(streams);
        LabAnswer[] answers = options.Results is { } path ? [.. LabJson.Read(path)]
            : [.. runner.Run(LabCatalogue.All, new LabArguments(Computing(options), new Dictionary<string, double>()))];
        return Write(options, answers, runner.StopCode, streams);
    }

    /// <summary>Writes the pages that are finished, and returns the exit code.</summary>
    /// <param name="options">The folder, and the languages.</param>
    /// <param name="answers">The pages.</param>
    /// <param name="stopCode">The exit code after a signal; null if all pages were computed.</param>
    /// <param name="streams">Receive what was written.</param>
    /// <exception cref="InputException">A file cannot be written.</exception>
    internal static int Write(BookOptions options, LabAnswer[] answers, int? stopCode, CommandStreams streams)
    {
        if (answers.Length == 0)
        {
            streams.Error.WriteLine(Printable.Of($"{options.Out}: not written, for no page is finished"));
            return stopCode ?? ExitCode.DoesNotHold;
        }
        var languages = LabLanguage.Of(options.Language ?? "both");
        BookFolder.Write(options.Out, BookDocuments.Of(LabCatalogue.All, answers, languages));
        streams.Output.WriteLine(Printable.Of(Path.Combine(options.Out, BookDocuments.Index)));
        streams.Output.WriteLine(LabSummary.Of(answers, LabCatalogue.All.Count, LabLanguage.Of(options.Language)[0]));
        return stopCode
            ?? (Array.Exists(answers, answer => answer.Differs) ? ExitCode.DoesNotHold : ExitCode.Done);
    }

    /// <summary>How the pages of the book are computed.</summary>
    internal static LabOptions Computing(BookOptions options) => new()
    {
        Seed = options.Seed ?? 1, Size = options.Size ?? "full", Threads = options.Threads,
    };
}
