using Engine.Training;

namespace Engine.Cli;

/// <summary>The part of the report that shows how the answers of validation sentences changed.</summary>
internal static class ReportSamples
{
    private const int MostValidations = 8;

    /// <summary>The samples of at most eight validations: the first, the last, the best, and others between them.
    /// </summary>
    public static string Of(IReadOnlyList<LoggedValidation> validations)
    {
        if (validations.Count == 0) return "<p>The run's folder has no samples.</p>\n";
        var shown = Chosen(validations);
        var note = shown.Count < validations.Count
            ? $"<p class=\"note\">{shown.Count} of {Printable.Count(validations.Count)} validations; "
              + "samples.jsonl in the run's folder has all of them.</p>\n" : "";
        return note + string.Concat(validations[^1].Samples.Select((sample, i) =>
            $"<h3 lang=\"und\">{Html.Sentence(sample.Source)}</h3>\n"
            + $"<p>Reference: {Html.Sentence(sample.Reference)}</p>\n"
            + Html.Table(
                [
                    "Update", "Answer", "Loss", .. shown.Any(one => one.Bleu is not null) ? (string[])["BLEU"] : [],
                    .. shown.Any(one => one.Accuracy is not null) ? (string[])["Accuracy"] : [],
                ],
                shown.Where(one => i < one.Samples.Count).Select(one => Row(one, one.Samples[i])),
                "answers")));
    }

    private static IEnumerable<string> Row(LoggedValidation validation, TranslationSample sample)
    {
        var same = sample.Translation == sample.Reference ? " <span class=\"same\">= reference</span>" : "";
        var average = validation.Averaged > 0 ? $", average of {validation.Averaged}" : "";
        yield return Printable.Count(validation.Update) + average;
        yield return Html.Sentence(sample.Translation) + same;
        yield return validation.Loss is { } loss ? Printable.Fixed(loss, 3) : "not a number";
        if (validation.Bleu is { } bleu) yield return Printable.Fixed(bleu, 1);
        if (validation.Accuracy is { } accuracy) yield return Printable.Fixed(accuracy, 1) + "%";
    }

    /// <summary>Validations spread evenly, the best among them.</summary>
    internal static IReadOnlyList<LoggedValidation> Chosen(IReadOnlyList<LoggedValidation> all)
    {
        if (all.Count <= MostValidations) return all;
        var places = Enumerable.Range(0, MostValidations)
            .Select(i => (int)Math.Round((double)i * (all.Count - 1) / (MostValidations - 1))).ToArray();
        var best = Enumerable.Range(0, all.Count).LastOrDefault(i => all[i].Best, -1);
        if (best >= 0 && !places.Contains(best))
            places[Enumerable.Range(1, MostValidations - 2).MinBy(i => Math.Abs(places[i] - best))] = best;
        return [.. places.Select(place => all[place])];
    }
}
