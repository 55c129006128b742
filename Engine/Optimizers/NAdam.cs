using System.Numerics;
using System.Runtime.CompilerServices;
using Engine.Kernels;

namespace Engine.Optimizers;

/// <summary>
/// NAdam (Dozat 2016): <see cref="Adam{T}"/> with Nesterov's momentum, whose step uses the momentum of the next step.
/// m = β1 m + (1 - β1) g and v = β2 v + (1 - β2) g² are Adam's. The momentum μᵗ = β1 (1 - 0.96^(tψ) / 2) rises from
/// β1 / 2 to β1. With Πμ = μ¹ μ² ... μᵗ,
/// θ = θ - lr ((1 - μᵗ) / (1 - Πμ) g + μᵗ⁺¹ / (1 - Πμ μᵗ⁺¹) m) / (√vHat + ε). Weight decay is L2, g + λ θ.
/// </summary>
public sealed class NAdam<T> : Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double beta1, beta2, epsilon, momentumDecay;
    private readonly T[][] m, v;
    private double product = 1, ofGradient, ofMomentum, inverseRoot;
    private int productSteps;

    /// <summary>NAdam over the given parameters.</summary>
    /// <param name="parameters">The parameters to update.</param>
    /// <param name="learningRate">lr.</param>
    /// <param name="beta1">The decay of the mean of gradients.</param>
    /// <param name="beta2">The decay of the mean of squared gradients.</param>
    /// <param name="epsilon">Keeps the divisor above 0; outside the root.</param>
    /// <param name="momentumDecay">ψ: how fast the momentum rises from β1 / 2 to β1.</param>
    /// <param name="weightDecay">λ, as L2.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is not in its range.</exception>
    public NAdam(
        IReadOnlyList<Parameter<T>> parameters, double learningRate = 2e-3, double beta1 = 0.9, double beta2 = 0.999,
        double epsilon = 1e-8, double momentumDecay = 4e-3, double weightDecay = 0)
        : base(parameters, learningRate, weightDecay)
    {
        Require(beta1 is >= 0 and < 1, nameof(beta1), beta1, "in [0, 1)");
        Require(beta2 is >= 0 and < 1, nameof(beta2), beta2, "in [0, 1)");
        Require(epsilon >= 0, nameof(epsilon), epsilon, "at least 0");
        Require(momentumDecay >= 0, nameof(momentumDecay), momentumDecay, "at least 0");
        (this.beta1, this.beta2, this.epsilon, this.momentumDecay) = (beta1, beta2, epsilon, momentumDecay);
        (m, v) = (AddState("m"), AddState("v"));
    }

    private protected override void Prepare()
    {
        // Πμ is computed from the number of steps, and so is right in a resumed run.
        if (productSteps != Steps - 1) (product, productSteps) = (1, 0);
        while (productSteps < Steps) product *= Momentum(++productSteps);
        var (now, next) = (Momentum(Steps), Momentum(Steps + 1));
        ofGradient = (1 - now) / (1 - product);
        ofMomentum = next / (1 - (product * next));
        inverseRoot = 1 / Math.Sqrt(1 - Math.Pow(beta2, Steps));
    }

    private protected override void Update(in Chunk chunk) => StepRule.Apply(
        new Rule(
            T.CreateChecked(beta1), T.CreateChecked(1 - beta1), T.CreateChecked(beta2), T.CreateChecked(1 - beta2),
            T.CreateChecked(epsilon), T.CreateChecked(inverseRoot), T.CreateChecked(chunk.LearningRate * ofGradient),
            T.CreateChecked(chunk.LearningRate * ofMomentum)),
        chunk.Values, chunk.Gradients, chunk.Of(m), chunk.Of(v), chunk.Scale, chunk.WeightDecay);

    private double Momentum(int step) => beta1 * (1 - (0.5 * Math.Pow(0.96, step * momentumDecay)));

    private readonly struct Rule(
        T beta1, T rest1, T beta2, T rest2, T epsilon, T inverseRoot, T ofGradient, T ofMomentum) : IStepRule<T>
    {
        public static int Slots => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V, L>(V theta, V g, ref V m, ref V v)
            where V : unmanaged
            where L : ILanes<T, V>
        {
            m = L.MultiplyAdd(m, L.Broadcast(beta1), L.Multiply(g, L.Broadcast(rest1)));
            v = L.MultiplyAdd(v, L.Broadcast(beta2), L.Multiply(L.Multiply(g, g), L.Broadcast(rest2)));
            var ahead = L.MultiplyAdd(m, L.Broadcast(ofMomentum), L.Multiply(g, L.Broadcast(ofGradient)));
            var root = L.MultiplyAdd(L.Sqrt(v), L.Broadcast(inverseRoot), L.Broadcast(epsilon));
            return L.Subtract(theta, L.Divide(ahead, root));
        }
    }
}
