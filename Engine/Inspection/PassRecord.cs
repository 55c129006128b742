using System.Text.Json.Serialization;
using Engine.Layers;

namespace Engine.Inspection;

/// <summary>A token of a record.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">Its text in the vocabulary, such as <c>love</c> or <c>&lt;end&gt;</c>.</param>
public readonly record struct RecordedToken(int Id, string Text);

/// <summary>A value that a pass computed.</summary>
/// <param name="Side"><c>source</c> (the encoder, or a classifier) or <c>target</c> (the decoder).</param>
/// <param name="Path">The path of the module, such as <c>decoder.layers.0.self_attn</c>; empty for the network.</param>
/// <param name="Name">
/// What it is: a constant of <see cref="ObservedAttention"/> or <see cref="Models.ObservedNetwork"/>, or <c>logits</c>.
/// </param>
/// <param name="Shape">Its shape; queries, keys and heads, or rows and features.</param>
/// <param name="Values">The numbers, the last dimension running fastest. A masked score is -infinity.</param>
public sealed record RecordedValue(
    string Side, string Path, string Name, IReadOnlyList<int> Shape, IReadOnlyList<float> Values);

/// <summary>A token that may come next, or a label.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">Its text.</param>
/// <param name="Logit">Its logit.</param>
/// <param name="Probability">Its probability.</param>
public readonly record struct LikelyToken(int Id, string Text, float Logit, double Probability);

/// <summary>What the network expects next in a position of the target, or a classifier's labels.</summary>
/// <param name="Reference">The token that does come next; null where none is given.</param>
/// <param name="LogProbability">The natural logarithm of its probability; null where none is given.</param>
/// <param name="Likeliest">The ten likeliest tokens, the likeliest first.</param>
public sealed record Prediction(
    RecordedToken? Reference, double? LogProbability, IReadOnlyList<LikelyToken> Likeliest);

/// <summary>
/// Everything that a pass of one sentence, or of a sentence and its target, computed: <see cref="PassRecorder"/> makes
/// it. Values of a sentence have a row for each token.
/// </summary>
public sealed record PassRecord
{
    /// <summary>The source as the encoder reads it, the end included.</summary>
    public required IReadOnlyList<RecordedToken> Source { get; init; }

    /// <summary>The target as the decoder reads it: begin, then the words. Empty for a classifier.</summary>
    public required IReadOnlyList<RecordedToken> Target { get; init; }

    /// <summary>The text of the target; for a classifier the label.</summary>
    public required string TargetText { get; init; }

    /// <summary>Whether the target is the model's own translation, since none was given.</summary>
    public required bool IsOwnTarget { get; init; }

    /// <summary>What was switched off.</summary>
    public required Interventions Interventions { get; init; }

    /// <summary>The values, in the order of the computation.</summary>
    public required IReadOnlyList<RecordedValue> Values { get; init; }

    /// <summary>For each row of the target what comes next; one for a classifier.</summary>
    public required IReadOnlyList<Prediction> Predictions { get; init; }

    /// <summary>The log-probability of the target, the end included; null where no target is known.</summary>
    public double? LogProbability => Sum();

    /// <summary>The mean loss of a target token, -log-probability / tokens; null where no target is known.</summary>
    public double? Loss => -LogProbability / Predictions.Count;

    /// <summary>The attention weights of all layers, the encoder's first.</summary>
    [JsonIgnore]
    public IReadOnlyList<AttentionWeights<float>> Attention =>
    [
        .. Values.Where(value => value.Name == ObservedAttention.Weights).Select(value =>
        {
            var (kind, layer) = AttentionWeights<float>.Of(value.Path);
            return new AttentionWeights<float>(
                value.Path, kind, layer, 0, value.Shape[0], value.Shape[1], value.Shape[2], value.Values);
        }),
    ];

    private double? Sum()
    {
        if (Predictions.Count == 0 || Predictions.Any(prediction => prediction.LogProbability is null)) return null;
        return Predictions.Sum(prediction => prediction.LogProbability);
    }
}
