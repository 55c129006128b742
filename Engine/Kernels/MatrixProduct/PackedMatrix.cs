using System.Numerics;

namespace Engine.Kernels;

/// <summary>
/// A right operand, such as a weight, packed once into the panels that the matrix product reads and multiplied many
/// times. It is a copy: after a change of the matrix, call <see cref="Pack"/> again, which uses the same memory.
/// </summary>
internal sealed unsafe class PackedMatrix<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private PinnedMemory<T> panels;

    /// <summary>Packs <paramref name="matrix"/>, [k, n].</summary>
    public PackedMatrix(MatrixView<T> matrix) => Pack(matrix);

    public int Rows { get; private set; }

    public int Columns { get; private set; }

    internal T* Start => panels.Start;

    /// <summary>Columns with the last panel's padding.</summary>
    internal int PaddedColumns { get; private set; }

    /// <summary>Replaces the contents; allocates only if <paramref name="matrix"/> needs more memory.</summary>
    public void Pack(MatrixView<T> matrix) => Widest<T>.Run(new Kernel { Packed = this, Matrix = matrix });

    private void Pack<V, L>(MatrixView<T> matrix)
        where V : unmanaged
        where L : ILanes<T, V>
    {
        var width = MicroKernel<T, V, L>.MaxColumns;
        (Rows, Columns) = (matrix.Rows, matrix.Columns);
        PaddedColumns = Blocking.CeilingDivide(Columns, width) * width;
        if (panels.Length < (long)Rows * PaddedColumns || panels.Length == 0)
            panels = new PinnedMemory<T>((long)Rows * PaddedColumns);

        var blockSteps = Blocking.Steps(Rows);
        // bounds: the constructor of the MatrixView checked it; panels have Rows · PaddedColumns numbers
        fixed (T* data = matrix.Data)
            for (var step = 0; step < Rows; step += blockSteps)
            {
                var steps = Math.Min(blockSteps, Rows - step);
                var (whole, rest) = Math.DivRem(Columns, width);
                var source = data + (nint)step * matrix.RowStride;
                var panel = Start + (nint)step * PaddedColumns;
                Packing.PackPanels(source, matrix.ColumnStride, matrix.RowStride, whole, width, steps, panel);
                if (rest > 0)
                    Packing.Pack(
                        source + (nint)whole * width * matrix.ColumnStride, matrix.ColumnStride, matrix.RowStride,
                        rest, steps, panel + (nint)whole * width * steps, BlockedProduct<T, V, L>.PanelWidth(rest));
            }
    }

    private ref struct Kernel : IKernel<T>
    {
        public PackedMatrix<T> Packed;
        public MatrixView<T> Matrix;

        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<T, V> => Packed.Pack<V, L>(Matrix);
    }
}
