using Engine.Optimizers;

namespace Engine.Tests.Optimizers;

/// <summary>Each optimizer beside its reference implementation, with settings far from the usual ones.</summary>
internal static class OptimizerCases
{
    public delegate Optimizer<T> Create<T>(IReadOnlyList<Parameter<T>> parameters, double lr, double decay)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>;

    public static readonly Dictionary<
        string, (Create<double> InDouble, Create<float> InFloat, Func<double, double, OptimizerTwins.Rule> Twin)> All =
        new()
        {
            ["Sgd"] = (
                (p, lr, l) => new Sgd<double>(p, lr, weightDecay: l),
                (p, lr, l) => new Sgd<float>(p, lr, weightDecay: l), WithL2(OptimizerTwins.Sgd)),
            ["Sgd with momentum"] = (
                (p, lr, l) => new Sgd<double>(p, lr, 0.8, weightDecay: l),
                (p, lr, l) => new Sgd<float>(p, lr, 0.8, weightDecay: l),
                WithL2(lr => OptimizerTwins.Momentum(lr, 0.8))),
            ["Sgd with Nesterov's momentum"] = (
                (p, lr, l) => new Sgd<double>(p, lr, 0.8, true, l), (p, lr, l) => new Sgd<float>(p, lr, 0.8, true, l),
                WithL2(lr => OptimizerTwins.Nesterov(lr, 0.8))),
            ["Adagrad"] = (
                (p, lr, l) => new Adagrad<double>(p, lr, 1e-6, l), (p, lr, l) => new Adagrad<float>(p, lr, 1e-6, l),
                WithL2(lr => OptimizerTwins.Adagrad(lr, 1e-6))),
            ["Adadelta"] = (
                (p, lr, l) => new Adadelta<double>(p, lr, 0.7, 1e-3, l),
                (p, lr, l) => new Adadelta<float>(p, lr, 0.7, 1e-3, l),
                WithL2(lr => OptimizerTwins.Adadelta(lr, 0.7, 1e-3))),
            ["RmsProp"] = (
                (p, lr, l) => new RmsProp<double>(p, lr, 0.7, 1e-3, 0, l),
                (p, lr, l) => new RmsProp<float>(p, lr, 0.7, 1e-3, 0, l),
                WithL2(lr => OptimizerTwins.RmsProp(lr, 0.7, 1e-3, 0))),
            ["RmsProp with momentum"] = (
                (p, lr, l) => new RmsProp<double>(p, lr, 0.7, 1e-3, 0.6, l),
                (p, lr, l) => new RmsProp<float>(p, lr, 0.7, 1e-3, 0.6, l),
                WithL2(lr => OptimizerTwins.RmsProp(lr, 0.7, 1e-3, 0.6))),
            ["Adam"] = (
                (p, lr, l) => new Adam<double>(p, lr, 0.8, 0.7, 1e-3, l),
                (p, lr, l) => new Adam<float>(p, lr, 0.8, 0.7, 1e-3, l),
                WithL2(lr => OptimizerTwins.Adam(lr, 0.8, 0.7, 1e-3))),
            ["AdamW"] = (
                (p, lr, l) => new AdamW<double>(p, lr, 0.8, 0.7, 1e-3, l),
                (p, lr, l) => new AdamW<float>(p, lr, 0.8, 0.7, 1e-3, l),
                (lr, l) => OptimizerTwins.Adam(lr, 0.8, 0.7, 1e-3, l)),
            ["NAdam"] = (
                (p, lr, l) => new NAdam<double>(p, lr, 0.8, 0.7, 1e-3, 0.5, l),
                (p, lr, l) => new NAdam<float>(p, lr, 0.8, 0.7, 1e-3, 0.5, l),
                WithL2(lr => OptimizerTwins.NAdam(lr, 0.8, 0.7, 1e-3, 0.5))),
            ["Lion"] = (
                (p, lr, l) => new Lion<double>(p, lr, 0.8, 0.7, l), (p, lr, l) => new Lion<float>(p, lr, 0.8, 0.7, l),
                (lr, l) => OptimizerTwins.Lion(lr, 0.8, 0.7, l)),
        };

    /// <summary>θ after steps with each of the gradients in turn.</summary>
    public static double After(OptimizerTwins.Rule rule, double theta, params IEnumerable<double> gradients)
    {
        foreach (var g in gradients) theta = rule(theta, g);
        return theta;
    }

    private static Func<double, double, OptimizerTwins.Rule> WithL2(Func<double, OptimizerTwins.Rule> rule) =>
        (lr, decay) => OptimizerTwins.WithL2(rule(lr), decay);
}
