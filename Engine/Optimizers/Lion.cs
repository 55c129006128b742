using System.Numerics;
using System.Runtime.CompilerServices;
using Engine.Kernels;

namespace Engine.Optimizers;

/// <summary>
/// Lion (Chen et al. 2023, found by program search): c = β1 m + (1 - β1) g, θ = (1 - lr λ) θ - lr sign(c),
/// m = β2 m + (1 - β2) g. Only the sign of c counts, so that every number moves by lr. The state is one number for each
/// parameter's number; Adam has two. Lion's steps are larger than Adam's: the paper takes a learning rate three to ten
/// times smaller, and a weight decay three to ten times larger. The decay is decoupled, as in <see cref="AdamW{T}"/>.
/// </summary>
public sealed class Lion<T> : Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double beta1, beta2;
    private readonly T[][] m;

    /// <summary>Lion over the given parameters.</summary>
    /// <param name="parameters">The parameters to update.</param>
    /// <param name="learningRate">lr.</param>
    /// <param name="beta1">β1: the share of m in the step's direction c.</param>
    /// <param name="beta2">β2: the decay of m.</param>
    /// <param name="weightDecay">λ, decoupled.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is not in its range.</exception>
    public Lion(
        IReadOnlyList<Parameter<T>> parameters, double learningRate = 1e-4, double beta1 = 0.9, double beta2 = 0.99,
        double weightDecay = 0)
        : base(parameters, learningRate, weightDecay)
    {
        Require(beta1 is >= 0 and < 1, nameof(beta1), beta1, "in [0, 1)");
        Require(beta2 is >= 0 and < 1, nameof(beta2), beta2, "in [0, 1)");
        (this.beta1, this.beta2, m) = (beta1, beta2, AddState("m"));
    }

    private protected override void Update(in Chunk chunk) => StepRule.Apply(
        new Rule(
            T.CreateChecked(chunk.LearningRate), T.CreateChecked(1 - (chunk.LearningRate * chunk.WeightDecay)),
            T.CreateChecked(beta1), T.CreateChecked(1 - beta1), T.CreateChecked(beta2), T.CreateChecked(1 - beta2)),
        chunk.Values, chunk.Gradients, chunk.Of(m), [], chunk.Scale, l2: 0);

    private readonly struct Rule(T lr, T keep, T beta1, T rest1, T beta2, T rest2) : IStepRule<T>
    {
        public static int Slots => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V, L>(V theta, V g, ref V m, ref V second)
            where V : unmanaged
            where L : ILanes<T, V>
        {
            var c = L.MultiplyAdd(m, L.Broadcast(beta1), L.Multiply(g, L.Broadcast(rest1)));
            m = L.MultiplyAdd(m, L.Broadcast(beta2), L.Multiply(g, L.Broadcast(rest2)));
            return L.Subtract(L.Multiply(theta, L.Broadcast(keep)), new Sign<T>(lr).Apply<V, L>(c));
        }
    }
}
