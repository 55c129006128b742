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

    [Option("assembly", MetaValue = "FILE")]
    public string? Assembly { get; set; }

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
          --assembly FILE    the catalogue entries of your own .dll instead of Engine's (public static
                             properties of type CatalogueEntry, or of lists of them)
          --reference DIR    compare with the recorded cases (*.safetensors) of a folder instead
          --json             print one JSON array

        Exit code 1 means that a gradient is wrong, or cannot be decided at a kink, or was not checked,
        or that a case differs. A report then names the elements, and what was expected.

        Examples:
          engine gradcheck
          engine gradcheck --filter attention --cases 5
          engine gradcheck --assembly bin/Debug/net10.0/MyOperations.dll
        """;

    /// <summary>Checks, and prints the results.</summary>
    /// <returns>The exit code: 1 if a gradient is not right or a case differs.</returns>
    /// <exception cref="InputException">An option or a file is not as it must be.</exception>
    public static int Run(GradcheckOptions options, CommandStreams streams)
    {
        if (options.Cases < 1)
            throw new InputException($"--cases {options.Cases}: there must be at least 1 round; try --cases 1.");
        if (options.Reference is not null && (options.Cases is not null || options.Seed is not null))
            throw new InputException(
                "--cases and --seed choose random points, and --reference has none; leave them out.");
        if (options.Reference is not null && options.Assembly is not null)
            throw new InputException(
                "--reference compares Engine with recorded cases; leave --assembly out, or check it by itself.");
        using var progress = new ProgressLine(streams);
        var table = new ResultTable(streams.Drawing, streams.OutputIsTerminal);
        var holds = options.Reference is { } folder
            ? Compare(options, folder, table, progress)
            : Sweep(options, table, progress);
        return holds ? ExitCode.Done : ExitCode.DoesNotHold;
    }

    /// <summary>Compares gradients with finite differences; whether all are right.</summary>
    private static bool Sweep(GradcheckOptions options, ResultTable table, ProgressLine progress)
    {
        var own = options.Assembly is { } path ? CatalogueAssembly.Read(path) : null;
        var all = own?.Entries ?? Catalogue.All;
        var chosen = all.Where(entry => Matches(options, entry.Name)).ToArray();
        if (chosen.Length == 0) throw Unknown(options, all.Select(entry => entry.Name));
        Func<CatalogueEntry, long, int, SweepResult> check = own is null ? GradientSweep.Check : own.Check;
        var results = new List<SweepResult>();
        foreach (var entry in chosen)
        {
            progress.Report(new WorkProgress("checking gradients", (double)results.Count / chosen.Length));
            results.Add(check(entry, options.Seed ?? 1, options.Cases ?? 1));
        }
        progress.Clear();
        if (options.Json) GradcheckReport.WriteJson(table.Output, results);
        else GradcheckReport.WriteText(table, results);
        return results.All(result => result.Passed);
    }

    /// <summary>Compares results with recorded cases; whether none differs.</summary>
    private static bool Compare(GradcheckOptions options, string folder, ResultTable table, ProgressLine progress)
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
        if (options.Json) GradcheckReport.WriteJson(table.Output, results);
        else GradcheckReport.WriteText(table, results);
        return results.All(result => result.Outcome != ReferenceOutcome.Differs);
    }

    private static bool Matches(GradcheckOptions options, string name) =>
        options.Filter is null || name.Contains(options.Filter, StringComparison.OrdinalIgnoreCase);

    private static InputException Unknown(GradcheckOptions options, IEnumerable<string> names)
    {
        var near = Nearest.Several(options.Filter!, names);
        var guess = near.Count > 0 ? $"did you mean {string.Join(" or ", near)}? " : "";
        var all = "engine gradcheck" + (options.Assembly is { } assembly ? $" --assembly {assembly}" : "")
            + (options.Reference is { } folder ? $" --reference {folder}" : "");
        return new($"--filter {options.Filter}: no name contains it; {guess}'{all}' lists the names.");
    }
}
