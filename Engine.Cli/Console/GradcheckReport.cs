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
            result.Report.Passed ? "right" : $"WRONG at {result.Report.WorstPlace}",
        ]));
        var wrong = results.Count(result => !result.Report.Passed);
        var worst = results.Select(result => result.Report).Aggregate((a, b) => a.Merge(b)).WorstError;
        table.WriteLine($"{Count(results.Count, "operation")}: {(wrong == 0 ? "all right" : $"{wrong} wrong")}, "
            + $"worst error {Error(worst)}");
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
