using Engine.Lab;
using Engine.Storage;

namespace Engine.Cli;

/// <summary>A part of <c>engine lab</c> with a name of its own, such as <c>engine lab find</c>.</summary>
/// <param name="Name">The name; no page and no chapter has it.</param>
/// <param name="Usage">How it is called, without <c>engine lab</c>, and what it does.</param>
/// <param name="Run">Runs it with the arguments after its name.</param>
internal sealed record LabPart(
    string Name, (string Call, string Purpose) Usage, Func<string[], CommandStreams, int> Run)
{
    /// <summary>What <c>engine lab NAME --help</c> prints; null for the help of <c>engine lab</c>.</summary>
    public string? Help { get; init; }

    /// <summary>The options, for a shell to complete.</summary>
    public Func<IReadOnlyList<KnownOption>> Options { get; init; } = () => [];
}

/// <summary><c>engine lab</c>: claims of interview notes as experiments that compute their own answers.</summary>
internal static class LabVerb
{
    /// <summary>The verb's name.</summary>
    public const string Name = "lab";

    /// <summary>What is neither a page nor a chapter.</summary>
    public static IReadOnlyList<LabPart> Parts { get; } =
    [
        new("find", ("find WORD", "the pages whose text has a word, such as 残差 or softmax"), LabContents.Find),
        new("book", ("book --out DIR", "the whole book as HTML and Markdown"), BookVerb.Run) 
        {
            Help = BookVerb.Help, Options = () => Arguments.OptionsOf(typeof(BookOptions)),
        },
        new("quiz", ("quiz [GROUP]", "guess the verdict or a figure; then it is computed"), QuizCommand.Run)
        {
            Help = QuizCommand.Help, Options = () => Arguments.OptionsOf(typeof(QuizOptions)),
        },
        new("write", ("write NAME --out D", "an exercise by hand: inputs, and a sheet"), ByHandCommands.Write)
        {
            Help = ByHandCommands.WriteHelp, Options = () => Arguments.OptionsOf(typeof(ByHandWriteOptions)),
        },
        new("check", ("check DIR", "is the answer right? which mistake is it?"), ByHandCommands.Check)
        {
            Help = ByHandCommands.CheckHelp, Options = () => Arguments.OptionsOf(typeof(ByHandCheckOptions)),
        },
    ];

    /// <summary>The names of pages, chapters and parts, for a shell to complete.</summary>
    public static IReadOnlyList<string> Names =>
    [
        .. LabCatalogue.All.Select(page => page.Name), .. Chapters, "all", .. Parts.Select(part => part.Name),
    ];

    /// <summary>The options of pages and of all parts, for a shell to complete.</summary>
    public static IReadOnlyList<KnownOption> Options =>
    [
        .. Arguments.OptionsOf(typeof(LabOptions)).Concat(Parts.SelectMany(part => part.Options()))
            .DistinctBy(option => option.Name),
    ];

    private static IEnumerable<string> Chapters => Enum.GetNames<LabGroup>().Select(name => name.ToLowerInvariant());

    /// <summary>What <c>--help</c> prints.</summary>
    /// <param name="arguments">The arguments before and after <c>--help</c>.</param>
    public static string HelpOf(IReadOnlyList<string> arguments) =>
        PartOf(arguments)?.Help
        ?? $"""
        engine lab: interview questions about Transformers, each answered by an experiment.

        Usage: engine lab                    the contents: questions and verdicts
               engine lab NAME [options]     a page: question, answer, rule, figures, verdict
               engine lab GROUP|all          the pages of a chapter, or all pages
        {string.Join('\n', Parts.Select(part => $"       engine lab {part.Usage.Call,-19}{part.Usage.Purpose}"))}

          --lang zh|en|both  the language (by default that of the terminal: LC_ALL, LC_MESSAGES or LANG)
          --seed N           the same seed gives the same figures (default 1)
          --size quick|full  quick: the smallest experiment (default full)
          --threads N        threads; the figures do not depend on them (default: the processors)
          --json             one JSON object a line for each page
          --html F           instead, write the pages into one file that a browser opens, in both languages
          --PARAMETER X      a number of the experiment, such as --lambda 0.01; a page lists its own

        Chapters: {string.Join(", ", Chapters)}.
        The verdict follows from the figures by the page's rule; no clock decides.
        Exit code 1: a verdict differs from the verdict that the book records.

        Examples:
          engine lab adamw-not-l2 --lambda 0.01
          engine lab optimizers --lang zh
          engine lab find 掩码
          engine lab all --html book.html
        """;

    /// <summary>Prints contents or pages, or runs a part, and returns the exit code.</summary>
    /// <exception cref="InputException">A page or an option is unknown, or a value is out of its range.</exception>
    public static int Run(string[] arguments, CommandStreams streams) =>
        PartOf(arguments) is { } part ? part.Run(arguments[1..], streams)
        : arguments is [] || arguments[0].StartsWith('-') ? LabContents.Run(arguments, streams)
        : LabPages.Run(arguments, streams);

    private static LabPart? PartOf(IReadOnlyList<string> arguments) =>
        Parts.FirstOrDefault(part => part.Name == arguments.FirstOrDefault());
}
