using System.Numerics;
using System.Runtime.CompilerServices;
using Engine.Kernels;

namespace Engine.Optimizers;

/// <summary>
/// Adam (Kingma and Ba 2015): m = β1 m + (1 - β1) g, v = β2 v + (1 - β2) g², mHat = m / (1 - β1ᵗ), vHat = v / (1 -
/// β2ᵗ), θ = θ - lr mHat / (√vHat + ε). The divisors correct the start of m and v at 0 (<see cref="OptimizerTwins"/>
/// says why). Weight decay is L2: λ θ is added to the gradient, g + λ θ, and so is divided by √vHat. A weight with
/// large gradients hardly decays; <see cref="AdamW{T}"/> decouples the decay from the gradient.
/// </summary>
/// <example>
/// <code><![CDATA[
/// using Engine;
/// using Engine.Optimizers;
///
/// var w = new Parameter<float>("w", Tensor<float>.From([], [5]));
/// var adam = new Adam<float>([w], learningRate: 0.1);
/// for (var update = 0; update < 200; update++)
/// {
///     using var tape = new Tape<float>();
///     adam.Step(tape.Backward(tape.Use(w) * tape.Use(w)));             // w squared is smallest at 0
/// }
/// Console.WriteLine(Math.Abs(w.Value.Item()) < 0.1);                   // prints: True
/// ]]></code>
/// </example>
public class Adam<T> : Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double beta1, beta2, epsilon;
    private readonly T[][] m, v;
    private double mCorrection, vCorrection;

    /// <summary>Adam over the given parameters.</summary>
    /// <param name="parameters">The parameters to update.</param>
    /// <param name="learningRate">lr.</param>
    /// <param name="beta1">The decay of the mean of gradients.</param>
    /// <param name="beta2">The decay of the mean of squared gradients.</param>
    /// <param name="epsilon">Keeps the divisor above 0; outside the root.</param>
    /// <param name="weightDecay">λ, as L2.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is not in its range.</exception>
    public Adam(
        IReadOnlyList<Parameter<T>> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999,
        double epsilon = 1e-8, double weightDecay = 0)
        : base(parameters, learningRate, weightDecay)
    {
        Require(beta1 is >= 0 and < 1, nameof(beta1), beta1, "in [0, 1)");
        Require(beta2 is >= 0 and < 1, nameof(beta2), beta2, "in [0, 1)");
        Require(epsilon >= 0, nameof(epsilon), epsilon, "at least 0");
        (this.beta1, this.beta2, this.epsilon) = (beta1, beta2, epsilon);
        (m, v) = (AddState("m"), AddState("v"));
    }

    /// <summary>The weight decay as L2, and the weight decay that is decoupled.</summary>
    private protected virtual (double L2, double Decoupled) Decay(double decay) => (decay, 0);

    private protected override void Prepare() =>
        (mCorrection, vCorrection) = (1 - Math.Pow(beta1, Steps), 1 - Math.Pow(beta2, Steps));

    private protected override void Update(in Chunk chunk)
    {
        var (l2, decoupled) = Decay(chunk.WeightDecay);
        StepRule.Apply(
            new Rule(
                T.CreateChecked(beta1), T.CreateChecked(1 - beta1), T.CreateChecked(beta2), T.CreateChecked(1 - beta2),
                T.CreateChecked(epsilon), T.CreateChecked(chunk.LearningRate / mCorrection),
                T.CreateChecked(1 / Math.Sqrt(vCorrection)), T.CreateChecked(1 - (chunk.LearningRate * decoupled))),
            chunk.Values, chunk.Gradients, chunk.Of(m), chunk.Of(v), chunk.Scale, l2);
    }

    /// <summary>
    /// θ = keep θ - stepSize m / (√v inverseRoot + ε), where stepSize = lr / (1 - β1ᵗ) and
    /// inverseRoot = 1 / √(1 - β2ᵗ): the corrections of m and v are one factor each.
    /// </summary>
    private readonly struct Rule(
        T beta1, T rest1, T beta2, T rest2, T epsilon, T stepSize, T inverseRoot, T keep) : IStepRule<T>
    {
        public static int Slots => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V, L>(V theta, V g, ref V m, ref V v)
            where V : unmanaged
            where L : ILanes<T, V>
        {
            m = L.MultiplyAdd(m, L.Broadcast(beta1), L.Multiply(g, L.Broadcast(rest1)));
            v = L.MultiplyAdd(v, L.Broadcast(beta2), L.Multiply(L.Multiply(g, g), L.Broadcast(rest2)));
            var root = L.MultiplyAdd(L.Sqrt(v), L.Broadcast(inverseRoot), L.Broadcast(epsilon));
            var move = L.Divide(L.Multiply(m, L.Broadcast(stepSize)), root);
            return L.Subtract(L.Multiply(theta, L.Broadcast(keep)), move);
        }
    }
}
