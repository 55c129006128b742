using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Kernels;

/// <summary>
/// One step of Adam over a stretch of numbers, everything in one pass: g = scale · g + λ θ, m = β1 m + (1 - β1) g,
/// v = β2 v + (1 - β2) g², θ = keep · θ - stepSize · m / (√v · inverseRoot + ε).
/// </summary>
internal readonly struct AdamStep<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T beta1, beta2, rest1, rest2, epsilon, stepSize, inverseRoot, decay, keep;

    public AdamStep(
        double beta1, double beta2, double epsilon, double stepSize, double inverseRoot, double l2, double keep)
    {
        (this.beta1, this.beta2) = (T.CreateChecked(beta1), T.CreateChecked(beta2));
        (rest1, rest2) = (T.CreateChecked(1 - beta1), T.CreateChecked(1 - beta2));
        this.epsilon = T.CreateChecked(epsilon);
        this.stepSize = T.CreateChecked(stepSize);
        this.inverseRoot = T.CreateChecked(inverseRoot);
        decay = T.CreateChecked(l2);
        this.keep = T.CreateChecked(keep);
    }

    public void Apply(Span<T> values, ReadOnlySpan<T> gradients, Span<T> m, Span<T> v, double scale)
    {
        if (gradients.Length != values.Length || m.Length != values.Length || v.Length != values.Length)
            throw new ArgumentException(
                $"{values.Length} values, {gradients.Length} gradients, {m.Length} and {v.Length} moments");
        Widest<T>.Run(new Pass
        {
            Values = values, Gradients = gradients, M = m, V = v, Scale = T.CreateChecked(scale), Step = this,
        });
    }

    private ref struct Pass : IKernel<T>
    {
        public Span<T> Values, M, V;
        public ReadOnlySpan<T> Gradients;
        public T Scale;
        public AdamStep<T> Step;

        public readonly void Run<TVector, L>()
            where TVector : unmanaged
            where L : ILanes<T, TVector>
        {
            ref var values = ref MemoryMarshal.GetReference(Values);
            ref var gradients = ref MemoryMarshal.GetReference(Gradients);
            ref var ms = ref MemoryMarshal.GetReference(M);
            ref var vs = ref MemoryMarshal.GetReference(V);
            var i = 0;
            for (; i <= Values.Length - L.Count; i += L.Count)
            {
                var (theta, m, v) = Advance<TVector, L>(
                    L.Load(in Unsafe.Add(ref values, i)), L.Load(in Unsafe.Add(ref gradients, i)),
                    L.Load(in Unsafe.Add(ref ms, i)), L.Load(in Unsafe.Add(ref vs, i)));
                L.Store(theta, ref Unsafe.Add(ref values, i));
                L.Store(m, ref Unsafe.Add(ref ms, i));
                L.Store(v, ref Unsafe.Add(ref vs, i));
            }
            if (i == Values.Length) return;
            var last = Advance<TVector, L>(
                LaneTail.Load<T, TVector, L>(Values[i..]), LaneTail.Load<T, TVector, L>(Gradients[i..]),
                LaneTail.Load<T, TVector, L>(M[i..]), LaneTail.Load<T, TVector, L>(V[i..]));
            LaneTail.Store<T, TVector, L>(last.Theta, Values[i..], false);
            LaneTail.Store<T, TVector, L>(last.M, M[i..], false);
            LaneTail.Store<T, TVector, L>(last.V, V[i..], false);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly (TVector Theta, TVector M, TVector V) Advance<TVector, L>(
            TVector theta, TVector gradient, TVector m, TVector v)
            where TVector : unmanaged
            where L : ILanes<T, TVector>
        {
            var g = L.FusedMultiplyAdd(theta, L.Broadcast(Step.decay), L.Multiply(gradient, L.Broadcast(Scale)));
            m = L.FusedMultiplyAdd(m, L.Broadcast(Step.beta1), L.Multiply(g, L.Broadcast(Step.rest1)));
            v = L.FusedMultiplyAdd(v, L.Broadcast(Step.beta2), L.Multiply(L.Multiply(g, g), L.Broadcast(Step.rest2)));
            var root = L.FusedMultiplyAdd(L.Sqrt(v), L.Broadcast(Step.inverseRoot), L.Broadcast(Step.epsilon));
            var move = L.Divide(L.Multiply(m, L.Broadcast(Step.stepSize)), root);
            return (L.Subtract(L.Multiply(theta, L.Broadcast(Step.keep)), move), m, v);
        }
    }
}
