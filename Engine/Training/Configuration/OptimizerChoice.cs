using Engine.Optimizers;
using C = Engine.Training.TrainingConfiguration;

namespace Engine.Training;

/// <summary>
/// The optimizers that a run can have: how a configuration makes each, and which options it reads besides the options
/// that every optimizer reads. Biases and normalizations do not decay (<see cref="ParameterGroup{T}.BiasesAndNorms"/>).
/// </summary>
public static class OptimizerChoice
{
    private delegate Optimizer<float> Make(IReadOnlyList<Parameter<float>> parameters, TrainingConfiguration c);

    private static readonly Choice<Make>[] All =
    [
        new("sgd", [nameof(C.Momentum), nameof(C.Nesterov)], (p, c) =>
            new Sgd<float>(p, c.LearningRate, c.Momentum, c.Nesterov, c.WeightDecay)),
        new("adagrad", [nameof(C.Epsilon)], (p, c) => new Adagrad<float>(p, c.LearningRate, c.Epsilon, c.WeightDecay)),
        new("adadelta", [nameof(C.Beta2), nameof(C.Epsilon)], (p, c) =>
            new Adadelta<float>(p, c.LearningRate, c.Beta2, c.Epsilon, c.WeightDecay)),
        new("rmsprop", [nameof(C.Beta2), nameof(C.Epsilon), nameof(C.Momentum)], (p, c) =>
            new RmsProp<float>(p, c.LearningRate, c.Beta2, c.Epsilon, c.Momentum, c.WeightDecay)),
        new("adam", [nameof(C.Beta1), nameof(C.Beta2), nameof(C.Epsilon)], (p, c) =>
            new Adam<float>(p, c.LearningRate, c.Beta1, c.Beta2, c.Epsilon, c.WeightDecay)),
        new("adamw", [nameof(C.Beta1), nameof(C.Beta2), nameof(C.Epsilon)], (p, c) =>
            new AdamW<float>(p, c.LearningRate, c.Beta1, c.Beta2, c.Epsilon, c.WeightDecay)),
        new("nadam", [nameof(C.Beta1), nameof(C.Beta2), nameof(C.Epsilon)], (p, c) =>
            new NAdam<float>(p, c.LearningRate, c.Beta1, c.Beta2, c.Epsilon, weightDecay: c.WeightDecay)),
        new("lion", [nameof(C.Beta1), nameof(C.Beta2)], (p, c) =>
            new Lion<float>(p, c.LearningRate, c.Beta1, c.Beta2, c.WeightDecay)),
    ];

    /// <summary>The names of all optimizers.</summary>
    public static IReadOnlyList<string> Names { get; } = All.Names;

    /// <summary>The optimizers that read an option; all optimizers, if every one reads it.</summary>
    /// <param name="property">The option's property in <see cref="TrainingConfiguration"/>.</param>
    public static IReadOnlyList<string> ReadersOf(string property) => All.ReadersOf(property);

    /// <summary>The numbers that the optimizer of a configuration keeps for each parameter: Adam keeps two.</summary>
    internal static int SlotsOf(TrainingConfiguration configuration)
    {
        Parameter<float>[] one = [new("any", Tensor<float>.Zeros([1]))];
        return Create(one, configuration).State.Count();
    }

    /// <summary>The optimizer of a configuration.</summary>
    internal static Optimizer<float> Create(
        IReadOnlyList<Parameter<float>> parameters, TrainingConfiguration configuration)
    {
        var optimizer = All.First(choice => choice.Name == configuration.Optimizer).Create(parameters, configuration);
        optimizer.Groups = [ParameterGroup<float>.BiasesAndNorms(parameters)];
        return optimizer;
    }
}
