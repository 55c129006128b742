using System.Numerics;
using System.Runtime.CompilerServices;
using Engine.Kernels;

namespace Engine.Optimizers;

/// <summary>
/// Gradient descent, θ = θ - lr g (Cauchy 1847). It is batch, stochastic (Robbins and Monro 1951) or mini-batch descent
/// by the number of examples in the gradients: all, one or some.
/// </summary>
/// <remarks>
/// With momentum μ it is the heavy ball, b = μ b + g, θ = θ - lr b (Polyak 1964). Equal gradients make b grow to
/// g / (1 - μ). Nesterov's variant looks ahead, θ = θ - lr (g + μ b) (Nesterov 1983; in this form Sutskever et al.
/// 2013). Weight decay is L2, g + λ θ; without momentum it equals decoupled decay, θ = (1 - lr λ) θ - lr g.
/// </remarks>
public sealed class Sgd<T> : Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double momentum;
    private readonly bool nesterov;
    private readonly T[][]? b;

    /// <summary>Gradient descent over the given parameters.</summary>
    /// <param name="parameters">The parameters to update.</param>
    /// <param name="learningRate">lr.</param>
    /// <param name="momentum">μ; 0 for none.</param>
    /// <param name="nesterov">Whether the step looks ahead along the momentum.</param>
    /// <param name="weightDecay">λ, as L2.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is not in its range.</exception>
    /// <exception cref="ArgumentException">Nesterov's variant is set without momentum.</exception>
    public Sgd(
        IReadOnlyList<Parameter<T>> parameters, double learningRate = 1e-3, double momentum = 0, bool nesterov = false,
        double weightDecay = 0)
        : base(parameters, learningRate, weightDecay)
    {
        Require(momentum is >= 0 and < 1, nameof(momentum), momentum, "in [0, 1)");
        if (nesterov && momentum == 0)
            throw new ArgumentException("Sgd: Nesterov's variant needs a momentum above 0, such as 0.9.");
        (this.momentum, this.nesterov) = (momentum, nesterov);
        if (momentum > 0) b = AddState("b");
    }

    private protected override void Update(in Chunk chunk)
    {
        var lr = T.CreateChecked(chunk.LearningRate);
        if (b is null)
        {
            StepRule.Apply(
                new Plain(lr), chunk.Values, chunk.Gradients, [], [], chunk.Scale, chunk.WeightDecay);
            return;
        }
        var mu = T.CreateChecked(momentum);
        StepRule.Apply(
            nesterov ? new WithMomentum(mu, lr, lr * mu) : new WithMomentum(mu, T.Zero, lr),
            chunk.Values, chunk.Gradients, chunk.Of(b), [], chunk.Scale, chunk.WeightDecay);
    }

    private readonly struct Plain(T lr) : IStepRule<T>
    {
        public static int Slots => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V, L>(V theta, V g, ref V first, ref V second)
            where V : unmanaged
            where L : ILanes<T, V> => L.Subtract(theta, L.Multiply(L.Broadcast(lr), g));
    }

    /// <summary>b = μ b + g, θ = θ - ofGradient g - ofMomentum b.</summary>
    private readonly struct WithMomentum(T mu, T ofGradient, T ofMomentum) : IStepRule<T>
    {
        public static int Slots => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V, L>(V theta, V g, ref V b, ref V second)
            where V : unmanaged
            where L : ILanes<T, V>
        {
            b = L.MultiplyAdd(b, L.Broadcast(mu), g);
            var move = L.MultiplyAdd(b, L.Broadcast(ofMomentum), L.Multiply(g, L.Broadcast(ofGradient)));
            return L.Subtract(theta, move);
        }
    }
}
