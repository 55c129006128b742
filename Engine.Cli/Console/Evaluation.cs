using Engine.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Cli;

/// <summary>A sentence that went wrong.</summary>
/// <param name="Line">The number of its line.</param>
/// <param name="Score">The score of its translation alone.</param>
/// <param name="Source">The sentence.</param>
/// <param name="Reference">A person's translation.</param>
/// <param name="Translation">The model's translation.</param>
internal sealed record WorstSentence(int Line, double Score, string Source, string Reference, string Translation);

/// <summary>The results of an evaluation.</summary>
/// <param name="Scores">The scores of the translations.</param>
/// <param name="References">How well the model predicts the references.</param>
/// <param name="Matched">The number of translations that equal their reference.</param>
/// <param name="Sentences">The number of translations.</param>
/// <param name="Elapsed">The time that translating took.</param>
/// <param name="WorstBy">The metric that the worst sentences are found by.</param>
/// <param name="Worst">The sentences that went wrong most, the worst first; null if they were not asked for.</param>
internal sealed record Evaluation(
    MetricScore[] Scores, ReferenceLikelihood References, int Matched, int Sentences, TimeSpan Elapsed,
    string WorstBy, IReadOnlyList<WorstSentence>? Worst)
{
    private double ExactMatch => 100.0 * Matched / Sentences;

    private double Speed => Sentences / Math.Max(Elapsed.TotalSeconds, 1e-9);

    /// <summary>Writes the results as lines of text.</summary>
    public void WriteText(TextWriter output)
    {
        ScoreLines.Write(output, Scores);
        output.WriteLine($"token accuracy {Printable.Fixed(100 * References.TokenAccuracy, 1)}%, perplexity "
            + $"{Printable.Perplexity(References.Perplexity)} (loss {Printable.Fixed(References.Loss, 4)}) of "
            + $"{Printable.Count(References.Tokens)} reference tokens");
        output.WriteLine($"exact match {Printable.Fixed(ExactMatch, 1)}% ({Printable.Count(Matched)} of "
            + $"{Printable.Count(Sentences)} sentences); translated in {Printable.Time(Elapsed)}, "
            + $"{Printable.Fixed(Speed, 1)} sentences/s");
        if (Worst is null) return;
        output.WriteLine(Worst.Count == 0
            ? "no translation differs from its reference"
            : $"sentences that went wrong most, by {WorstBy} of each alone:");
        foreach (var one in Worst)
        {
            output.WriteLine($"line {one.Line}: {WorstBy} {Printable.Fixed(one.Score, 2)}");
            output.WriteLine($"  source       {Printable.Of(one.Source)}");
            output.WriteLine($"  reference    {Printable.Of(one.Reference)}");
            output.WriteLine($"  translation  {Printable.Of(one.Translation)}");
        }
    }

    /// <summary>Writes the results as one line of JSON.</summary>
    public void WriteJson(TextWriter output)
    {
        var fields = new Dictionary<string, object?>();
        ScoreLines.AddTo(fields, Scores);
        fields.Add("token_accuracy", 100 * References.TokenAccuracy);
        fields.Add("perplexity", References.Perplexity);
        fields.Add("loss", References.Loss);
        fields.Add("reference_tokens", References.Tokens);
        fields.Add("exact_match", ExactMatch);
        fields.Add("matched", Matched);
        fields.Add("sentences", Sentences);
        fields.Add("seconds", Math.Round(Elapsed.TotalSeconds, 3));
        fields.Add("sentences_per_second", Math.Round(Speed, 1));
        if (Worst is not null)
        {
            fields.Add("worst_by", WorstBy);
            fields.Add("worst", Worst);
        }
        output.WriteLine(JsonOutput.OneLine(fields));
    }
}
