using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Engine.Training;

/// <summary>
/// The options that a model folder's fingerprint covers: weights mean nothing with other values, and no other file of
/// the folder would show that a value was changed.
/// </summary>
/// <remarks>
/// The fingerprint is a hash, so that the order of the options counts. The two lists keep the order in which the first
/// translators and classifiers were saved. An option that came later is covered wherever it has not its default: a
/// folder that was saved before the option existed keeps its fingerprint.
/// </remarks>
internal static class FingerprintOptions
{
    private static readonly string[] Translator =
    [
        nameof(TrainingConfiguration.Architecture), nameof(TrainingConfiguration.SourceTokenizer),
        nameof(TrainingConfiguration.TargetTokenizer), nameof(TrainingConfiguration.DModel),
        nameof(TrainingConfiguration.DFf), nameof(TrainingConfiguration.Heads), nameof(TrainingConfiguration.Layers),
        nameof(TrainingConfiguration.NormFirst), nameof(TrainingConfiguration.Normalization),
        nameof(TrainingConfiguration.NormGroups), nameof(TrainingConfiguration.Activation),
        nameof(TrainingConfiguration.Sharing), nameof(TrainingConfiguration.Positions),
    ];

    private static readonly string[] Classifier =
    [
        nameof(TrainingConfiguration.Architecture), nameof(TrainingConfiguration.SourceTokenizer),
        nameof(TrainingConfiguration.DModel), nameof(TrainingConfiguration.DFf), nameof(TrainingConfiguration.Heads),
        nameof(TrainingConfiguration.Layers), nameof(TrainingConfiguration.NormFirst),
        nameof(TrainingConfiguration.NormGroups), nameof(TrainingConfiguration.Positions),
        nameof(TrainingConfiguration.Activation), nameof(TrainingConfiguration.Normalization),
        nameof(TrainingConfiguration.Pooling),
    ];

    /// <summary>The names and values that go into the fingerprint of a configuration's model, in their order.</summary>
    public static JsonObject Of(TrainingConfiguration configuration)
    {
        var first = (configuration.Task == "classify" ? Classifier : Translator).Select(OptionTable.Of);
        var later = OptionTable.All.Where(option =>
            option.NeedsFingerprint && !Translator.Contains(option.Property) && !Classifier.Contains(option.Property)
            && !option.IsDefaultIn(configuration));
        var result = new JsonObject();
        foreach (var option in first.Concat(later))
            result[option.Property] = Value(option.ValueIn(configuration));
        return result;
    }

    private static JsonValue Value(object? value) => value switch
    {
        bool flag => JsonValue.Create(flag),
        int number => JsonValue.Create(number),
        string or Enum => JsonValue.Create($"{value}"), // a choice by its name in the code: Layer, not layer
        _ => throw new UnreachableException(),
    };
}
