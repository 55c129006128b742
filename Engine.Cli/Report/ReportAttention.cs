using System.Diagnostics;
using Engine.Charts;
using Engine.Inspection;
using Engine.Layers;
using Engine.Text;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The part of the report that shows what the model attends to in three validation sentences.</summary>
internal static class ReportAttention
{
    private const int Sentences = 3, LongestSentence = 24;

    // A map of more cells has no room for numbers, and a longer sentence none for itself.
    private const int MostNumbers = 16, LongestMap = 60;

    /// <summary>The attention of the first three sentences that are short enough for a page, or of the shortest.
    /// </summary>
    public static string Of(TextModel model, ParallelCorpus valid)
    {
        var texts = Chosen(model, valid).Select(pair => Of(model, pair.Source, pair.Target)).ToArray();
        if (texts.Length == 0)
            return $"<p>No validation sentence has at most {LongestMap} tokens, the most that fit a page.</p>\n";
        if (texts.All(text => text.Length == 0))
            return $"<p>This model has no attention: the architecture {model.Configuration.Architecture} computes no "
                + "weights between words.</p>\n";
        return "<p class=\"note\">Each row is a word and what it reads: the weights of its row, in hundredths, make "
            + "100. Rows of the decoder are named by the word that they write next.</p>\n" + string.Concat(texts);
    }

    private static IEnumerable<(string Source, string Target)> Chosen(TextModel model, ParallelCorpus valid)
    {
        var sized = valid.Pairs.Take(1000)
            .Select(pair => (pair.Source, pair.Target, Length: model.Source.Encode(pair.Source).Length))
            .Where(pair => pair.Length is > 0 and < LongestMap).ToArray();
        var fitting = sized.Where(pair => pair.Length <= LongestSentence).ToArray();
        return (fitting.Length >= Sentences ? fitting : [.. sized.OrderBy(pair => pair.Length)]).Take(Sentences)
            .Select(pair => (pair.Source, pair.Target));
    }

    private static string Of(TextModel model, string source, string reference)
    {
        var parts = new HashSet<string> { ObservedAttention.Weights };
        var record = model switch
        {
            TranslationModel translator => PassRecorder.Record(translator, source, parts: parts),
            ClassificationModel classifier => PassRecorder.Record(classifier, source, parts: parts),
            _ => throw new UnreachableException(),
        };
        var last = record.Attention.GroupBy(weights => weights.Kind)
            .Select(kind => kind.MaxBy(weights => weights.Layer)!)
            .Where(weights => weights.Queries <= LongestMap && weights.Keys <= LongestMap)
            .OrderByDescending(weights => weights.Kind).ToArray();
        if (last.Length == 0) return "";
        var maps = string.Concat(last.Select(weights => Map(record, weights, head: null)));
        var heads = last[0].Heads == 1 ? "" : "<details><summary>Each head of the "
            + $"{Name(last[0])}</summary>\n<div class=\"charts\">\n"
            + string.Concat(Enumerable.Range(0, last[0].Heads).Select(head => Map(record, last[0], head)))
            + "</div></details>\n";
        var asked = record.TargetText == reference ? "" : $" <span class=\"empty\">(reference: "
            + $"{Html.Sentence(reference)})</span>";
        return $"<h3>{Html.Sentence(source)} → {Html.Sentence(record.TargetText)}{asked}</h3>\n"
            + $"<div class=\"charts\">\n{maps}</div>\n{heads}";
    }

    /// <summary>The map of one head, or of the mean of all heads.</summary>
    private static string Map(PassRecord record, AttentionWeights<float> weights, int? head)
    {
        var isOfDecoder = weights.Kind != AttentionKind.Encoder;
        string[] queries = isOfDecoder && record.Target.Count > 0
            ? [.. record.Predictions.Select(prediction => prediction.Reference!.Value.Text)]
            : [.. record.Source.Select(token => token.Text)];
        var keys = (weights.Kind == AttentionKind.Decoder ? record.Target : record.Source)
            .Select(token => token.Text).ToArray();
        int[] heads = head is { } one ? [one] : [.. Enumerable.Range(0, weights.Heads)];
        var rows = Enumerable.Range(0, weights.Queries).Select(query => new HeatRow(
            NameAt(queries, query),
            [.. Enumerable.Range(0, weights.Keys).Select(key => heads.Average(h => (double)weights[h, query, key]))]));
        var name = head is { } number ? $"head {number}" : Name(weights) + (heads.Length > 1 ? ", mean of heads" : "");
        var chart = new HeatChart([.. rows], [.. Enumerable.Range(0, weights.Keys).Select(key => NameAt(keys, key))])
        {
            HasNumbers = weights.Keys <= MostNumbers, CellWidth = 24,
            RowTitle = isOfDecoder ? "writes" : "word", ColumnTitle = "reads",
        };
        var picture = Html.Wide(name, chart.ToElement($"attention weights, {name}"));
        return $"<figure><figcaption>{name}</figcaption>\n{picture}</figure>\n";
    }

    private static string NameAt(string[] names, int index) =>
        index < names.Length ? Printable.Of(names[index]) : "";

    private static string Name(AttentionWeights<float> weights) => weights.Kind switch
    {
        AttentionKind.Cross => "cross-attention",
        AttentionKind.Decoder => "decoder self-attention",
        _ => "encoder self-attention",
    } + (weights.Path.Contains("layers", StringComparison.Ordinal) ? $" of layer {weights.Layer}" : "");
}
