using Engine.Storage;
using Engine.Text;

namespace Engine.Cli;

/// <summary>A line that a classifier gives a wrong label.</summary>
/// <param name="Line">The number of the line.</param>
/// <param name="Probability">The probability of the wrong label, 0 to 1.</param>
/// <param name="Text">The line.</param>
/// <param name="Reference">The label that the line has.</param>
/// <param name="Prediction">The label that the classifier gives it.</param>
internal sealed record WrongLabel(int Line, double Probability, string Text, string Reference, string Prediction);

/// <summary>The results of the evaluation of a classifier.</summary>
/// <param name="Matrix">Which labels the lines have, and which the classifier gives them.</param>
/// <param name="Unknown">Labels among the references that the model does not know.</param>
/// <param name="LeftOut">The number of lines that have no text or no label.</param>
/// <param name="Worst">The most confident mistakes, the worst first; null if they were not asked for.</param>
internal sealed record ClassifierEvaluation(
    ConfusionMatrix Matrix, IReadOnlyList<string> Unknown, int LeftOut, IReadOnlyList<WrongLabel>? Worst)
{
    // More columns do not fit a terminal; then the most frequent mistakes say more than a matrix of zeros.
    private const int MostColumns = 10, MostMistakes = 10;

    // A long label is cut in the tables of text; JSON has it whole.
    private const int LabelColumns = 32, MostNamed = 5;

    private (double Precision, double Recall, double F1) Macro
    {
        get
        {
            var scores = Matrix.Scores;
            return (scores.Average(one => one.Precision), scores.Average(one => one.Recall),
                scores.Average(one => one.F1));
        }
    }

    /// <summary>Writes the results as tables.</summary>
    public void WriteText(ResultTable table)
    {
        table.WriteLine($"accuracy {Percent(Matrix.Accuracy)}% ({Printable.Count(Matrix.Right)} of "
            + $"{Printable.Count(Matrix.Lines)} lines)");
        if (LeftOut > 0)
            table.WriteLine($"lines left out, without text or without a label: {Printable.Count(LeftOut)}");
        if (Unknown.Count > 0)
        {
            var lines = Matrix.Scores.Where(one => Unknown.Contains(one.Label)).Sum(one => one.Support);
            table.WriteLine($"labels that the model does not know ({Unknown.Count}): "
                + string.Join(", ", Unknown.Take(MostNamed).Select(Cut)) + (Unknown.Count > MostNamed ? ", ..." : "")
                + $"; lines that have them, which count as wrong: {Printable.Count(lines)}");
        }
        WriteLabels(table);
        if (Matrix.Labels.Count <= MostColumns) WriteMatrix(table);
        else WriteMistakes(table);
        if (Worst is null) return;
        table.WriteLine(Worst.Count == 0 ? "no line has a wrong label" : "mistakes of which the model is surest:");
        foreach (var one in Worst)
        {
            table.WriteLine($"line {one.Line}: {one.Prediction} {Percent(one.Probability)}%, but it is "
                + one.Reference);
            table.WriteLine("  " + one.Text);
        }
    }

    /// <summary>Writes the results as one line of JSON.</summary>
    public void WriteJson(TextWriter output)
    {
        var (precision, recall, f1) = Macro;
        var fields = new Dictionary<string, object?>
        {
            ["accuracy"] = 100 * Matrix.Accuracy,
            ["right"] = Matrix.Right,
            ["lines"] = Matrix.Lines,
            ["left_out"] = LeftOut,
            ["macro"] = new { precision = 100 * precision, recall = 100 * recall, f1 = 100 * f1 },
            ["labels"] = Matrix.Scores.Select(one => new
            {
                label = one.Label, precision = 100 * one.Precision, recall = 100 * one.Recall, f1 = 100 * one.F1,
                support = one.Support, predicted = one.Predicted, known = !Unknown.Contains(one.Label),
            }),
            ["confusion"] = Matrix.Labels.Select((_, i) => Matrix.Labels.Select((_, j) => Matrix[i, j])),
        };
        if (Worst is not null) fields.Add("worst", Worst);
        output.WriteLine(JsonOutput.OneLine(fields));
    }

    private void WriteLabels(ResultTable table)
    {
        var (precision, recall, f1) = Macro;
        table.Write(
            ["", "label", ">precision", ">recall", ">F1", ">lines", ">predicted"],
            Matrix.Scores.Select((one, i) => (string[])
            [
                $"{i + 1}", Cut(one.Label), Percent(one.Precision), Percent(one.Recall), Percent(one.F1),
                Printable.Count(one.Support), Printable.Count(one.Predicted),
            ]).Append(["", "mean (macro)", Percent(precision), Percent(recall), Percent(f1), "", ""]));
    }

    // The columns have the numbers of the labels in the table before, since names would make them wide.
    private void WriteMatrix(ResultTable table)
    {
        table.WriteLine("rows: the label of the lines; columns: the label that the model gives them, by its number");
        table.Write(
            ["", "label", .. Matrix.Labels.Select((_, i) => $">{i + 1}")],
            Matrix.Labels.Select((label, i) => (string[])
                [$"{i + 1}", Cut(label), .. Matrix.Labels.Select((_, j) => Printable.Count(Matrix[i, j]))]));
    }

    private void WriteMistakes(ResultTable table)
    {
        var mistakes =
            from i in Enumerable.Range(0, Matrix.Labels.Count)
            from j in Enumerable.Range(0, Matrix.Labels.Count)
            where i != j && Matrix[i, j] > 0
            orderby Matrix[i, j] descending
            select (string[])[Cut(Matrix.Labels[i]), Cut(Matrix.Labels[j]), Printable.Count(Matrix[i, j])];
        table.WriteLine($"the most frequent mistakes, at most {MostMistakes} (--json has the whole matrix)");
        table.Write(["label", "given", ">lines"], mistakes.Take(MostMistakes));
    }

    private static string Cut(string label) => TextColumns.Cut(label, LabelColumns);

    private static string Percent(double share) => Printable.Fixed(100 * share, 1);
}
