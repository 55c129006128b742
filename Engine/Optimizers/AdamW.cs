using System.Numerics;

namespace Engine.Optimizers;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019): <see cref="Adam{T}"/> with decoupled weight decay,
/// θ = (1 - lr λ) θ - lr mHat / (√vHat + ε). All weights decay at the same rate, whatever their gradients are. Adam's
/// L2 decay is part of the gradient instead, and so of m and v. For plain <see cref="Sgd{T}"/> both are the same.
/// </summary>
/// <example>
/// <code><![CDATA[
/// using Engine;
/// using Engine.Optimizers;
///
/// var w = new Parameter<double>("w", Tensor<double>.From([], [5]));
/// var adamW = new AdamW<double>([w], learningRate: 0.1, weightDecay: 0.01);
/// using var tape = new Tape<double>();
/// adamW.Step(tape.Backward(0 * tape.Use(w)));                          // without a gradient, the weight decays alone
/// Console.WriteLine(Math.Round(w.Value.Item(), 6));                    // prints: 4.995
/// ]]></code>
/// </example>
public sealed class AdamW<T> : Adam<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>AdamW over the given parameters.</summary>
    /// <param name="parameters">The parameters to update.</param>
    /// <param name="learningRate">lr.</param>
    /// <param name="beta1">The decay of the mean of gradients.</param>
    /// <param name="beta2">The decay of the mean of squared gradients.</param>
    /// <param name="epsilon">Keeps the divisor above 0; outside the root.</param>
    /// <param name="weightDecay">λ, decoupled.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is not in its range.</exception>
    public AdamW(
        IReadOnlyList<Parameter<T>> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999,
        double epsilon = 1e-8, double weightDecay = 0.01)
        : base(parameters, learningRate, beta1, beta2, epsilon, weightDecay)
    {
    }

    private protected override (double L2, double Decoupled) Decay(double decay) => (0, decay);
}
