using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry Conv1dEntry = new(
        "Conv1d",
        "y_p = sum_j W_j x_(p stride - before + j dilation) + b, x = 0 outside of the sequence;  " +
        "dX_q = sum W_j^T dY_p over all p and j that look at q, dW_j = sum_p dY_p x_(...)^T, db = sum dY",
        Conv1dCases);

    /// <summary>
    /// A convolution over the positions of each sequence (as usual, the kernel is not mirrored). It is one product with
    /// the unfolded rows: an unfolded row holds, side by side, all rows of x in one placement of the window. Its twin
    /// is <see cref="Conv1dTwin"/>.
    /// </summary>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="weight">[outputs, inputs, window size].</param>
    /// <param name="bias">[outputs], or null for none.</param>
    /// <param name="layout">Which rows form which sequence; padding counts as zero, as do positions outside of the
    /// sequence.</param>
    /// <param name="window">How the kernel slides.</param>
    /// <returns>[rows of window.Over(layout), outputs]; the bias in padding. Saves the unfolded rows.</returns>
    /// <exception cref="ShapeException">The shapes do not fit, or no sequence is as long as the window.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> Conv1d<T>(
        Tensor<T> x, Tensor<T> weight, Tensor<T>? bias, SequenceLayout layout, Window window)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var results = CheckConv1d(x, weight, bias, layout, window);
        var tape = Tape<T>.Of(Conv1dEntry, x, weight, bias);
        var (inputs, outputs) = (weight.Shape[1], weight.Shape[0]);
        var columns = window.Size * inputs;
        var unfolded = tape.Allocate([results.Rows, columns]); // [result rows, size inputs]
        Unfold(x.Ordered(tape), unfolded.Span, layout, results, window, inputs);
        // An unfolded row has all inputs of a tap side by side, so that the weight needs [taps, inputs], not [inputs,
        // taps].
        var kernel = tape.Allocate([outputs, columns]); // [outputs, size inputs]
        SwapLastTwo(weight.Ordered(tape), kernel.Span, outputs, inputs, window.Size);
        var y = tape.Allocate([results.Rows, outputs]); // [result rows, outputs]
        MatrixProduct.Multiply(
            new MatrixView<T>(unfolded.Data, results.Rows, columns),
            new MatrixView<T>(kernel.Data, outputs, columns).Transposed, y.Span, outputs,
            epilogue: new Epilogue<T>(bias is null ? [] : bias.Ordered(tape)));

        return tape.Record(Conv1dEntry, y, [x, weight, bias], adjoints =>
        {
            var dY = new MatrixView<T>(adjoints.Of(y), results.Rows, outputs);
            if (adjoints.Wants(x))
            {
                var buffer = adjoints.Borrow(unfolded.Count);
                var dUnfolded = buffer.Span[..unfolded.Count];
                MatrixProduct.Multiply(dY, new MatrixView<T>(kernel.Data, outputs, columns), dUnfolded, columns);
                Fold(dUnfolded, adjoints.Into(x).Zeroed(), layout, results, window, inputs);
                adjoints.Release(buffer);
            }
            if (adjoints.Wants(weight))
            {
                var buffer = adjoints.Borrow(2L * weight.Count);
                var dKernel = buffer.Span[..weight.Count];
                var dWeight = buffer.Span.Slice(weight.Count, weight.Count);
                MatrixProduct.Multiply(
                    dY.Transposed, new MatrixView<T>(unfolded.Data, results.Rows, columns), dKernel, columns);
                SwapLastTwo(dKernel, dWeight, outputs, window.Size, inputs);
                adjoints.Into(weight).Add(dWeight);
                adjoints.Release(buffer);
            }
            if (adjoints.Wants(bias)) ColumnSums.Add(adjoints.Of(y), adjoints.Into(bias!).Zeroed());
        });
    }

    /// <summary>The row of x under tap j of the window for a result, or -1 outside of the sequence.</summary>
    private static int Seen(SequenceLayout layout, Window window, int sequence, int result, int tap)
    {
        var position = (result * window.Stride) - window.Before + (tap * window.Dilation);
        return position >= 0 && position < layout.Length(sequence) ? layout.Start(sequence) + position : -1;
    }

    private static void Unfold<T>(
        ReadOnlySpan<T> x, Span<T> unfolded, SequenceLayout layout, SequenceLayout results, Window window, int inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var s = 0; s < results.Sequences; s++)
        {
            for (var p = 0; p < results.Extent(s); p++)
            {
                for (var j = 0; j < window.Size; j++)
                {
                    var to = unfolded.Slice((((results.Start(s) + p) * window.Size) + j) * inputs, inputs);
                    var row = p < results.Length(s) ? Seen(layout, window, s, p, j) : -1;
                    if (row < 0) to.Clear();
                    else x.Slice(row * inputs, inputs).CopyTo(to);
                }
            }
        }
    }

    private static void Fold<T>(
        ReadOnlySpan<T> dUnfolded, Span<T> dX, SequenceLayout layout, SequenceLayout results, Window window, int inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var s = 0; s < results.Sequences; s++)
        {
            for (var p = 0; p < results.Length(s); p++)
            {
                for (var j = 0; j < window.Size; j++)
                {
                    var row = Seen(layout, window, s, p, j);
                    if (row < 0) continue;
                    var from = dUnfolded.Slice((((results.Start(s) + p) * window.Size) + j) * inputs, inputs);
                    new GradientTarget<T>(dX.Slice(row * inputs, inputs), true).Add(from);
                }
            }
        }
    }

    /// <summary>[a, b, c] to [a, c, b].</summary>
    private static void SwapLastTwo<T>(ReadOnlySpan<T> from, Span<T> to, int a, int b, int c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var strides = default(Axes);
        (strides[0], strides[1], strides[2]) = (b * c, 1, c);
        StridedCopy.Gather(from, [a, c, b], strides, to);
    }

    private static SequenceLayout CheckConv1d<T>(
        Tensor<T> x, Tensor<T> weight, Tensor<T>? bias, SequenceLayout layout, Window window)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (window.Size < 1 || window.Stride < 1 || window.Dilation < 1 || window.Before < 0 || window.After < 0)
            throw new ShapeException($"Conv1d: {window}: size, stride and dilation must be at least 1, and the zeros " +
                "before and after at least 0.");
        var inputs = CheckPooling("Conv1d", x, layout);
        if (weight.Shape.Rank != 3 || weight.Shape[1] != inputs || weight.Shape[2] != window.Size
            || (bias is not null && bias.Shape != [weight.Shape[0]]))
            throw new ShapeException($"Conv1d: x {x.Shape} and a window of {window.Size} need a weight of [outputs, " +
                $"{inputs}, {window.Size}] and a bias of [outputs], not {weight.Shape} and " +
                $"{bias?.Shape.ToString() ?? "none"}.");
        var results = window.Over(layout);
        return results.Rows > 0
            ? results
            : throw new ShapeException($"Conv1d: no sequence is as long as {window}; pad before or after, or use a " +
                "smaller one.");
    }

    private static IEnumerable<GradientCase> Conv1dCases(RandomStream random)
    {
        var (packed, padded) = (SequenceLayout.Packed([3, 5, 1]), SequenceLayout.Padded(5, [5, 3]));
        foreach (var (layout, window, inputs, outputs) in ((SequenceLayout, Window, int, int)[])
            [
                (packed, Window.Centered(3), 3, 2), (packed, Window.Causal(2), 2, 9),
                (padded, Window.Centered(3), 4, 3),
                (padded, new Window(3, Stride: 2, Before: 1, After: 2), 2, 3), (packed, new Window(1), 5, 4),
                (SequenceLayout.Full(2, 9), new Window(3, Stride: 2, Dilation: 2), 3, 4),
            ])
        {
            yield return GradientCase.Of(
                Samples.Normal(random, [layout.Rows, inputs]), Samples.Normal(random, [outputs, inputs, window.Size]),
                Samples.Normal(random, [outputs]), (x, weight, bias) => Conv1d(x, weight, bias, layout, window))
                with { Description = $"{layout.Rows} rows, {window}" };
        }
        yield return GradientCase.Of(
            Samples.Normal(random, [padded.Rows, 2]), Samples.Normal(random, [3, 2, 2]),
            (x, weight) => Conv1d(x, weight, null, padded, new Window(2)))
            with { Description = "no bias, results fewer than rows" };
    }
}
