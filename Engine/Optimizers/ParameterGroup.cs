using System.Numerics;

namespace Engine.Optimizers;

/// <summary>
/// Some of an optimizer's parameters, and what holds for them in place of the optimizer's own settings:
/// <code>
/// var adamW = new AdamW&lt;float&gt;(model.Parameters, 1e-3, weightDecay: 0.01)
/// {
///     Groups = [ParameterGroup&lt;float&gt;.BiasesAndNorms(model.Parameters)],
/// };
/// </code>
/// </summary>
/// <param name="parameters">Each is one of the optimizer's, and in no other of its groups.</param>
public sealed class ParameterGroup<T>(IReadOnlyList<Parameter<T>> parameters)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What belongs to the group.</summary>
    public IReadOnlyList<Parameter<T>> Parameters { get; } = [.. parameters];

    /// <summary>What the learning rate is multiplied by, whatever the schedule sets; 0 freezes the group.</summary>
    public double LearningRateFactor { get; init; } = 1;

    /// <summary>The group's weight decay; null for the optimizer's.</summary>
    public double? WeightDecay { get; init; }

    /// <summary>
    /// The parameters of fewer than two dimensions (biases, and the gains and offsets of normalizations) without weight
    /// decay: decay keeps products of many weights small, and these are summed or scale a feature each. Matrices and
    /// embedding tables are not in the group and decay.
    /// </summary>
    public static ParameterGroup<T> BiasesAndNorms(IReadOnlyList<Parameter<T>> parameters) =>
        new([.. parameters.Where(parameter => parameter.Shape.Rank < 2)]) { WeightDecay = 0 };
}
