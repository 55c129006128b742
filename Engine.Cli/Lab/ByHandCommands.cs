using CommandLine;
using Engine.Lab;
using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The options of <c>engine lab write</c>.</summary>
internal sealed class ByHandWriteOptions
{
    [Option("out", Required = true, MetaValue = "DIR")]
    public string Out { get; set; } = "";

    [Option("lang", MetaValue = "zh|en|both")]
    [OneOf("zh", "en", "both")]
    public string? Language { get; set; }

    [Option("seed", MetaValue = "N")]
    public long Seed { get; set; } = 1;

    [Option("overwrite")]
    public bool Overwrite { get; set; }
}

/// <summary>The options of <c>engine lab check</c>.</summary>
internal sealed class ByHandCheckOptions
{
    [Option("lang", MetaValue = "zh|en|both")]
    [OneOf("zh", "en", "both")]
    public string? Language { get; set; }

    [Option("json")]
    public bool Json { get; set; }
}

/// <summary><c>engine lab write</c> and <c>engine lab check</c>: exercises to write by hand in any language.</summary>
internal static class ByHandCommands
{
    /// <summary>What <c>engine lab write --help</c> prints.</summary>
    public static string WriteHelp =>
        $"""
        engine lab write: the inputs of an exercise as a file, and a sheet that says what to compute from them.

        Usage: engine lab write NAME --out DIR [options]

        {string.Join('\n', Exercises.All.Select(one => $"  {one.Name,-16} {one.Task.English}"))}

          --out DIR          the folder for {Exercises.InputsFile} and {Exercises.SheetFile} (required)
          --lang zh|en|both  the language of the sheet
          --seed N           the same seed gives the same inputs (default 1)
          --overwrite        replace files with other content

        Write forward and backward in any language, save the answer as {Exercises.AnswerFile} in the same folder, then
        run engine lab check DIR.

        Example:
          engine lab write layer-norm --out /tmp/layer-norm
        """;

    /// <summary>What <c>engine lab check --help</c> prints.</summary>
    public static string CheckHelp =>
        $"""
        engine lab check: compare the answer to an exercise with the right one, and name the mistake.

        Usage: engine lab check DIR [options]

          --lang zh|en|both  the language
          --json             one JSON object

        DIR holds {Exercises.InputsFile}, as engine lab write left or you changed it, and your {Exercises.AnswerFile}.
        Each tensor may be off by {AnswerCheck.Tolerance:0e+0} of its largest magnitude. A wrong answer that equals the
        result of a known mistake is told which: the mistakes are exhibits of the museum in Engine.Tests.
        Exit code 0: right. 1: wrong. 2: a file or a tensor is missing, has another shape, or holds NaN.

        Example:
          engine lab check /tmp/layer-norm
        """;

    /// <summary><c>engine lab write NAME --out DIR</c>.</summary>
    /// <exception cref="InputException">The name or an option is unknown, or a file is in the way.</exception>
    public static int Write(string[] arguments, CommandStreams streams)
    {
        var names = string.Join(", ", Exercises.All.Select(one => one.Name));
        if (arguments is not [var name, ..] || name.StartsWith('-'))
            throw new InputException($"engine lab write needs an exercise; the exercises are {names}");
        var exercise = Exercises.All.FirstOrDefault(one => one.Name == name);
        if (exercise is null)
        {
            var guess = Nearest.To(name, Exercises.All.Select(one => one.Name)) is { } near
                ? $"; did you mean {near}?" : ".";
            throw new InputException($"no exercise is called '{name}'{guess} The exercises are {names}");
        }
        var options = Arguments.Parse<ByHandWriteOptions>($"lab write {name}", arguments[1..]);
        var languages = LabLanguage.Of(options.Language);
        var files = Exercises.Write(
            exercise, options.Out, options.Seed,
            [.. languages.Select(language => (Func<Bilingual, string>)language.Of)], options.Overwrite);
        foreach (var file in files) streams.Output.WriteLine(file);
        foreach (var language in languages)
            streams.Error.WriteLine(language.Of(new Bilingual(
                $"读 {files[^1]}，把答案存成 {Path.Combine(options.Out, Exercises.AnswerFile)}，"
                + $"然后运行：{ProgramName.Command("lab")} check {ProgramName.Quoted(options.Out)}",
                $"read {files[^1]}, save your answer as {Path.Combine(options.Out, Exercises.AnswerFile)}, then run: "
                + $"{ProgramName.Command("lab")} check {ProgramName.Quoted(options.Out)}")));
        return ExitCode.Done;
    }

    /// <summary><c>engine lab check DIR</c>.</summary>
    /// <returns>0 for a right answer, 1 for a wrong one.</returns>
    /// <exception cref="InputException">A file or a tensor is missing, has another shape, or holds NaN.</exception>
    public static int Check(string[] arguments, CommandStreams streams)
    {
        if (arguments is not [var folder, ..] || folder.StartsWith('-'))
            throw new InputException("engine lab check needs a folder; write engine lab check DIR");
        var options = Arguments.Parse<ByHandCheckOptions>("lab check", arguments[1..]);
        var languages = LabLanguage.Of(options.Language);
        var (exercise, report) = Exercises.Check(
            folder, text => string.Join(" / ", languages.Select(language => language.Of(text))));
        if (options.Json) streams.Output.WriteLine(Json(exercise, report));
        else
        {
            foreach (var language in languages) Print(exercise, report, language, streams);
        }
        return report.IsRight ? ExitCode.Done : ExitCode.DoesNotHold;
    }

    private static void Print(Exercise exercise, AnswerReport report, LabLanguage language, CommandStreams streams)
    {
        var output = streams.Output;
        output.WriteLine($"{exercise.Name}: {language.Of(exercise.Task)}");
        new ResultTable(output, streams.OutputIsTerminal).Write(
            [
                language.Of(new Bilingual("张量", "tensor")), language.Of(new Bilingual("结果", "result")),
                language.Of(new Bilingual(">相对误差", ">error")), language.Of(new Bilingual("最差的位置", "worst at")),
                language.Of(new Bilingual(">应为", ">expected")), language.Of(new Bilingual(">你的答案", ">actual")),
            ],
            report.Tensors.Select(tensor => (string[])
                [
                    tensor.Name,
                    language.Of(tensor.IsRight ? new Bilingual("对", "right") : new Bilingual("错", "WRONG")),
                    FormattableString.Invariant($"{tensor.Error:0.0e+0}"), tensor.Place,
                    FormattableString.Invariant($"{tensor.Expected:G8}"),
                    FormattableString.Invariant($"{tensor.Actual:G8}"),
                ]));
        foreach (var (mistake, tensors) in report.Mistakes)
        {
            output.WriteLine($"{string.Join(", ", tensors)}: {language.Of(mistake.Words)}");
            output.WriteLine($"  {mistake.Formula}");
            output.WriteLine($"  {language.Of(new Bilingual("博物馆", "museum"))}: {mistake.Exhibit}");
        }
        if (report.Unexplained.Any())
            output.WriteLine(language.Of(new Bilingual(
                $"{string.Join("、", report.Unexplained)}：不是已知的错误",
                $"{string.Join(", ", report.Unexplained)}: no mistake that is known")));
        output.WriteLine(report.IsRight
            ? language.Of(new Bilingual("全对", "right"))
            : language.Of(new Bilingual("有错", "wrong")));
    }

    private static string Json(Exercise exercise, AnswerReport report) => JsonOutput.OneLine(new
    {
        exercise = exercise.Name,
        right = report.IsRight,
        tensors = report.Tensors.Select(tensor => new
        {
            name = tensor.Name,
            right = tensor.IsRight,
            error = tensor.Error,
            worst_at = tensor.Place,
            expected = tensor.Expected,
            actual = tensor.Actual,
        }),
        mistakes = report.Mistakes.Select(found => new
        {
            exhibit = found.Mistake.Exhibit,
            formula = found.Mistake.Formula,
            words = found.Mistake.Words,
            tensors = found.Tensors,
        }),
        unexplained = report.Unexplained,
    });
}
