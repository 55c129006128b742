using System.Numerics;
using System.Runtime.CompilerServices;
using Engine.Kernels;

namespace Engine.Optimizers;

/// <summary>
/// Adadelta (Zeiler 2012): v = ρ v + (1 - ρ) g², Δ = √(u + ε) / √(v + ε) g, u = ρ u + (1 - ρ) Δ², θ = θ - lr Δ. The
/// size of a step follows from the size of recent steps, so that Δ has the unit of θ, and the paper needs no learning
/// rate (lr is 1). At first u is 0, and ε sets the size of the steps, about √(ε / (1 - ρ)). Weight decay is L2, g + λ
/// θ.
/// </summary>
public sealed class Adadelta<T> : Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double rho, epsilon;
    private readonly T[][] v, u;

    /// <summary>Adadelta over the given parameters.</summary>
    /// <param name="parameters">The parameters to update.</param>
    /// <param name="learningRate">lr, a factor of Δ.</param>
    /// <param name="rho">ρ, the decay of the mean squared gradient v and of the mean squared step u.</param>
    /// <param name="epsilon">ε: sets the first steps, and keeps the divisor above 0; inside the roots.</param>
    /// <param name="weightDecay">λ, as L2.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is not in its range.</exception>
    public Adadelta(
        IReadOnlyList<Parameter<T>> parameters, double learningRate = 1, double rho = 0.9, double epsilon = 1e-6,
        double weightDecay = 0)
        : base(parameters, learningRate, weightDecay)
    {
        Require(rho is >= 0 and < 1, nameof(rho), rho, "in [0, 1)");
        Require(epsilon > 0, nameof(epsilon), epsilon, "above 0");
        (this.rho, this.epsilon) = (rho, epsilon);
        (v, u) = (AddState("v"), AddState("u"));
    }

    private protected override void Update(in Chunk chunk) => StepRule.Apply(
        new Rule(
            T.CreateChecked(chunk.LearningRate), T.CreateChecked(rho), T.CreateChecked(1 - rho),
            T.CreateChecked(epsilon)),
        chunk.Values, chunk.Gradients, chunk.Of(v), chunk.Of(u), chunk.Scale, chunk.WeightDecay);

    private readonly struct Rule(T lr, T rho, T rest, T epsilon) : IStepRule<T>
    {
        public static int Slots => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V, L>(V theta, V g, ref V v, ref V u)
            where V : unmanaged
            where L : ILanes<T, V>
        {
            v = L.MultiplyAdd(v, L.Broadcast(rho), L.Multiply(L.Multiply(g, g), L.Broadcast(rest)));
            var ratio = L.Divide(L.Add(u, L.Broadcast(epsilon)), L.Add(v, L.Broadcast(epsilon)));
            var delta = L.Multiply(L.Sqrt(ratio), g);
            u = L.MultiplyAdd(u, L.Broadcast(rho), L.Multiply(L.Multiply(delta, delta), L.Broadcast(rest)));
            return L.Subtract(theta, L.Multiply(L.Broadcast(lr), delta));
        }
    }
}
