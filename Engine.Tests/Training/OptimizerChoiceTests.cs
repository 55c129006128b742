using Engine.Optimizers;
using Engine.Training;
using C = Engine.Training.TrainingConfiguration;

namespace Engine.Tests.Training;

public class OptimizerChoiceTests
{
    private static readonly TrainingConfiguration Configured = new()
    {
        LearningRate = 0.03, Momentum = 0.7, Nesterov = true, Beta1 = 0.6, Beta2 = 0.8, Epsilon = 0.01,
        WeightDecay = 0.2,
    };

    private static readonly Dictionary<string, Func<IReadOnlyList<Parameter<float>>, Optimizer<float>>> Expected = new()
    {
        ["sgd"] = p => new Sgd<float>(p, 0.03, momentum: 0.7, nesterov: true, weightDecay: 0.2),
        ["adagrad"] = p => new Adagrad<float>(p, 0.03, epsilon: 0.01, weightDecay: 0.2),
        ["adadelta"] = p => new Adadelta<float>(p, 0.03, rho: 0.8, epsilon: 0.01, weightDecay: 0.2),
        ["rmsprop"] = p => new RmsProp<float>(p, 0.03, alpha: 0.8, epsilon: 0.01, momentum: 0.7, weightDecay: 0.2),
        ["adam"] = p => new Adam<float>(p, 0.03, beta1: 0.6, beta2: 0.8, epsilon: 0.01, weightDecay: 0.2),
        ["adamw"] = p => new AdamW<float>(p, 0.03, beta1: 0.6, beta2: 0.8, epsilon: 0.01, weightDecay: 0.2),
        ["nadam"] = p => new NAdam<float>(p, 0.03, beta1: 0.6, beta2: 0.8, epsilon: 0.01, weightDecay: 0.2),
        ["lion"] = p => new Lion<float>(p, 0.03, beta1: 0.6, beta2: 0.8, weightDecay: 0.2),
    };

    private static readonly Dictionary<string, Func<TrainingConfiguration, TrainingConfiguration>> Changes = new()
    {
        [nameof(C.Momentum)] = c => c with { Momentum = 0.1 },
        [nameof(C.Nesterov)] = c => c with { Nesterov = false },
        [nameof(C.Beta1)] = c => c with { Beta1 = 0.1 },
        [nameof(C.Beta2)] = c => c with { Beta2 = 0.1 },
        [nameof(C.Epsilon)] = c => c with { Epsilon = 0.5 },
        [nameof(C.WeightDecay)] = c => c with { WeightDecay = 0.9 },
        [nameof(C.LearningRate)] = c => c with { LearningRate = 0.5 },
    };

    public static TheoryData<string> Names => new(OptimizerChoice.Names);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_configurations_values_go_where_their_names_say(string name) =>
        Assert.Equal(
            Steps(Expected[name]), Steps(p => OptimizerChoice.Create(p, Configured with { Optimizer = name })));

    [Theory]
    [MemberData(nameof(Names))]
    public void An_optimizer_reads_the_options_that_it_is_said_to_read_and_no_other(string name)
    {
        var c = Configured with { Optimizer = name };
        var before = Steps(p => OptimizerChoice.Create(p, c));
        foreach (var (property, change) in Changes)
        {
            var isRead = !before.SequenceEqual(Steps(p => OptimizerChoice.Create(p, change(c))));
            Assert.True(isRead == OptimizerChoice.ReadersOf(property).Contains(name), $"{name} and {property}");
        }
    }

    /// <summary>Where some steps lead a weight matrix.</summary>
    private static float[] Steps(Func<IReadOnlyList<Parameter<float>>, Optimizer<float>> create)
    {
        Parameter<float>[] parameters = [new("weight", Tensor<float>.From([1, 3], [1, -2, 0.5f]))];
        var optimizer = create(parameters);
        var gradients = new GradientSet<float>(parameters);
        foreach (var factor in (float[])[1, -0.25f, 0.05f, 0.9f, -1.2f, 0.1f])
        {
            for (var i = 0; i < 3; i++) gradients[parameters[0]][i] = factor * (i + 1);
            optimizer.Step(gradients);
        }
        return parameters[0].Value.ToArray();
    }
}
