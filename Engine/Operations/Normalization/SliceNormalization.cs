using System.Numerics;
using Engine.Kernels;

namespace Engine;

/// <summary>
/// The common part of BatchNorm, InstanceNorm and GroupNorm. A matrix [rows, columns] is cut into slices, and each
/// slice is brought to mean 0 and variance 1. A slice is a segment of rows (the whole batch, or one sequence) and a
/// group of neighbouring columns (channels; often one). Each sum over a slice is the sum of its columns' sums. So the
/// passes over the rows compute sums of columns, in small tables [segments, columns], and <c>Pool</c> turns the sums of
/// a slice's columns into the slice's mean. Padding rows belong to no slice; they become 0.
/// </summary>
internal sealed class SliceNormalization<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // A sum that many rows are added to, one after another, loses its last digits, and a variance far below the mean's
    // square depends on them. Sums of so few rows are added up instead.
    private const int RowsOfSum = 512;

    private readonly List<(int Segment, int Start, int Rows)> blocks = [];
    private readonly int[] rows;
    private readonly int columns, width;
    private readonly bool hasPadding;
    private readonly Tape<T> tape;
    private readonly Tensor<T> rstd;

    /// <summary>The slices of a matrix.</summary>
    /// <param name="tape">The tape of the step.</param>
    /// <param name="layout">Which rows form which sequence.</param>
    /// <param name="wholeBatch">Whether all sequences are one segment; if not, each sequence is a segment.</param>
    /// <param name="columns">The columns of the matrix.</param>
    /// <param name="width">The columns of a group.</param>
    public SliceNormalization(Tape<T> tape, SequenceLayout layout, bool wholeBatch, int columns, int width)
    {
        (this.tape, this.columns, this.width) = (tape, columns, width);
        rows = new int[wholeBatch ? 1 : layout.Sequences];
        for (var sequence = 0; sequence < layout.Sequences; sequence++)
        {
            var (segment, start, length) =
                (wholeBatch ? 0 : sequence, layout.Start(sequence), layout.Length(sequence));
            hasPadding |= length < layout.Extent(sequence);
            rows[segment] += length;
            // In the whole batch, neighbouring sequences without padding between them are one block: longer loops.
            if (blocks is [.., var last] && last.Segment == segment && last.Start + last.Rows == start)
                blocks[^1] = last with { Rows = last.Rows + length };
            else if (length > 0)
                blocks.Add((segment, start, length));
        }
        Mean = tape.Allocate([rows.Length, columns]);
        Variance = tape.Allocate([rows.Length, columns]);
        rstd = tape.Allocate([rows.Length, columns]);
    }

    /// <summary>[segments, columns].</summary>
    public Tensor<T> Mean { get; }

    /// <summary>[segments, columns], divided by the number of a slice's elements.</summary>
    public Tensor<T> Variance { get; }

    /// <summary>Whether mean and variance are given constants and not the moments of x.</summary>
    public bool IsFixed { get; init; }

    /// <summary>The number of rows without padding, if the whole batch is one segment.</summary>
    public int BatchRows => rows[0];

    /// <summary>
    /// Computes the mean and, in a second pass over the rows, the variance of each slice: E[x²] - E[x]² would cancel.
    /// </summary>
    public void Measure(Tensor<T> x)
    {
        var matrix = x.Ordered(tape);
        var mean = Mean.Span;
        var variance = Variance.Span;
        mean.Clear();
        AddUp(matrix, mean);
        Pool(mean);
        variance.Clear();
        AddUpProducts(matrix, mean, [], variance);
        Pool(variance);
    }

    /// <summary>y = gamma (x - mean) / sqrt(variance + epsilon) + beta.</summary>
    public Tensor<T> Normalize(Tensor<T> x, Tensor<T> gamma, Tensor<T> beta, double epsilon)
    {
        var y = tape.Allocate(x.Shape);
        if (hasPadding) y.Span.Clear();
        Elementwise.Map(new InverseSqrt<T>(T.CreateChecked(epsilon)), Variance.Data, rstd.Span);
        // 1 / sqrt(infinity) is 0, and y would be beta, which hides the overflow of the squares.
        for (var i = 0; i < rstd.Count; i++)
        {
            if (!T.IsFinite(Variance.Data[i])) rstd.Span[i] = T.NaN;
        }
        var table = tape.Borrow(rstd.Count);
        var slope = table.Span[..rstd.Count];
        Weigh(gamma, rstd.Data, slope);
        var matrix = x.Ordered(tape);
        var shift = beta.Ordered(tape);
        foreach (var block in blocks)
        {
            ColumnNormKernel.Map(
                Of(block, matrix), Row(Mean.Span, block.Segment), Row(slope, block.Segment), shift, [], [],
                Of(block, y.Span), accumulate: false);
        }
        tape.Release(table);
        return y;
    }

    /// <summary>
    /// With g = gamma dY and means over slices: dX = rstd (g - mean(g) - xHat mean(g xHat)), or dX = rstd g where mean
    /// and variance are fixed; dGamma = Σ dY xHat, dBeta = Σ dY.
    /// </summary>
    public void Backward(Adjoints<T> adjoints, Tensor<T> x, Tensor<T> gamma, Tensor<T> beta, Tensor<T> y)
    {
        var count = rstd.Count;
        var (first, second, third) = (adjoints.Borrow(count), adjoints.Borrow(count), adjoints.Borrow(count));
        var shift = first.Span[..count];
        var slope = second.Span[..count];
        var weight = third.Span[..count];
        var matrix = x.Ordered(tape);
        var dY = adjoints.Of(y);
        shift.Clear();
        slope.Clear();
        AddUp(dY, shift);
        AddUpProducts(matrix, Mean.Data, dY, slope);
        Elementwise.Map(default(Multiply<T>), slope, rstd.Data, slope);
        // shift is Σ dY and slope is Σ dY xHat, of each column and segment. Summed over the segments they are dBeta and
        // dGamma.
        if (adjoints.Wants(beta)) ColumnSums.Add<T>(shift, adjoints.Into(beta).Zeroed());
        if (adjoints.Wants(gamma)) ColumnSums.Add<T>(slope, adjoints.Into(gamma).Zeroed());
        if (adjoints.Wants(x))
        {
            Slopes(gamma, shift, slope, weight);
            var dX = adjoints.Into(x);
            if (hasPadding && !dX.Accumulate) dX.Span.Clear();
            foreach (var block in blocks)
            {
                ColumnNormKernel.Map(
                    Of(block, matrix), Row(Mean.Span, block.Segment), Row(slope, block.Segment),
                    Row(shift, block.Segment), Of(block, dY), Row(weight, block.Segment), Of(block, dX.Span),
                    dX.Accumulate);
            }
        }
        adjoints.Release(first);
        adjoints.Release(second);
        adjoints.Release(third);
    }

    /// <summary>
    /// Turns Σ dY and Σ dY xHat into the coefficients of dX = weight dY + slope (x - mean) + shift.
    /// </summary>
    private void Slopes(Tensor<T> gamma, Span<T> shift, Span<T> slope, Span<T> weight)
    {
        Weigh(gamma, rstd.Data, weight);
        if (IsFixed)
        {
            shift.Clear();
            slope.Clear();
            return;
        }
        Weigh(gamma, shift, shift);
        Pool(shift); // mean(g)
        Elementwise.Map(default(NegativeProduct<T>), shift, rstd.Data, shift);
        Weigh(gamma, slope, slope);
        Pool(slope); // mean(g xHat)
        Elementwise.Map(default(NegativeProduct<T>), slope, rstd.Data, slope);
        Elementwise.Map(default(Multiply<T>), slope, rstd.Data, slope); // again, since xHat = (x - mean) rstd
    }

    /// <summary>Adds the columns of each segment to its row of a table: Σ x.</summary>
    private void AddUp(ReadOnlySpan<T> matrix, Span<T> sums)
    {
        var memory = tape.Borrow(columns);
        foreach (var part in Parts())
        {
            var sum = Begin(part, sums, memory);
            ColumnSums.Add(Of(part, matrix), sum);
            End(part, sums, sum);
        }
        tape.Release(memory);
    }

    /// <summary>The same for Σ (x - mean) z, or without z for Σ (x - mean)².</summary>
    private void AddUpProducts(ReadOnlySpan<T> matrix, ReadOnlySpan<T> means, ReadOnlySpan<T> z, Span<T> sums)
    {
        var memory = tape.Borrow(columns);
        foreach (var part in Parts())
        {
            var sum = Begin(part, sums, memory);
            ColumnNormKernel.AddProducts(
                Of(part, matrix), Row(means, part.Segment), z.IsEmpty ? [] : Of(part, z), sum);
            End(part, sums, sum);
        }
        tape.Release(memory);
    }

    /// <summary>The blocks, cut where a sum would have too many rows.</summary>
    private IEnumerable<(int Segment, int Start, int Rows)> Parts() => blocks.SelectMany(block =>
        Enumerable.Range(0, (block.Rows + RowsOfSum - 1) / RowsOfSum).Select(i => block with
        {
            Start = block.Start + (i * RowsOfSum), Rows = Math.Min(RowsOfSum, block.Rows - (i * RowsOfSum)),
        }));

    /// <summary>Where the sum of a part goes: into its segment's sum, or beside it if the segment has many rows.
    /// </summary>
    private Span<T> Begin((int Segment, int Start, int Rows) part, Span<T> sums, MemoryBlock<T> beside)
    {
        if (rows[part.Segment] <= RowsOfSum) return Row(sums, part.Segment);
        var sum = beside.Span[..columns];
        sum.Clear();
        return sum;
    }

    private void End((int Segment, int Start, int Rows) part, Span<T> sums, ReadOnlySpan<T> sum)
    {
        if (rows[part.Segment] > RowsOfSum) InPlace.Add(Row(sums, part.Segment), sum);
    }

    /// <summary>Each row of a table times gamma.</summary>
    private void Weigh(Tensor<T> gamma, ReadOnlySpan<T> table, Span<T> weighed)
    {
        var factors = gamma.Ordered(tape);
        for (var segment = 0; segment < rows.Length; segment++)
            Elementwise.Map(default(Multiply<T>), factors, Row(table, segment), Row(weighed, segment));
    }

    /// <summary>Turns sums over columns into means over slices.</summary>
    private void Pool(Span<T> table)
    {
        for (var segment = 0; segment < rows.Length; segment++)
        {
            var row = Row(table, segment);
            for (var first = 0; width > 1 && first < columns; first += width)
            {
                var group = row.Slice(first, width);
                group.Fill(Reductions.Sum<T>(group));
            }
            // A sequence without rows has sums of 0, which stay 0.
            var elements = T.CreateChecked((long)Math.Max(rows[segment], 1) * width);
            InPlace.Multiply(row, T.One / elements);
        }
    }

    private ReadOnlySpan<T> Of((int Segment, int Start, int Rows) block, ReadOnlySpan<T> matrix) =>
        matrix.Slice(block.Start * columns, block.Rows * columns);

    private Span<T> Of((int Segment, int Start, int Rows) block, Span<T> matrix) =>
        matrix.Slice(block.Start * columns, block.Rows * columns);

    private ReadOnlySpan<T> Row(ReadOnlySpan<T> table, int segment) => table.Slice(segment * columns, columns);

    private Span<T> Row(Span<T> table, int segment) => table.Slice(segment * columns, columns);
}
