using System.Numerics;

namespace Engine.Optimizers;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019): <see cref="Adam{T}"/> whose weight decay shrinks the parameter itself,
/// θ = (1 - lr λ) θ - lr mHat / (√vHat + ε), so that all weights decay alike however large their gradients are.
/// </summary>
public sealed class AdamW<T> : Adam<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>AdamW over the given parameters.</summary>
    /// <inheritdoc cref="Adam{T}(IReadOnlyList{Parameter{T}}, double, double, double, double, double)"/>
    public AdamW(
        IReadOnlyList<Parameter<T>> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999,
        double epsilon = 1e-8, double weightDecay = 0.01)
        : base(parameters, learningRate, beta1, beta2, epsilon, weightDecay)
    {
    }

    private protected override (double L2, double Decoupled) Decay(double decay) => (0, decay);
}
