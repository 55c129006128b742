using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Kernels;

/// <summary>
/// The part of attention between its two products, for one head of one sequence: weights = softmax(scale · scores)
/// over the keys that a query may see, and its derivative. A query that may see no key has zero weights.
/// </summary>
/// <param name="scale">1 / sqrt(dK).</param>
/// <param name="causal">Whether query i sees keys 0 .. i only.</param>
/// <param name="keys">How many keys there are.</param>
internal readonly struct AttentionKernel<T>(T scale, bool causal, int keys)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T scale = scale;
    private readonly bool causal = causal;
    private readonly int keys = keys;

    /// <summary>Replaces scores, [queries, keys], by weights.</summary>
    public void ToWeights(Span<T> scores) => Widest<T>.Run(new Forward { Kernel = this, Scores = scores });

    /// <summary>Replaces the gradient of the weights, [queries, keys], by that of the unscaled scores.</summary>
    public void ToScoreGradients(ReadOnlySpan<T> weights, Span<T> gradients) =>
        Widest<T>.Run(new Backward { Kernel = this, Weights = weights, Gradients = gradients });

    private int Visible(int query) => causal ? Math.Min(query + 1, keys) : keys;

    private ref struct Forward : IKernel<T>
    {
        public AttentionKernel<T> Kernel;
        public Span<T> Scores;

        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<T, V>
        {
            var keys = Kernel.keys;
            for (int query = 0, at = 0; at < Scores.Length; query++, at += keys)
            {
                var row = Scores.Slice(at, keys);
                var visible = Kernel.Visible(query);
                ref var first = ref MemoryMarshal.GetReference(row);
                SoftmaxKernel.Row<T, V, L>(in first, ref first, visible, Kernel.scale);
                row[visible..].Clear();
            }
        }
    }

    private ref struct Backward : IKernel<T>
    {
        public AttentionKernel<T> Kernel;
        public ReadOnlySpan<T> Weights;
        public Span<T> Gradients;

        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<T, V>
        {
            var keys = Kernel.keys;
            for (int query = 0, at = 0; at < Gradients.Length; query++, at += keys)
            {
                var row = Gradients.Slice(at, keys);
                var visible = Kernel.Visible(query);
                ref var gradient = ref MemoryMarshal.GetReference(row);
                ref var weight = ref Unsafe.AsRef(in Weights[at]);
                SoftmaxKernel.BackwardRow<T, V, L>(in weight, in gradient, ref gradient, visible, Kernel.scale, false);
                row[visible..].Clear();
            }
        }
    }
}
