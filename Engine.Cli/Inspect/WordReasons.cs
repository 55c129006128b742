using System.Globalization;
using Engine.Inspection;
using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>
/// What <c>translate --explain</c> writes below a translation: for each token its probability, where the decoder
/// looked, and what else was likely.
/// </summary>
internal static class WordReasons
{
    private const int Most = 3;

    /// <summary>Traces how a line is translated.</summary>
    /// <param name="model">The model.</param>
    /// <param name="line">The line, not a blank one.</param>
    /// <param name="options">How to translate.</param>
    /// <param name="name">What messages call the text.</param>
    /// <param name="number">The number of the line in the text, from 1; samples depend on it.</param>
    /// <exception cref="InputException">The line is too long, or logits are no numbers.</exception>
    public static DecodingTrace Trace(
        TranslationModel model, string line, TranslationOptions options, string name, int number)
    {
        try
        {
            return DecodingTracer.Trace(model, line, options, number: number - 1);
        }
        catch (Exception failure) when (failure is InputException or NotFiniteNumberException)
        {
            throw new InputException($"{name}:{number}: {failure.Message}", failure);
        }
    }

    /// <summary>The lines about a translation: one for each token, and one for the end.</summary>
    public static IReadOnlyList<string> Of(DecodingTrace trace, TracedTranslation translation)
    {
        int[] ids = [.. translation.Tokens.Select(token => token.Id)];
        var found = new List<(string Word, string Probability, string Looked, string Others)>();
        for (var i = 0; i <= ids.Length && i < trace.Steps.Count; i++)
        {
            // The hypothesis that became the translation is the row that has the translation's first tokens.
            var row = trace.Steps[i].Rows.FirstOrDefault(row =>
                row.Tokens.Select(token => token.Id).SequenceEqual(ids.Take(i)));
            // A translation that has reached its greatest length ends without a step of its own.
            if (row is null) break;
            var (id, word) = i < ids.Length
                ? (ids[i], translation.Tokens[i].Text) : (Text.Vocabulary.End, "(end)");
            found.Add((Shown(word), ProbabilityOf(id, row), Looked(trace, row), Others(id, row)));
        }
        var (words, looks) = (
            found.Max(one => TextColumns.Of(one.Word)), found.Max(one => TextColumns.Of(one.Looked)));
        return
        [
            .. found.Select(one => $"  {TextColumns.PadRight(one.Word, words)}  {one.Probability}  from "
                + $"{TextColumns.PadRight(one.Looked, looks)}  or {one.Others}"),
        ];
    }

    /// <summary>The source tokens with the largest weights: means over the heads of the last layer.</summary>
    private static string Looked(DecodingTrace trace, TracedRow row)
    {
        if (row.Attention.LastOrDefault(layer => layer.Kind == "cross") is not { } last) return "";
        var means = Enumerable.Range(0, last.Weights[0].Count)
            .Select(key => (Key: key, Weight: last.Weights.Average(head => (double)head[key])));
        return string.Join(", ", means.OrderByDescending(mean => mean.Weight).Take(Most)
            .Select(mean => $"{Shown(trace.Source[mean.Key].Text)} {Number(mean.Weight)}"));
    }

    /// <summary>The likeliest other tokens, by the network's probabilities before penalties.</summary>
    private static string Others(int id, TracedRow row) => string.Join(", ", row.Likeliest
        .Where(other => other.Id != id).Take(Most)
        .Select(other => $"{(other.Id == Text.Vocabulary.End ? "(end)" : Shown(other.Text))} "
            + Number(other.Probability)));

    private static string ProbabilityOf(int id, TracedRow row)
    {
        foreach (var likely in row.Likeliest)
        {
            if (likely.Id == id) return Number(likely.Probability);
        }
        return "0.000"; // not among the ten likeliest
    }

    private static string Number(double number) => number.ToString("0.000", CultureInfo.InvariantCulture);

    // A token may be white space, or text that would end a line.
    private static string Shown(string token) => string.IsNullOrWhiteSpace(token) ? $"'{Printable.Of(token)}'"
        : Printable.Of(token);
}
