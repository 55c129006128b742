using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Kernels;

/// <summary>
/// Inverted dropout: an element stays, divided by 1 - p, or becomes zero. Whether it stays is a hash of the stream's
/// key and the element's index, so that the way back computes the same mask again instead of storing it.
/// </summary>
internal readonly struct DropoutKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ulong key;
    private readonly uint threshold;
    private readonly T scale;

    /// <summary>Drops with <paramref name="probability"/>, in [0, 1), as <paramref name="random"/> decides.</summary>
    public DropoutKernel(double probability, RandomStream random)
    {
        key = random.Key;
        threshold = (uint)Math.Min(uint.MaxValue, probability * (1L << 32));
        scale = T.CreateChecked(1 / (1 - probability));
    }

    /// <summary>
    /// y = x · mask / (1 - p), written or added. The first element has <paramref name="index"/> in the stream. x and
    /// y may be the same.
    /// </summary>
    public void Apply(ReadOnlySpan<T> x, Span<T> y, bool accumulate = false, int index = 0)
    {
        if (y.Length != x.Length) throw new ArgumentException($"dropout of {x.Length} numbers into {y.Length}");
        Widest<T>.Run(new Elements { X = x, Y = y, Index = (uint)index, Accumulate = accumulate, Dropout = this });
    }

    /// <summary>
    /// Scale where an element stays and zero where it is dropped, for a vector from <paramref name="index"/> on.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Factors<V, L>(uint index)
        where V : unmanaged
        where L : ILanes<T, V> =>
        L.Select(L.Keep(index, (uint)key, (uint)(key >> 32), threshold), L.Broadcast(scale), L.Broadcast(T.Zero));

    private ref struct Elements : IKernel<T>
    {
        public ReadOnlySpan<T> X;
        public Span<T> Y;
        public uint Index;
        public bool Accumulate;
        public DropoutKernel<T> Dropout;

        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<T, V>
        {
            ref var x = ref MemoryMarshal.GetReference(X);
            ref var y = ref MemoryMarshal.GetReference(Y);
            var i = 0;
            for (; i <= X.Length - L.Count; i += L.Count)
            {
                var factors = Dropout.Factors<V, L>(Index + (uint)i);
                var value = L.Load(in Unsafe.Add(ref x, i));
                ref var to = ref Unsafe.Add(ref y, i);
                L.Store(
                    Accumulate ? L.Add(L.Load(in to), L.Multiply(value, factors)) : L.Multiply(value, factors), ref to);
            }
            if (i == X.Length) return;
            var last = L.Multiply(LaneTail.Load<T, V, L>(X[i..]), Dropout.Factors<V, L>(Index + (uint)i));
            LaneTail.Store<T, V, L>(last, Y[i..], Accumulate);
        }
    }
}
