using System.Text.Json.Serialization;
using Engine.Layers;
using Engine.Training;

namespace Engine.Inspection;

/// <summary>
/// What a model consists of: its layers with their tensors, its vocabularies, its attention, and the memory that all
/// take. <see cref="ToString"/> writes it as a table.
/// </summary>
public sealed record ModelSummary
{
    /// <summary>What the model does with a line: <c>translate</c> or <c>classify</c>.</summary>
    public required string Task { get; init; }

    /// <summary>The architecture, such as <c>transformer</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>The layers that have tensors, in the order of the model file.</summary>
    public required IReadOnlyList<SummaryLayer> Layers { get; init; }

    /// <summary>The numbers that training changes; tables that are shared count once.</summary>
    public long Parameters => Layers.Sum(layer => layer.Parameters);

    /// <summary>The memory of the model.</summary>
    public required ModelMemory Memory { get; init; }

    /// <summary>The source vocabulary.</summary>
    public required SummaryVocabulary Source { get; init; }

    /// <summary>The target vocabulary; null for a classifier.</summary>
    public required SummaryVocabulary? Target { get; init; }

    /// <summary>The labels of a classifier; null for a translator.</summary>
    public required IReadOnlyList<string>? Labels { get; init; }

    /// <summary>Which tables are one parameter: <c>none</c>, <c>target</c> or <c>all</c>.</summary>
    public required string Sharing { get; init; }

    /// <summary>The attention layers whose weights can be seen, the encoder's first; none for some models.</summary>
    public required IReadOnlyList<SummaryAttention> Attention { get; init; }

    /// <summary>The summary of a model.</summary>
    /// <param name="model">The model.</param>
    public static ModelSummary Of(TextModel model)
    {
        var configuration = model.Configuration;
        var translation = model as TranslationModel;
        var layers = model.Network.Summary().Layers;
        var weights = layers.Sum(layer => layer.Parameters) * sizeof(float);
        return new ModelSummary
        {
            Task = configuration.Task,
            Architecture = configuration.Architecture,
            Layers = layers,
            Memory = new ModelMemory(
                weights, model.Network.NamedBuffers.Sum(buffer => (long)buffer.Value.Value.Count) * sizeof(float),
                weights, weights * OptimizerChoice.SlotsOf(configuration)),
            Source = new SummaryVocabulary(model.SourceTokens, model.Source.Tokenizer.Name),
            Target = translation is null
                ? null
                : new SummaryVocabulary(translation.TargetTokens, translation.Target.Tokenizer.Name),
            Labels = (model as ClassificationModel)?.Names,
            Sharing = configuration.Sharing.ToString().ToLowerInvariant(),
            Attention =
            [
                .. model.Network.NamedModules.Where(named => named.Value is MultiHeadAttention<float>).Select(named =>
                {
                    var (kind, layer) = AttentionWeights<float>.Of(named.Key);
                    return new SummaryAttention(named.Key, kind, layer, configuration.Heads);
                }).OrderBy(attention => attention.Kind == AttentionKind.Encoder ? 0 : 1),
            ],
        };
    }

    /// <summary>The summary as aligned lines: what the model is, a line for each layer, and the sums.</summary>
    public override string ToString() =>
        string.Join('\n', [Title, .. new ModuleSummary(Architecture, Layers).Lines, Sum]);

    /// <summary>A line that says what the model is.</summary>
    [JsonIgnore]
    public string Title => Line($"{Architecture}, {Task}: {Source.Tokens:N0} source tokens ({Source.Tokenizer}), ")
        + (Labels is { } labels
            ? Line($"{labels.Count:N0} labels")
            : Line($"{Target!.Value.Tokens:N0} target tokens ({Target.Value.Tokenizer})"));

    /// <summary>A line that sums up.</summary>
    [JsonIgnore]
    public string Sum => Line($"{Parameters:N0} parameters, {Memory.Weights:N0} bytes; ")
        + Line($"training holds {Memory.Training:N0} bytes beside them");

    private static string Line(FormattableString line) => FormattableString.Invariant(line);
}
