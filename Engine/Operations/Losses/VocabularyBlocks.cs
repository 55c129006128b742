using System.Numerics;
using Engine.Kernels;

namespace Engine;

/// <summary>
/// How <see cref="VocabularyLoss{T}"/> cuts the logits [rows, classes] into blocks, and where the exponentials of each
/// block lie in memory. A tape that records nothing has memory for one block only, which all blocks use in turn.
/// </summary>
internal sealed class VocabularyBlocks<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The exponentials of a block and the weights of its classes stay in the second-level cache together.
    private const int MostRows = 512, MostColumns = 256;

    private readonly int rows, classes;
    private readonly bool keepsAll;
    private readonly Tensor<T> exponentials;
    private readonly Tensor<T>? maxima;

    /// <summary>Blocks of [rows, classes].</summary>
    public VocabularyBlocks(Tape<T> tape, int rows, int classes)
    {
        (this.rows, this.classes, keepsAll) = (rows, classes, tape.Mode != Mode.Inference);
        exponentials = tape.Allocate(keepsAll
            ? [RowsWithExtra, classes]
            : [(Math.Min(rows, MostRows) + 1) * Math.Min(classes, MostColumns)]);
        maxima = keepsAll ? tape.Allocate([Math.Max(rows, 1), ColumnBlocks]) : null;
    }

    /// <summary>How many blocks lie one below the other.</summary>
    public int RowBlocks => Blocking.CeilingDivide(rows, MostRows);

    /// <summary>How many blocks lie side by side.</summary>
    public int ColumnBlocks => Blocking.CeilingDivide(classes, MostColumns);

    /// <summary>All rows and the extra row of each row block; at least 1.</summary>
    public int RowsWithExtra => Math.Max(rows + RowBlocks, 1);

    /// <summary>The rows of row block r.</summary>
    public (int Start, int Count) Rows(int r) => (r * MostRows, Math.Min(MostRows, rows - (r * MostRows)));

    /// <summary>The classes of column block c.</summary>
    public (int First, int Width) Columns(int c) =>
        (c * MostColumns, Math.Min(MostColumns, classes - (c * MostColumns)));

    /// <summary>The first row of row block r in a matrix where each row block has an extra row.</summary>
    public static int StartWithExtra(int r) => r * (MostRows + 1);

    /// <summary>E and the extra row of a block, [count + 1, width].</summary>
    public Span<T> Exponentials(int r, int c)
    {
        var ((_, count), (first, width)) = (Rows(r), Columns(c));
        var start = keepsAll ? (StartWithExtra(r) * classes) + ((count + 1) * first) : 0;
        return exponentials.Span.Slice(start, (count + 1) * width);
    }

    /// <summary>For each row of row block r: its largest logit in column blocks 0 .. c, [count].</summary>
    public Span<T> Maxima(int r, int c)
    {
        var (start, count) = Rows(r);
        return maxima!.Span.Slice((c * rows) + start, count);
    }
}
