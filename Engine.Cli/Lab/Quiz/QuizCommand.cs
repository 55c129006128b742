using CommandLine;
using Engine.Lab;
using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The options of <c>engine lab quiz</c>.</summary>
internal sealed class QuizOptions
{
    [Option("lang", MetaValue = "zh|en|both")]
    [OneOf("zh", "en", "both")]
    public string? Language { get; set; }

    [Option("seed", MetaValue = "N")]
    public long Seed { get; set; } = 1;

    [Option("questions", MetaValue = "N")]
    public int? Questions { get; set; }

    [Option("training")]
    public bool Training { get; set; }

    [Option("threads", MetaValue = "N")]
    public int? Threads { get; set; }
}

/// <summary><c>engine lab quiz</c>: the reader guesses, the experiment decides.</summary>
internal static class QuizCommand
{
    private const string Verb = "lab quiz", Code = "code";

    /// <summary>What <c>engine lab quiz --help</c> prints.</summary>
    public static string Help =>
        $"""
        engine lab quiz: guess what an experiment will find; then it runs, and tells who was right and why.

        Usage: engine lab quiz               pages of the whole book, in an order that the seed decides
               engine lab quiz GROUP         of a chapter: {Groups}
               engine lab quiz NAME          of one page
               engine lab quiz code          thirty questions on this code base

          --lang zh|en|both  the language (by default that of the terminal)
          --seed N           the same seed asks the same questions (default 1)
          --questions N      how many (default: all)
          --training         also pages that train, at their smallest size; their verdicts may differ from the book's
          --threads N        threads; the figures do not depend on them

        A question asks for the verdict, or for a figure, which is right within {PageQuestions.Tolerance:0%}. Answers
        are typed or piped, one a line; ? gives up, q or the end of the input ends the quiz with the score. Answers on
        the code are computed from the program; a few questions need its sources, in the current folder or above it.

        Example:
          engine lab quiz optimizers --questions 3
        """;

    private static string Groups =>
        string.Join(", ", Enum.GetNames<LabGroup>().Select(name => name.ToLowerInvariant()));

    /// <summary>Asks until the questions or the input end.</summary>
    /// <exception cref="InputException">The name or an option is unknown, or nothing is there to ask.</exception>
    public static int Run(string[] arguments, CommandStreams streams)
    {
        var name = arguments is [var first, ..] && !first.StartsWith('-') ? first : null;
        var options = Arguments.Parse<QuizOptions>(Verb, name is null ? arguments : arguments[1..]);
        if (options.Questions < 1)
            throw new InputException($"--questions is {options.Questions}; it must be at least 1");
        if (name == Code) return PlayCode(options, streams, SourceTree.Above(Directory.GetCurrentDirectory()));
        var threads = ThreadCount.Of(options.Threads);
        LabResult Compute(LabEntry entry) =>
            entry.Run(new LabRun(entry, seed: 1, isFull: entry.IsCertain) { Threads = threads });

        var questions = PageQuestions.Of(Pages(name ?? "all", options.Training), options.Seed, Compute);
        QuizGame.Play(
            questions.Take(options.Questions ?? int.MaxValue),
            new QuizVoice(LabLanguage.Of(options.Language), streams), streams);
        return ExitCode.Done;
    }

    /// <summary>Asks about the code.</summary>
    /// <param name="options">The options.</param>
    /// <param name="streams">Receive the questions, and give the guesses.</param>
    /// <param name="sources">The sources; without them some questions are skipped.</param>
    /// <exception cref="InputException">An option is for questions on pages.</exception>
    internal static int PlayCode(QuizOptions options, CommandStreams streams, SourceTree? sources)
    {
        if (options.Training || options.Threads is not null)
            throw new InputException(
                $"--{(options.Training ? "training" : "threads")} is for questions on pages; leave it out of "
                + $"lab quiz {Code}");
        var voice = new QuizVoice(LabLanguage.Of(options.Language), streams);
        var skipped = new List<string>();
        var questions = CodeQuestions.Of(options.Seed, sources, skipped);
        QuizGame.Play(questions.Take(options.Questions ?? int.MaxValue), voice, streams);
        if (skipped.Count > 0)
        {
            var names = string.Join(", ", skipped);
            voice.Say(new(
                $"跳过了 {names}：需要源代码（在当前文件夹或它上面）或程序的调试符号",
                $"skipped {names}: they need the sources, in the current folder or above it, or the program's "
                + "symbols"));
        }
        return ExitCode.Done;
    }

    private static LabEntry[] Pages(string name, bool withTraining)
    {
        var found = LabCatalogue.Find(name);
        if (found.Count == 0)
        {
            var guess = Nearest.To(
                name, [Code, .. Groups.Split(", "), .. LabCatalogue.All.Select(entry => entry.Name)]) is { } near
                ? $"; did you mean {near}?" : ".";
            throw new InputException($"no page or chapter is called '{name}'{guess} The chapters are {Groups}");
        }
        LabEntry[] pages = [.. found.Where(entry => entry.IsCertain || withTraining)];
        return pages.Length > 0
            ? pages
            : throw new InputException($"the pages of {name} train; add --training to be asked about them");
    }
}
