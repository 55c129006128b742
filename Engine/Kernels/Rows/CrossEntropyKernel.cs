using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Kernels;

/// <summary>
/// Cross-entropy of one row of logits z against a target t smoothed over all n classes:
/// loss = lse(z) - (1 - e) z_t - e mean(z), and its derivative softmax(z) - (1 - e) 1_t - e / n.
/// </summary>
internal static class CrossEntropyKernel
{
    /// <summary>
    /// Writes the derivative of each row's loss, times <paramref name="scale"/>; zeros for a row whose target is
    /// <paramref name="ignored"/>. The derivative may be written over the logits.
    /// </summary>
    /// <returns>The sum of the losses.</returns>
    public static double Forward<T>(
        ReadOnlySpan<T> logits, ReadOnlySpan<int> targets, int ignored, double smoothing, Span<T> derivative,
        double scale = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var total = 0.0;
        Widest<T>.RunAs512(new Rows<T>
        {
            Logits = logits, Targets = targets, Ignored = ignored, Smoothing = smoothing, Derivative = derivative,
            Total = ref total, Scale = scale,
        });
        return total;
    }

    private ref struct Rows<T> : IKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public ReadOnlySpan<T> Logits;
        public ReadOnlySpan<int> Targets;
        public int Ignored;
        public double Smoothing, Scale;
        public Span<T> Derivative;
        public ref double Total;

        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<T, V>
        {
            var classes = Logits.Length / Targets.Length;
            var total = 0.0;
            for (var row = 0; row < Targets.Length; row++)
            {
                var derivative = Derivative.Slice(row * classes, classes);
                if (Targets[row] == Ignored) derivative.Clear();
                else total += Row<V, L>(Logits.Slice(row * classes, classes), Targets[row], derivative);
            }
            Total = total;
        }

        private readonly double Row<V, L>(ReadOnlySpan<T> z, int target, Span<T> derivative)
            where V : unmanaged
            where L : ILanes<T, V>
        {
            var classes = z.Length;
            var smoothed = Smoothing == 0 ? 0 : Smoothing * double.CreateChecked(Reductions.Sum(z)) / classes;
            var atTarget = double.CreateChecked(z[target]);
            var (max, sum) = SoftmaxKernel.Exponentials<T, V, L>(z, derivative);

            var spread = T.CreateChecked(Scale * Smoothing / classes);
            var scale = T.CreateChecked(Scale) / sum;
            var (scales, spreads) = (L.Broadcast(scale), L.Broadcast(-spread));
            // bounds: derivative has "classes" numbers, and the loop ends a whole vector before it
            ref var derivative0 = ref MemoryMarshal.GetReference(derivative);
            var i = 0;
            for (; i <= classes - L.Count; i += L.Count)
            {
                ref var d = ref Unsafe.Add(ref derivative0, i);
                L.Store(L.MultiplyAdd(L.Load(in d), scales, spreads), ref d);
            }
            for (; i < classes; i++) derivative[i] = LaneTail.MultiplyAdd(derivative[i], scale, -spread);
            derivative[target] -= T.CreateChecked(Scale * (1 - Smoothing));

            var logSumExp = double.CreateChecked(max) + Math.Log(double.CreateChecked(sum));
            return logSumExp - ((1 - Smoothing) * atTarget) - smoothed;
        }
    }
}
