using Engine.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The results of an evaluation.</summary>
/// <param name="Bleu">BLEU of the translations.</param>
/// <param name="ChrF">chrF of the translations.</param>
/// <param name="References">How well the model predicts the references.</param>
/// <param name="Matched">The number of translations that equal their reference.</param>
/// <param name="Sentences">The number of translations.</param>
/// <param name="Elapsed">The time that translating took.</param>
internal sealed record Evaluation(
    BleuScore Bleu, ChrFScore ChrF, ReferenceLikelihood References, int Matched, int Sentences, TimeSpan Elapsed)
{
    private double ExactMatch => 100.0 * Matched / Sentences;

    private double Speed => Sentences / Math.Max(Elapsed.TotalSeconds, 1e-9);

    /// <summary>Writes the results as lines of text.</summary>
    public void WriteText(TextWriter output)
    {
        ScoreLines.Write(output, Bleu, ChrF);
        output.WriteLine($"token accuracy {Printable.Fixed(100 * References.TokenAccuracy, 1)}%, perplexity "
            + $"{Printable.Perplexity(References.Perplexity)} (loss {Printable.Fixed(References.Loss, 4)}) of "
            + $"{Printable.Count(References.Tokens)} reference tokens");
        output.WriteLine($"exact match {Printable.Fixed(ExactMatch, 1)}% ({Printable.Count(Matched)} of "
            + $"{Printable.Count(Sentences)} sentences); translated in {Printable.Time(Elapsed)}, "
            + $"{Printable.Fixed(Speed, 1)} sentences/s");
    }

    /// <summary>Writes the results as one line of JSON.</summary>
    public void WriteJson(TextWriter output) => output.WriteLine(JsonOutput.OneLine(new
    {
        bleu = Bleu.Score,
        chrf = ChrF.Score,
        signature = Bleu.Signature,
        chrfName = ChrF.Name,
        chrfSignature = ChrF.Signature,
        precisions = Bleu.Precisions,
        brevityPenalty = Bleu.BrevityPenalty,
        ratio = Bleu.Ratio,
        hypothesisLength = Bleu.HypothesisLength,
        referenceLength = Bleu.ReferenceLength,
        tokenAccuracy = 100 * References.TokenAccuracy,
        perplexity = References.Perplexity,
        loss = References.Loss,
        referenceTokens = References.Tokens,
        exactMatch = ExactMatch,
        matched = Matched,
        sentences = Sentences,
        seconds = Math.Round(Elapsed.TotalSeconds, 3),
        sentencesPerSecond = Math.Round(Speed, 1),
    }));
}
