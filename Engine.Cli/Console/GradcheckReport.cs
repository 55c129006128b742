using System.Globalization;
using System.Text.Json;
using Engine.Storage;
using Engine.Verification;

namespace Engine.Cli;

/// <summary>The results of <c>engine gradcheck</c>: a table with a line that sums it up, or a JSON array.</summary>
internal static class GradcheckReport
{
    /// <summary>Writes what the comparison with finite differences found.</summary>
    public static void WriteText(ResultTable table, IReadOnlyList<SweepResult> results)
    {
        table.Write(["operation", ">cases", ">worst error", ">time", "verdict"], results.Select(result => (string[])
        [
            result.Entry.Name,
            result.Cases.ToString(CultureInfo.InvariantCulture),
            Error(result.Report.WorstError),
            string.Create(CultureInfo.InvariantCulture, $"{result.Time.TotalMilliseconds:0} ms"),
            result.Report.Passed ? result.Report.Verdict : Words(result.Report),
        ]));
        var undecided = results.Count(result => !result.Report.Passed && result.Report.MayLieOnKink);
        var wrong = results.Count(result => !result.Report.Passed) - undecided;
        var worst = results.Select(result => result.Report).Aggregate((a, b) => a.Merge(b)).WorstError;
        var counts = (wrong, undecided) switch
        {
            (0, 0) => "all right",
            (_, 0) => $"{wrong} wrong",
            (0, _) => $"{undecided} undecided",
            _ => $"{wrong} wrong, {undecided} undecided",
        };
        table.WriteLine($"{Count(results.Count, "operation")}: {counts}, worst error {Error(worst)}");

        static string Words(GradientReport report) => $"{report.Verdict} at {report.WorstPlace}"
            + (report.MayLieOnKink ? ", which may lie on a kink; try another --seed" : "");
    }

    /// <inheritdoc cref="WriteText(ResultTable, IReadOnlyList{SweepResult})"/>
    public static void WriteJson(TextWriter output, IReadOnlyList<SweepResult> results) =>
        output.WriteLine(JsonOutput.Lines(results.Select(result => new
        {
            operation = result.Entry.Name,
            cases = result.Cases,
            derivatives = result.Report.Derivatives,
            passed = result.Report.Passed,
            worstError = result.Report.WorstError,
            worstPlace = result.Report.WorstPlace,
            mayLieOnKink = result.Report.MayLieOnKink,
            milliseconds = Math.Round(result.Time.TotalMilliseconds, 3),
        })));

    /// <summary>Writes what the comparison with recorded cases found.</summary>
    public static void WriteText(ResultTable table, IReadOnlyList<ReferenceResult> results)
    {
        table.Write(["case", "operation", "outcome", ">worst error", "tensor"], results.Select(result => (string[])
        [
            result.Name, result.Operation, Text(result.Outcome),
            result.Outcome == ReferenceOutcome.WithoutOperation ? "" : Error(result.WorstError), result.WorstTensor,
        ]));
        table.WriteLine(
            $"{Count(results.Count, "case")}: {Number(ReferenceOutcome.Agrees)} agree, "
            + $"{Number(ReferenceOutcome.Differs)} differ, "
            + $"{Number(ReferenceOutcome.WithoutOperation)} without an operation");

        int Number(ReferenceOutcome outcome) => results.Count(result => result.Outcome == outcome);
    }

    /// <inheritdoc cref="WriteText(ResultTable, IReadOnlyList{ReferenceResult})"/>
    public static void WriteJson(TextWriter output, IReadOnlyList<ReferenceResult> results) =>
        output.WriteLine(JsonOutput.Lines(results.Select(result => new
        {
            @case = result.Name,
            operation = result.Operation,
            outcome = JsonNamingPolicy.SnakeCaseLower.ConvertName(result.Outcome.ToString()),
            worstError = result.Outcome == ReferenceOutcome.WithoutOperation ? (double?)null : result.WorstError,
            worstTensor = result.WorstTensor,
        })));

    private static string Text(ReferenceOutcome outcome) => outcome switch
    {
        ReferenceOutcome.Agrees => "agrees",
        ReferenceOutcome.Differs => "DIFFERS",
        _ => "without an operation",
    };

    private static string Error(double error) => error.ToString("0.0e+0;;0", CultureInfo.InvariantCulture);

    private static string Count(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";
}
