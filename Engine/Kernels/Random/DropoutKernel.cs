using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Kernels;

/// <summary>
/// Inverted dropout: an element stays, divided by 1 - p, or becomes zero. Whether it stays is a hash of the stream's
/// key and the element's index, so that the backward pass computes the same mask again instead of storing it.
/// </summary>
/// <remarks>
/// A hash has 32 bits, and 16 bits decide about one element. Counter c decides about element 32 (c / 16) + c mod 16 and
/// about the element 16 places further on: vectors of every width reach both.
/// </remarks>
internal readonly struct DropoutKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Half = 16, Pair = 2 * Half;

    private readonly ulong key;
    private readonly uint threshold;
    private readonly T scale;

    /// <summary>
    /// Drops each element with <paramref name="probability"/>, in [0, 1) and rounded to 1 / 65,536, by the bits of
    /// <paramref name="random"/>.
    /// </summary>
    public DropoutKernel(double probability, RandomStream random)
    {
        key = random.Key;
        threshold = (uint)Math.Round(probability * (1 << 16));
        scale = T.CreateChecked(1 / (1 - probability));
    }

    /// <summary>
    /// y = x · mask / (1 - p), written or added. The first element has <paramref name="index"/> in the stream; from an
    /// index that is no multiple of 16 on, each vector of 512 bits continues the half of 16 in which it begins. x and y
    /// may be the same.
    /// </summary>
    public void Apply(ReadOnlySpan<T> x, Span<T> y, bool accumulate = false, int index = 0) =>
        Run(x, accumulate ? y : [], y, index);

    /// <summary>y = addend + x · mask / (1 - p).</summary>
    public void Apply(ReadOnlySpan<T> x, ReadOnlySpan<T> addend, Span<T> y) => Run(x, addend, y, 0);

    private void Run(ReadOnlySpan<T> x, ReadOnlySpan<T> addend, Span<T> y, int index)
    {
        if (y.Length != x.Length || (!addend.IsEmpty && addend.Length != x.Length))
            throw new ArgumentException($"dropout of {x.Length} numbers into {y.Length}, added to {addend.Length}");
        var elements = new Elements { X = x, Addend = addend, Y = y, Index = (uint)index, Dropout = this };
        // From a multiple of 16 on, vectors of every width reach the same bits.
        if (index % Half == 0) Widest<T>.Run(elements);
        else Widest<T>.RunAs512(elements);
    }

    private ref struct Elements : IKernel<T>
    {
        public ReadOnlySpan<T> X, Addend;
        public Span<T> Y;
        public uint Index;
        public DropoutKernel<T> Dropout;

        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<T, V>
        {
            var i = 0;
            while (i <= X.Length - L.Count)
            {
                var index = Index + (uint)i;
                if (index % Pair == 0 && i <= X.Length - Pair)
                {
                    for (var j = 0; j < Half; j += L.Count)
                    {
                        var (first, second) = Keep<V, L>((index / 2) + (uint)j);
                        Store<V, L>(i + j, first);
                        Store<V, L>(i + Half + j, second);
                    }
                    i += Pair;
                }
                else
                {
                    Store<V, L>(i, KeepAt<V, L>(index));
                    i += L.Count;
                }
            }
            if (i == X.Length) return;
            var last = L.Multiply(LaneTail.Load<T, V, L>(X[i..]), Factors<V, L>(KeepAt<V, L>(Index + (uint)i)));
            if (!Addend.IsEmpty) last = L.Add(LaneTail.Load<T, V, L>(Addend[i..]), last);
            LaneTail.Store<T, V, L>(last, Y[i..], accumulate: false);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Store<V, L>(int i, V keep)
            where V : unmanaged
            where L : ILanes<T, V>
        {
            // bounds: Run has checked the lengths; the caller's loop ends a whole vector before X.Length
            var value = L.Multiply(
                L.Load(in Unsafe.Add(ref MemoryMarshal.GetReference(X), i)), Factors<V, L>(keep));
            if (!Addend.IsEmpty) value = L.Add(L.Load(in Unsafe.Add(ref MemoryMarshal.GetReference(Addend), i)), value);
            L.Store(value, ref Unsafe.Add(ref MemoryMarshal.GetReference(Y), i));
        }

        /// <summary>Scale where an element stays and zero where it is dropped.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly V Factors<V, L>(V keep)
            where V : unmanaged
            where L : ILanes<T, V> => L.Select(keep, L.Broadcast(Dropout.scale), L.Broadcast(T.Zero));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly (V First, V Second) Keep<V, L>(uint counter)
            where V : unmanaged
            where L : ILanes<T, V> =>
            L.Keep(counter, (uint)Dropout.key, (uint)(Dropout.key >> 32), Dropout.threshold);

        /// <summary>
        /// The mask of a vector that starts anywhere. Half of the random bits belong to other elements.
        /// </summary>
        private readonly V KeepAt<V, L>(uint index)
            where V : unmanaged
            where L : ILanes<T, V>
        {
            var (first, second) = Keep<V, L>((index / Pair * Half) + (index % Half));
            return index % Pair < Half ? first : second;
        }
    }
}
