using Engine.Optimizers;

namespace Engine.Tests.Optimizers;

/// <summary>
/// Each optimizer beside its naive twin: the formula of the paper on one number at a time, in double. A twin takes a
/// number, its gradients in turn, a learning rate and a weight decay, and gives the number after each step.
/// </summary>
internal static class OptimizerTwins
{
    public delegate Optimizer<T> Create<T>(IReadOnlyList<Parameter<T>> parameters, double lr, double decay)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>;

    public delegate double[] Twin(double theta, double[] gradients, double lr, double decay);

    public static readonly Dictionary<string, (Create<double> InDouble, Create<float> InFloat, Twin Twin)> All = new()
    {
        ["Sgd"] = (
            (p, lr, l) => new Sgd<double>(p, lr, weightDecay: l), (p, lr, l) => new Sgd<float>(p, lr, weightDecay: l),
            (theta, gradients, lr, l) => Follow(theta, gradients, (t, x, g) => x - (lr * (g + (l * x))))),
        ["Sgd with momentum"] = (
            (p, lr, l) => new Sgd<double>(p, lr, 0.8, weightDecay: l),
            (p, lr, l) => new Sgd<float>(p, lr, 0.8, weightDecay: l), HeavyBall),
        ["Sgd with Nesterov's momentum"] = (
            (p, lr, l) => new Sgd<double>(p, lr, 0.8, true, l), (p, lr, l) => new Sgd<float>(p, lr, 0.8, true, l),
            Nesterov),
        ["Adagrad"] = (
            (p, lr, l) => new Adagrad<double>(p, lr, 1e-6, l), (p, lr, l) => new Adagrad<float>(p, lr, 1e-6, l),
            Adagrad),
        ["Adadelta"] = (
            (p, lr, l) => new Adadelta<double>(p, lr, 0.7, 1e-3, l),
            (p, lr, l) => new Adadelta<float>(p, lr, 0.7, 1e-3, l), Adadelta),
        ["RmsProp"] = (
            (p, lr, l) => new RmsProp<double>(p, lr, 0.7, 1e-3, 0, l),
            (p, lr, l) => new RmsProp<float>(p, lr, 0.7, 1e-3, 0, l), (x, g, lr, l) => RmsProp(x, g, lr, l, 0)),
        ["RmsProp with momentum"] = (
            (p, lr, l) => new RmsProp<double>(p, lr, 0.7, 1e-3, 0.6, l),
            (p, lr, l) => new RmsProp<float>(p, lr, 0.7, 1e-3, 0.6, l), (x, g, lr, l) => RmsProp(x, g, lr, l, 0.6)),
        ["Adam"] = (
            (p, lr, l) => new Adam<double>(p, lr, 0.8, 0.7, 1e-3, l),
            (p, lr, l) => new Adam<float>(p, lr, 0.8, 0.7, 1e-3, l), (x, g, lr, l) => Adam(x, g, lr, l, 0)),
        ["AdamW"] = (
            (p, lr, l) => new AdamW<double>(p, lr, 0.8, 0.7, 1e-3, l),
            (p, lr, l) => new AdamW<float>(p, lr, 0.8, 0.7, 1e-3, l), (x, g, lr, l) => Adam(x, g, lr, 0, l)),
        ["NAdam"] = (
            (p, lr, l) => new NAdam<double>(p, lr, 0.8, 0.7, 1e-3, 0.5, l),
            (p, lr, l) => new NAdam<float>(p, lr, 0.8, 0.7, 1e-3, 0.5, l), NAdam),
        ["Lion"] = (
            (p, lr, l) => new Lion<double>(p, lr, 0.8, 0.7, l), (p, lr, l) => new Lion<float>(p, lr, 0.8, 0.7, l),
            Lion),
    };

    private static double[] Follow(double x, double[] gradients, Func<int, double, double, double> step) =>
        [.. gradients.Select((g, i) => x = step(i + 1, x, g))];

    private static double[] HeavyBall(double theta, double[] gradients, double lr, double l)
    {
        var b = 0.0;
        return Follow(theta, gradients, (t, x, g) =>
        {
            b = (0.8 * b) + g + (l * x);
            return x - (lr * b);
        });
    }

    private static double[] Nesterov(double theta, double[] gradients, double lr, double l)
    {
        var b = 0.0;
        return Follow(theta, gradients, (t, x, g) =>
        {
            g += l * x;
            b = (0.8 * b) + g;
            return x - (lr * (g + (0.8 * b)));
        });
    }

    private static double[] Adagrad(double theta, double[] gradients, double lr, double l)
    {
        var s = 0.0;
        return Follow(theta, gradients, (t, x, g) =>
        {
            g += l * x;
            s += g * g;
            return x - (lr * g / (Math.Sqrt(s) + 1e-6));
        });
    }

    private static double[] Adadelta(double theta, double[] gradients, double lr, double l)
    {
        var (v, u) = (0.0, 0.0);
        return Follow(theta, gradients, (t, x, g) =>
        {
            g += l * x;
            v = (0.7 * v) + (0.3 * g * g);
            var delta = Math.Sqrt(u + 1e-3) / Math.Sqrt(v + 1e-3) * g;
            u = (0.7 * u) + (0.3 * delta * delta);
            return x - (lr * delta);
        });
    }

    private static double[] RmsProp(double theta, double[] gradients, double lr, double l, double mu)
    {
        var (v, b) = (0.0, 0.0);
        return Follow(theta, gradients, (t, x, g) =>
        {
            g += l * x;
            v = (0.7 * v) + (0.3 * g * g);
            b = (mu * b) + (g / (Math.Sqrt(v) + 1e-3));
            return x - (lr * b);
        });
    }

    private static double[] Adam(double theta, double[] gradients, double lr, double l2, double decoupled)
    {
        var (m, v) = (0.0, 0.0);
        return Follow(theta, gradients, (t, x, g) =>
        {
            g += l2 * x;
            m = (0.8 * m) + (0.2 * g);
            v = (0.7 * v) + (0.3 * g * g);
            var (mHat, vHat) = (m / (1 - Math.Pow(0.8, t)), v / (1 - Math.Pow(0.7, t)));
            return x - (lr * decoupled * x) - (lr * mHat / (Math.Sqrt(vHat) + 1e-3));
        });
    }

    private static double[] NAdam(double theta, double[] gradients, double lr, double l)
    {
        var (m, v, product) = (0.0, 0.0, 1.0);
        return Follow(theta, gradients, (t, x, g) =>
        {
            double Mu(int step) => 0.8 * (1 - (0.5 * Math.Pow(0.96, step * 0.5)));
            g += l * x;
            m = (0.8 * m) + (0.2 * g);
            v = (0.7 * v) + (0.3 * g * g);
            product *= Mu(t);
            var root = Math.Sqrt(v / (1 - Math.Pow(0.7, t))) + 1e-3;
            return x - (lr * (1 - Mu(t)) / (1 - product) * g / root)
                - (lr * Mu(t + 1) / (1 - (product * Mu(t + 1))) * m / root);
        });
    }

    private static double[] Lion(double theta, double[] gradients, double lr, double l)
    {
        var m = 0.0;
        return Follow(theta, gradients, (t, x, g) =>
        {
            var c = (0.8 * m) + (0.2 * g);
            m = (0.7 * m) + (0.3 * g);
            return x - (lr * ((l * x) + Math.Sign(c)));
        });
    }
}
