using System.Globalization;
using CommandLine;
using Engine.Lab;
using Engine.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The options of <c>engine lab</c> that every page has.</summary>
internal sealed class LabOptions
{
    [Option("lang", MetaValue = "zh|en|both")]
    [OneOf("zh", "en", "both")]
    public string? Language { get; set; }

    [Option("seed", MetaValue = "N")]
    public long Seed { get; set; } = 1;

    [Option("size", MetaValue = "quick|full")]
    [OneOf("quick", "full")]
    public string Size { get; set; } = "full";

    [Option("threads", MetaValue = "N")]
    public int? Threads { get; set; }

    [Option("json")]
    public bool Json { get; set; }
}

/// <summary><c>engine lab</c>: claims of interview notes as experiments that compute their own answers.</summary>
internal static class LabVerb
{
    private const string Verb = "lab";

    /// <summary>What <c>--help</c> prints.</summary>
    public static string Help =>
        $"""
        engine lab: interview questions about Transformers, each answered by an experiment.

        Usage: engine lab                    the contents: questions and verdicts
               engine lab NAME [options]     a page: question, answer, rule, figures, verdict
               engine lab GROUP|all          the pages of a chapter, or all pages
               engine lab find WORD          the pages whose text has a word, such as 残差 or softmax

          --lang zh|en|both  the language (by default that of the terminal: LC_ALL, LC_MESSAGES or LANG)
          --seed N           the same seed gives the same figures (default 1)
          --size quick|full  quick: the smallest experiment (default full)
          --threads N        threads; the figures do not depend on them (default: the processors)
          --json             one JSON object a line for each page
          --PARAMETER X      a number of the experiment, such as --lambda 0.01; a page lists its own

        Chapters: {string.Join(", ", Enum.GetNames<LabGroup>().Select(name => name.ToLowerInvariant()))}.
        The verdict follows from the figures by the page's rule; no clock decides.
        Exit code 1: a verdict differs from the one that the book records.

        Examples:
          engine lab adamw-not-l2 --lambda 0.01
          engine lab optimizers --lang zh
          engine lab find 掩码
        """;

    /// <summary>Prints contents or pages, and returns the exit code.</summary>
    /// <exception cref="InputException">A page or an option is unknown, or a value is out of its range.</exception>
    public static int Run(string[] arguments, CommandStreams streams)
    {
        string[] names = [.. arguments.TakeWhile(argument => !argument.StartsWith('-'))];
        var entries = names switch
        {
            [] => [],
            ["find", _] => LabCatalogue.Search(names[1]),
            ["find"] => throw new InputException("engine lab find needs a word; write engine lab find 残差"),
            [var name] => Find(name),
            _ => throw new InputException(
                $"engine lab takes one name, not {names.Length}; write engine lab {names[0]}, or engine lab all"),
        };
        var parameters = names is [_] && entries is [var page] ? page.Parameters : [];
        var given = Arguments.Read(
            Verb,
            [
                .. Arguments.OptionsOf(typeof(LabOptions)),
                .. parameters.Select(parameter => new KnownOption(
                    parameter.Name, parameter.Choices is null ? "X" : string.Join('|', parameter.Choices),
                    parameter.Choices is null ? typeof(double) : typeof(string))),
            ],
            arguments[names.Length..]);
        bool IsParameter(GivenOption option) => parameters.Any(parameter => parameter.Name == option.Option.Name);
        var options = Arguments.Fill<LabOptions>(Verb, given.Where(option => !IsParameter(option)));
        var values = given.Where(IsParameter).ToDictionary(
            option => option.Option.Name,
            option => InRange(parameters.Single(p => p.Name == option.Option.Name), option.Value!));
        var languages = LabLanguage.Of(options.Language);
        if (names is [] or ["find", _])
            return Contents(names.Length == 0 ? LabCatalogue.All : entries, languages, streams);
        return Pages(entries, options, values, languages, streams);
    }

    private static IReadOnlyList<LabEntry> Find(string name)
    {
        var found = LabCatalogue.Find(name);
        if (found.Count > 0) return found;
        string[] known =
        [
            .. LabCatalogue.All.Select(entry => entry.Name),
            .. Enum.GetNames<LabGroup>().Select(group => group.ToLowerInvariant()), "all", "find",
        ];
        var guess = Nearest.To(name, known) is { } near ? $"; did you mean {near}?" : ";";
        throw new InputException($"no page or chapter is called '{name}'{guess} 'engine lab' lists the pages");
    }

    private static double InRange(LabParameter parameter, string text)
    {
        if (parameter.Choices is { } choices)
        {
            var index = choices.ToList().IndexOf(text);
            return index >= 0 ? index : throw new InputException(
                $"--{parameter.Name} is '{text}'; it must be one of {string.Join(", ", choices)}: "
                + parameter.Meaning.English);
        }
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && value >= parameter.Least && value <= parameter.Greatest) return value;
        throw new InputException(FormattableString.Invariant(
            $"--{parameter.Name} is '{text}'; it must be {parameter.Least} to {parameter.Greatest}: ")
            + parameter.Meaning.English);
    }

    private static int Contents(
        IReadOnlyList<LabEntry> entries, IReadOnlyList<LabLanguage> languages, CommandStreams streams)
    {
        var table = new ResultTable(streams.Output, streams.OutputIsTerminal);
        foreach (var language in languages)
        {
            table.Write(
                language.Contents,
                entries.Select(entry => (string[])
                    [
                        language.Of(entry.Group), entry.Name, language.Of(entry.Question),
                        $"{entry.Seconds:0}", language.Of(entry.Recorded),
                    ]));
        }
        return entries.Count > 0 ? ExitCode.Done : ExitCode.DoesNotHold;
    }

    private static int Pages(
        IReadOnlyList<LabEntry> entries, LabOptions options, Dictionary<string, double> values,
        IReadOnlyList<LabLanguage> languages, CommandStreams streams)
    {
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
