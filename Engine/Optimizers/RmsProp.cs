using System.Numerics;
using System.Runtime.CompilerServices;
using Engine.Kernels;

namespace Engine.Optimizers;

/// <summary>
/// RMSprop (Tieleman and Hinton 2012, lecture 6.5): v = α v + (1 - α) g², θ = θ - lr g / (√v + ε). The gradient is
/// divided by the root of the mean of its recent squares; unlike the sum of <see cref="Adagrad{T}"/>, the mean forgets.
/// With momentum μ, b = μ b + g / (√v + ε), θ = θ - lr b. Weight decay is L2, g + λ θ.
/// </summary>
public sealed class RmsProp<T> : Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double alpha, epsilon, momentum;
    private readonly T[][] v;
    private readonly T[][]? b;

    /// <summary>RMSprop over the given parameters.</summary>
    /// <param name="parameters">The parameters to update.</param>
    /// <param name="learningRate">lr.</param>
    /// <param name="alpha">The decay of the mean of squared gradients.</param>
    /// <param name="epsilon">Keeps the divisor above 0; outside the root.</param>
    /// <param name="momentum">μ; 0 for none.</param>
    /// <param name="weightDecay">λ, as L2.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is not in its range.</exception>
    public RmsProp(
        IReadOnlyList<Parameter<T>> parameters, double learningRate = 1e-2, double alpha = 0.99, double epsilon = 1e-8,
        double momentum = 0, double weightDecay = 0)
        : base(parameters, learningRate, weightDecay)
    {
        Require(alpha is >= 0 and < 1, nameof(alpha), alpha, "in [0, 1)");
        Require(epsilon >= 0, nameof(epsilon), epsilon, "at least 0");
        Require(momentum is >= 0 and < 1, nameof(momentum), momentum, "in [0, 1)");
        (this.alpha, this.epsilon, this.momentum, v) = (alpha, epsilon, momentum, AddState("v"));
        if (momentum > 0) b = AddState("b");
    }

    private protected override void Update(in Chunk chunk)
    {
        var mean = new MeanSquare(T.CreateChecked(alpha), T.CreateChecked(1 - alpha), T.CreateChecked(epsilon));
        var lr = T.CreateChecked(chunk.LearningRate);
        if (b is null)
        {
            StepRule.Apply(
                new Plain(mean, lr), chunk.Values, chunk.Gradients, chunk.Of(v), [], chunk.Scale,
                chunk.WeightDecay);
            return;
        }
        StepRule.Apply(
            new WithMomentum(mean, lr, T.CreateChecked(momentum)),
            chunk.Values, chunk.Gradients, chunk.Of(v), chunk.Of(b), chunk.Scale, chunk.WeightDecay);
    }

    private readonly struct MeanSquare(T alpha, T rest, T epsilon)
    {
        /// <summary>Updates v; gives g / (√v + ε).</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Normalize<V, L>(V g, ref V v)
            where V : unmanaged
            where L : ILanes<T, V>
        {
            v = L.MultiplyAdd(v, L.Broadcast(alpha), L.Multiply(L.Multiply(g, g), L.Broadcast(rest)));
            return L.Divide(g, L.Add(L.Sqrt(v), L.Broadcast(epsilon)));
        }
    }

    private readonly struct Plain(MeanSquare mean, T lr) : IStepRule<T>
    {
        public static int Slots => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V, L>(V theta, V g, ref V v, ref V second)
            where V : unmanaged
            where L : ILanes<T, V> =>
            L.Subtract(theta, L.Multiply(L.Broadcast(lr), mean.Normalize<V, L>(g, ref v)));
    }

    private readonly struct WithMomentum(MeanSquare mean, T lr, T mu) : IStepRule<T>
    {
        public static int Slots => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V, L>(V theta, V g, ref V v, ref V b)
            where V : unmanaged
            where L : ILanes<T, V>
        {
            b = L.MultiplyAdd(b, L.Broadcast(mu), mean.Normalize<V, L>(g, ref v));
            return L.Subtract(theta, L.Multiply(L.Broadcast(lr), b));
        }
    }
}
