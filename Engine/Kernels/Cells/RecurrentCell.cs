using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Kernels;

/// <summary>
/// One step of a recurrent network, element by element, after the products with the weights. A row consists of blocks,
/// one block for each gate or part of the state; a block is as wide as the hidden state.
/// </summary>
internal interface IRecurrentCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The number of blocks in a row of a product.</summary>
    static abstract int Gates { get; }

    /// <summary>The number of blocks in a state; the first is the hidden state h.</summary>
    static abstract int States { get; }

    /// <summary>The number of blocks that the backward pass reads besides the states.</summary>
    static abstract int Saved { get; }

    /// <summary>Whether the cell uses only the sum of the two products, so that both have the same gradient.</summary>
    static abstract bool AddsProducts { get; }

    /// <summary>Computes the state after from x Wᵀ + b, h Uᵀ + c and the state before.</summary>
    static abstract void Forward<V, L>(
        Blocks<T> projected, Blocks<T> hidden, Blocks<T> before, Blocks<T> saved, Blocks<T> after)
        where V : unmanaged
        where L : ILanes<T, V>;

    /// <summary>
    /// Writes the gradients of both products. <c>dState</c> comes with the gradient of the state after and leaves with
    /// the gradient of the state before, without the share that goes through the product h Uᵀ.
    /// </summary>
    static abstract void Backward<V, L>(
        Blocks<T> saved, Blocks<T> before, Blocks<T> after, Blocks<T> dState, Blocks<T> dProjected, Blocks<T> dHidden)
        where V : unmanaged
        where L : ILanes<T, V>;
}

/// <summary>The same vector of columns, starting at column <paramref name="at"/>, in each block of a row.</summary>
internal readonly ref struct Blocks<T>(ref T row, int width, int at)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ref T row = ref row;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Load<V, L>(int block)
        where V : unmanaged
        where L : ILanes<T, V>
    {
        ref var first = ref Unsafe.Add(ref row, (block * width) + at);
        return at + L.Count <= width
            ? L.Load(in first)
            // bounds: the block ends width - at numbers further on
            : LaneTail.Load<T, V, L>(MemoryMarshal.CreateReadOnlySpan(ref first, width - at));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<V, L>(int block, V value)
        where V : unmanaged
        where L : ILanes<T, V>
    {
        ref var first = ref Unsafe.Add(ref row, (block * width) + at);
        if (at + L.Count <= width) L.Store(value, ref first);
        // bounds: the block ends width - at numbers further on
        else LaneTail.Store<T, V, L>(value, MemoryMarshal.CreateSpan(ref first, width - at), false);
    }
}

/// <summary>A cell's step for several rows.</summary>
internal static class RecurrentCell<T, TCell>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TCell : IRecurrentCell<T>
{
    /// <summary>Computes the states after.</summary>
    /// <param name="rows">For each row of the other arguments, its row in <paramref name="projected"/>.</param>
    /// <param name="projected">[any number of rows, gates · width].</param>
    /// <param name="hidden">[rows, gates · width].</param>
    /// <param name="before">[rows, states · width].</param>
    /// <param name="saved">[rows, saved · width], written.</param>
    /// <param name="after">[rows, states · width], written.</param>
    /// <param name="width">How many numbers a block has.</param>
    public static void Forward(
        ReadOnlySpan<int> rows, ReadOnlySpan<T> projected, Span<T> hidden, Span<T> before, Span<T> saved,
        Span<T> after, int width) =>
        Widest<T>.Run(new ForwardRows
        {
            Rows = rows, Projected = projected, Hidden = hidden, Before = before, Saved = saved, After = after,
            Width = width,
        });

    /// <summary>
    /// Writes the gradients of both products, and replaces the gradients of the states after by the gradients of the
    /// states before.
    /// </summary>
    public static void Backward(
        int rows, Span<T> saved, Span<T> before, Span<T> after, Span<T> dStates, Span<T> dProjected, Span<T> dHidden,
        int width) =>
        Widest<T>.Run(new BackwardRows
        {
            Rows = rows, Saved = saved, Before = before, After = after, DStates = dStates, DProjected = dProjected,
            DHidden = dHidden, Width = width,
        });

    private ref struct ForwardRows : IKernel<T>
    {
        public ReadOnlySpan<int> Rows;
        public ReadOnlySpan<T> Projected;
        public Span<T> Hidden, Before, Saved, After;
        public int Width;

        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<T, V>
        {
            var (gates, states, saved) = (TCell.Gates * Width, TCell.States * Width, TCell.Saved * Width);
            for (var i = 0; i < Rows.Length; i++)
            {
                // The slices check the bounds, once a row.
                // bounds: a slice has whole blocks of width numbers; Blocks load in part what would end beyond one
                ref var projected = ref MemoryMarshal.GetReference(Projected.Slice(Rows[i] * gates, gates));
                ref var hidden = ref MemoryMarshal.GetReference(Hidden.Slice(i * gates, gates));
                ref var before = ref MemoryMarshal.GetReference(Before.Slice(i * states, states));
                ref var kept = ref MemoryMarshal.GetReference(Saved.Slice(i * saved, saved));
                ref var after = ref MemoryMarshal.GetReference(After.Slice(i * states, states));
                for (var at = 0; at < Width; at += L.Count)
                {
                    TCell.Forward<V, L>(
                        new(ref projected, Width, at), new(ref hidden, Width, at), new(ref before, Width, at),
                        new(ref kept, Width, at), new(ref after, Width, at));
                }
            }
        }
    }

    private ref struct BackwardRows : IKernel<T>
    {
        public int Rows, Width;
        public Span<T> Saved, Before, After, DStates, DProjected, DHidden;

        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<T, V>
        {
            var (gates, states, saved) = (TCell.Gates * Width, TCell.States * Width, TCell.Saved * Width);
            for (var i = 0; i < Rows; i++)
            {
                // bounds: as in the forward pass
                ref var kept = ref MemoryMarshal.GetReference(Saved.Slice(i * saved, saved));
                ref var before = ref MemoryMarshal.GetReference(Before.Slice(i * states, states));
                ref var after = ref MemoryMarshal.GetReference(After.Slice(i * states, states));
                ref var dStates = ref MemoryMarshal.GetReference(DStates.Slice(i * states, states));
                ref var dProjected = ref MemoryMarshal.GetReference(DProjected.Slice(i * gates, gates));
                ref var dHidden = ref MemoryMarshal.GetReference(DHidden.Slice(i * gates, gates));
                for (var at = 0; at < Width; at += L.Count)
                {
                    TCell.Backward<V, L>(
                        new(ref kept, Width, at), new(ref before, Width, at), new(ref after, Width, at),
                        new(ref dStates, Width, at), new(ref dProjected, Width, at), new(ref dHidden, Width, at));
                }
            }
        }
    }
}
