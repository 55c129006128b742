using Engine.Text;

namespace Engine.Cli;

/// <summary>The scores of two systems, and the p-values of their differences.</summary>
/// <param name="First">The name and the scores of a system.</param>
/// <param name="Second">The name and the scores of the other system, in the same order.</param>
/// <param name="PValues">The p-value of each metric.</param>
internal sealed record PairedScores(
    (string Name, MetricScore[] Scores) First, (string Name, MetricScore[] Scores) Second, double[] PValues)
{
    private const double Significant = 0.05;

    /// <summary>Writes a table, what its p-values say, and the signatures.</summary>
    public void WriteText(ResultTable table)
    {
        table.Write(
            ["", .. First.Scores.Select(score => score.Name)],
            [
                [First.Name, .. First.Scores.Select(score => score.Number)],
                [Second.Name, .. Second.Scores.Select(score => score.Number)],
                ["p", .. PValues.Select((_, i) => Verdict(i))],
            ]);
        table.WriteLine("*: significant; where both systems are equally good, a difference as large is found in less "
            + "than 5% of texts");
        ScoreLines.WriteSignatures(table.Output, First.Scores);
    }

    /// <summary>The second system and the p-values as the fields of a JSON object.</summary>
    public IReadOnlyDictionary<string, object?> Fields()
    {
        var fields = new Dictionary<string, object?> { ["name"] = Second.Name };
        for (var i = 0; i < PValues.Length; i++)
        {
            var key = ScoreLines.KeyOf(Second.Scores[i]);
            fields.Add(key, Second.Scores[i].Score);
            ScoreLines.AddInterval(fields, Second.Scores[i]);
            fields.Add(key + "_p", PValues[i]);
        }
        return fields;
    }

    // sacreBLEU's p-value of two equal texts is the smallest of all, and says nothing.
    private string Verdict(int metric) => First.Scores[metric].Score == Second.Scores[metric].Score
        ? "equal scores"
        : Printable.Fixed(PValues[metric], 4) + (PValues[metric] < Significant ? " *" : "");
}
