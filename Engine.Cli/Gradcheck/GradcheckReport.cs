using System.Globalization;
using System.Text.Json;
using Engine.Storage;
using Engine.Verification;

namespace Engine.Cli;

/// <summary>The results of <c>engine gradcheck</c>: a table with a line that sums it up, or a JSON array.</summary>
internal static class GradcheckReport
{
    /// <summary>
    /// Writes what the comparison with finite differences found: a line for each entry, and the report of the worst
    /// case of each entry that is not right.
    /// </summary>
    public static void WriteText(ResultTable table, IReadOnlyList<SweepResult> results)
    {
        table.Write(["operation", ">cases", ">worst error", ">time", "verdict"], results.Select(result => (string[])
        [
            result.Entry.Name,
            result.Cases.Count.ToString(CultureInfo.InvariantCulture),
            Error(result.Worst.Report.WorstError),
            string.Create(CultureInfo.InvariantCulture, $"{result.Time.TotalMilliseconds:0} ms"),
            result.Verdict.Text,
        ]));
        foreach (var result in results.Where(result => !result.Passed))
        {
            var failed = result.Cases.Count(one => !one.Report.Passed);
            table.WriteLine(
                $"{result.Entry.Name}, {result.Worst.Description}, seed {result.Worst.Seed}"
                + (failed > 1 ? $" (the worst of {failed} cases that are not right)" : "")
                + (result.Verdict == GradientVerdict.Undecided ? "; another --seed draws another point" : ""));
            foreach (var line in result.Worst.Report.ToString().Split('\n')) table.WriteLine($"  {line}");
        }
        var counts = results.Where(result => !result.Passed).GroupBy(result => result.Verdict)
            .OrderByDescending(group => group.Key)
            .Select(group => $"{group.Count()} {group.Key.Text.ToLowerInvariant()}").ToArray();
        var worst = SweepResult.WorstOf(results.SelectMany(result => result.Cases)).Report.WorstError;
        table.WriteLine(
            $"{Count(results.Count, "operation")}: {(counts.Length == 0 ? "all right" : string.Join(", ", counts))}, "
            + $"worst error {Error(worst)}");
    }

    /// <inheritdoc cref="WriteText(ResultTable, IReadOnlyList{SweepResult})"/>
    public static void WriteJson(TextWriter output, IReadOnlyList<SweepResult> results) =>
        output.WriteLine(JsonOutput.Lines(results.Select(result => new
        {
            operation = result.Entry.Name,
            source = result.Entry.Source,
            cases = result.Cases.Count,
            derivatives = result.Derivatives,
            verdict = Word(result.Verdict),
            passed = result.Passed,
            worstError = result.Worst.Report.WorstError,
            worstPlace = $"{result.Worst.Description}: {result.Worst.Report.WorstPlace}",
            milliseconds = Math.Round(result.Time.TotalMilliseconds, 3),
            reports = result.Cases.Select(one => new
            {
                @case = one.Description,
                seed = one.Seed,
                verdict = Word(one.Report.Verdict),
                tensors = one.Report.Tensors.Select(Json),
                uncheckedParameters = one.Report.UncheckedParameters,
                callsBackward = one.Report.CallsBackward,
            }),
        })));

    private static object Json(TensorCheck tensor) => new
    {
        name = tensor.Name,
        shape = tensor.Shape.AsSpan().ToArray(),
        isParameter = tensor.IsParameter,
        verdict = Word(tensor.Verdict),
        elements = tensor.Elements,
        examinedElements = tensor.ExaminedElements,
        derivatives = tensor.Derivatives,
        scale = tensor.Scale,
        scaleMeaning = tensor.ScaleMeaning,
        worst = Json(tensor.Worst),
        wrongElements = tensor.WrongElements.Select(Json),
        elementsOnKinks = tensor.ElementsOnKinks.Select(Json),
    };

    private static object Json(ComparedDerivative one) => new
    {
        index = one.Index,
        value = one.Value,
        expected = one.Expected,
        actual = one.Actual,
        absoluteError = one.AbsoluteError,
        relativeError = one.RelativeError,
        liesOnKink = one.LiesOnKink,
    };

    private static string Word(GradientVerdict verdict) => verdict.Text.ToLowerInvariant();

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
