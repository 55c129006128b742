using Engine.Optimizers;

namespace Engine.Training;

/// <summary>
/// The optimizers that a run can have: how each is made of a configuration, and which of its options it reads. Biases
/// and normalizations do not decay (<see cref="ParameterGroup{T}.BiasesAndNorms"/>).
/// </summary>
public static class OptimizerChoice
{
    private static readonly Choice[] All =
    [
        new("sgd", ["momentum", "nesterov"], (p, c) =>
            new Sgd<float>(p, c.LearningRate, c.Momentum, c.Nesterov, c.WeightDecay)),
        new("adagrad", ["epsilon"], (p, c) => new Adagrad<float>(p, c.LearningRate, c.Epsilon, c.WeightDecay)),
        new("adadelta", ["beta2", "epsilon"], (p, c) =>
            new Adadelta<float>(p, c.LearningRate, c.Beta2, c.Epsilon, c.WeightDecay)),
        new("rmsprop", ["beta2", "epsilon", "momentum"], (p, c) =>
            new RmsProp<float>(p, c.LearningRate, c.Beta2, c.Epsilon, c.Momentum, c.WeightDecay)),
        new("adam", ["beta1", "beta2", "epsilon"], (p, c) =>
            new Adam<float>(p, c.LearningRate, c.Beta1, c.Beta2, c.Epsilon, c.WeightDecay)),
        new("adamw", ["beta1", "beta2", "epsilon"], (p, c) =>
            new AdamW<float>(p, c.LearningRate, c.Beta1, c.Beta2, c.Epsilon, c.WeightDecay)),
        new("nadam", ["beta1", "beta2", "epsilon"], (p, c) =>
            new NAdam<float>(p, c.LearningRate, c.Beta1, c.Beta2, c.Epsilon, weightDecay: c.WeightDecay)),
        new("lion", ["beta1", "beta2"], (p, c) =>
            new Lion<float>(p, c.LearningRate, c.Beta1, c.Beta2, c.WeightDecay)),
    ];

    private sealed record Choice(
        string Name, string[] Reads,
        Func<IReadOnlyList<Parameter<float>>, TrainingConfiguration, Optimizer<float>> Create);

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(choice => choice.Name)];

    /// <summary>The optimizers that read an option; all, if every one does.</summary>
    public static IReadOnlyList<string> ReadersOf(string option) =>
        All.Any(choice => choice.Reads.Contains(option))
            ? [.. All.Where(choice => choice.Reads.Contains(option)).Select(choice => choice.Name)]
            : Names;

    /// <summary>The optimizer of a configuration.</summary>
    internal static Optimizer<float> Create(
        IReadOnlyList<Parameter<float>> parameters, TrainingConfiguration configuration)
    {
        var optimizer = All.First(choice => choice.Name == configuration.Optimizer).Create(parameters, configuration);
        optimizer.Groups = [ParameterGroup<float>.BiasesAndNorms(parameters)];
        return optimizer;
    }
}
