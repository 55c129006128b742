using System.Numerics;

namespace Engine.Optimizers;

/// <summary>
/// Some of an optimizer's parameters, with settings of their own:
/// <code>
/// var adamW = new AdamW&lt;float&gt;(model.Parameters, 1e-3, weightDecay: 0.01)
/// {
///     Groups = [ParameterGroup&lt;float&gt;.BiasesAndNorms(model.Parameters)],
/// };
/// </code>
/// </summary>
/// <param name="parameters">Each is one of the optimizer's parameters and is in no other group.</param>
public sealed class ParameterGroup<T>(IReadOnlyList<Parameter<T>> parameters)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The parameters of the group.</summary>
    public IReadOnlyList<Parameter<T>> Parameters { get; } = [.. parameters];

    /// <summary>The factor of the optimizer's learning rate; 0 freezes the group.</summary>
    public double LearningRateFactor { get; init; } = 1;

    /// <summary>The group's weight decay; null for the optimizer's weight decay.</summary>
    public double? WeightDecay { get; init; }

    /// <summary>
    /// The parameters of fewer than two dimensions (biases, and gamma and beta of normalizations), without weight
    /// decay. Decay keeps sums of many products small; a bias is added once, and gamma scales one feature. Matrices and
    /// embedding tables are not in the group, and so decay.
    /// </summary>
    public static ParameterGroup<T> BiasesAndNorms(IReadOnlyList<Parameter<T>> parameters) =>
        new([.. parameters.Where(parameter => parameter.Shape.Rank < 2)]) { WeightDecay = 0 };
}
