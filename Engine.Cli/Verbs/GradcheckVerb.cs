using System.Globalization;
using System.Text.Json;
using CommandLine;
using Engine.Storage;
using Engine.Text;
using Engine.Verification;

namespace Engine.Cli;

/// <summary>The options of <c>engine gradcheck</c>.</summary>
[Verb("gradcheck")]
internal sealed class GradcheckOptions
{
    [Option("filter", MetaValue = "NAME")]
    public string? Filter { get; set; }

    [Option("cases", MetaValue = "N")]
    public int? Cases { get; set; }

    [Option("seed", MetaValue = "N")]
    public long? Seed { get; set; }

    [Option("reference", MetaValue = "DIR")]
    public string? Reference { get; set; }

    [Option("json")]
    public bool Json { get; set; }
}

/// <summary>
/// <c>engine gradcheck</c>: compares the catalogue's gradients with finite differences in double precision, or the
/// engine with recorded reference cases.
/// </summary>
internal static class GradcheckVerb
{
    /// <summary>What <c>--help</c> prints.</summary>
    public const string Help =
        """
        engine gradcheck: check every gradient against finite differences in double precision.

        Usage: engine gradcheck [options]

          --filter NAME      only operations (or cases) whose name contains NAME
          --cases N          rounds; each draws the cases of an operation anew (default 1)
          --seed N           determines the points and directions (default 1)
          --reference DIR    compare with the recorded cases (*.safetensors) of a folder instead
          --json             print one JSON array

        Exit code 1 means that a gradient is wrong, or that a case differs.

        Examples:
          engine gradcheck
          engine gradcheck --filter attention --cases 5
        """;

    /// <summary>Checks, and prints the results.</summary>
    /// <returns>The exit code: 1 if a gradient is wrong or a case differs.</returns>
    /// <exception cref="InputException">An option or a file is not as it must be.</exception>
    public static int Run(GradcheckOptions options, CommandStreams streams)
    {
        using var progress = new ProgressLine(streams);
        return Run(options, new ResultTable(streams.Output, streams.OutputIsTerminal), progress);
    }

    private static int Run(GradcheckOptions options, ResultTable table, ProgressLine progress)
    {
        if (options.Cases < 1)
            throw new InputException($"--cases {options.Cases}: there must be at least 1 round; try --cases 1.");
        if (options.Reference is null) return Sweep(options, table, progress);
        if (options.Cases is not null || options.Seed is not null)
            throw new InputException(
                "--cases and --seed choose random points, and --reference has none; leave them out.");
        return Compare(options, options.Reference, table, progress);
    }

    private static int Sweep(GradcheckOptions options, ResultTable table, ProgressLine progress)
    {
        var chosen = Catalogue.All.Where(operation => Matches(options, operation.Name)).ToArray();
        if (chosen.Length == 0) throw Unknown(options, Catalogue.All.Select(operation => operation.Name));
        var results = new List<SweepResult>();
        foreach (var operation in chosen)
        {
            progress.Report(new WorkProgress("checking gradients", (double)results.Count / chosen.Length));
            results.Add(GradientSweep.Check(operation, options.Seed ?? 1, options.Cases ?? 1));
        }
        progress.Clear();

        var wrong = results.Where(result => !result.Report.Passed).ToArray();
        if (options.Json)
        {
            WriteJson(table.Output, results.Select(result => new
            {
                operation = result.Entry.Name,
                cases = result.Cases,
                derivatives = result.Report.Derivatives,
                passed = result.Report.Passed,
                worstError = result.Report.WorstError,
                worstPlace = result.Report.WorstPlace,
                milliseconds = Math.Round(result.Time.TotalMilliseconds, 3),
            }));
        }
        else
        {
            table.Write(["operation", ">cases", ">worst error", ">time", "verdict"], results.Select(result => (string[])
            [
                result.Entry.Name,
                result.Cases.ToString(CultureInfo.InvariantCulture),
                Error(result.Report.WorstError),
                string.Create(CultureInfo.InvariantCulture, $"{result.Time.TotalMilliseconds:0} ms"),
                result.Report.Passed ? "right" : $"WRONG at {result.Report.WorstPlace}",
            ]));
            var verdict = wrong.Length == 0 ? "all right" : $"{wrong.Length} wrong";
            var worst = results.Select(result => result.Report).Aggregate((a, b) => a.Merge(b)).WorstError;
            table.WriteLine($"{Count(results.Count, "operation")}: {verdict}, worst error {Error(worst)}");
        }
        return wrong.Length == 0 ? ExitCode.Done : ExitCode.DoesNotHold;
    }

    private static int Compare(GradcheckOptions options, string folder, ResultTable table, ProgressLine progress)
    {
        var (results, names, total) = (new List<ReferenceResult>(), new SortedSet<string>(StringComparer.Ordinal), 0);
        var count = ReferenceCases.Count(folder);
        progress.Report(new WorkProgress("comparing cases", 0));
        foreach (var result in ReferenceCases.Run(folder))
        {
            progress.Report(new WorkProgress("comparing cases", (double)++total / count));
            names.Add(result.Operation);
            if (Matches(options, result.Name) || Matches(options, result.Operation)) results.Add(result);
        }
        progress.Clear();
        if (results.Count == 0) throw Unknown(options, names);

        int Number(ReferenceOutcome outcome) => results.Count(result => result.Outcome == outcome);
        if (options.Json)
        {
            WriteJson(table.Output, results.Select(result => new
            {
                @case = result.Name,
                operation = result.Operation,
                outcome = JsonNamingPolicy.SnakeCaseLower.ConvertName(result.Outcome.ToString()),
                worstError = result.Outcome == ReferenceOutcome.WithoutOperation ? (double?)null : result.WorstError,
                worstTensor = result.WorstTensor,
            }));
        }
        else
        {
            table.Write(["case", "operation", "outcome", ">worst error", "tensor"], results.Select(result => (string[])
            [
                result.Name, result.Operation, OutcomeText(result.Outcome),
                result.Outcome == ReferenceOutcome.WithoutOperation ? "" : Error(result.WorstError), result.WorstTensor,
            ]));
            table.WriteLine(
                $"{Count(results.Count, "case")}: {Number(ReferenceOutcome.Agrees)} agree, "
                + $"{Number(ReferenceOutcome.Differs)} differ, "
                + $"{Number(ReferenceOutcome.WithoutOperation)} without an operation");
        }
        return Number(ReferenceOutcome.Differs) == 0 ? ExitCode.Done : ExitCode.DoesNotHold;
    }

    private static string OutcomeText(ReferenceOutcome outcome) => outcome switch
    {
        ReferenceOutcome.Agrees => "agrees",
        ReferenceOutcome.Differs => "DIFFERS",
        _ => "without an operation",
    };

    private static bool Matches(GradcheckOptions options, string name) =>
        options.Filter is null || name.Contains(options.Filter, StringComparison.OrdinalIgnoreCase);

    private static InputException Unknown(GradcheckOptions options, IEnumerable<string> names) =>
        new($"--filter {options.Filter}: no name contains it; the names are {string.Join(", ", names)}.");

    private static void WriteJson<TItem>(TextWriter output, IEnumerable<TItem> items) =>
        output.WriteLine(JsonOutput.Lines(items));

    private static string Error(double error) => error.ToString("0.0e+0;;0", CultureInfo.InvariantCulture);

    private static string Count(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";
}
