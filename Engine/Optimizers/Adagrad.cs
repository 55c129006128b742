using System.Numerics;
using System.Runtime.CompilerServices;
using Engine.Kernels;

namespace Engine.Optimizers;

/// <summary>
/// Adagrad (Duchi, Hazan and Singer 2011): s = s + g², θ = θ - lr g / (√s + ε). Each number has its own learning rate,
/// which falls with the sum of its squared gradients. So numbers with few gradients, such as the row of a rare word in
/// an embedding table, take large steps. But s only grows, and after long training the steps are almost 0. Weight decay
/// is L2, g + λ θ.
/// </summary>
public sealed class Adagrad<T> : Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double epsilon;
    private readonly T[][] s;

    /// <summary>Adagrad over the given parameters.</summary>
    /// <param name="parameters">The parameters to update.</param>
    /// <param name="learningRate">lr.</param>
    /// <param name="epsilon">Keeps the divisor above 0; outside the root.</param>
    /// <param name="weightDecay">λ, as L2.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is not in its range.</exception>
    public Adagrad(
        IReadOnlyList<Parameter<T>> parameters, double learningRate = 1e-2, double epsilon = 1e-10,
        double weightDecay = 0)
        : base(parameters, learningRate, weightDecay)
    {
        Require(epsilon >= 0, nameof(epsilon), epsilon, "at least 0");
        (this.epsilon, s) = (epsilon, AddState("s"));
    }

    private protected override void Update(in Chunk chunk) => StepRule.Apply(
        new Rule(T.CreateChecked(chunk.LearningRate), T.CreateChecked(epsilon)),
        chunk.Values, chunk.Gradients, chunk.Of(s), [], chunk.Scale, chunk.WeightDecay);

    private readonly struct Rule(T lr, T epsilon) : IStepRule<T>
    {
        public static int Slots => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V, L>(V theta, V g, ref V s, ref V second)
            where V : unmanaged
            where L : ILanes<T, V>
        {
            s = L.MultiplyAdd(g, g, s);
            var root = L.Add(L.Sqrt(s), L.Broadcast(epsilon));
            return L.Subtract(theta, L.Divide(L.Multiply(L.Broadcast(lr), g), root));
        }
    }
}
