using System.Numerics;
using Engine.Kernels;

namespace Engine;

/// <summary>
/// The two passes of <see cref="Op.ProjectionCrossEntropy"/>. The vocabulary goes by in stretches of a few hundred
/// words whose logits stay in the cache: each is projected, turned into exponentials E = exp(z - m), and multiplied
/// back into dX at once. Only E goes to memory, once, for dW, which needs the rows' finished sums.
/// </summary>
/// <remarks>
/// With p = E exp(m - lse) and q = (1 - e) [j = target] + e / n: dX = p W - q W and dW = pᵀ x - qᵀ x. The part e / n
/// of q, the same for every word, rides along as one more row of E, all ones: it makes the sum of W's rows in dX, and
/// meets minus e / n of the sum of x's rows in dW.
/// </remarks>
internal sealed class VocabularyLoss<T>(
    Tape<T> tape, Tensor<T> x, Tensor<T> weight, int[] targets, int ignored, double smoothing, double divisor)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Rows and columns of E whose product with a weight's stretch stays in the second-level cache.</summary>
    private const int BlockRows = 512, StretchColumns = 256;

    private readonly int rows = x.Shape[0], dModel = x.Shape[1], classes = weight.Shape[0];

    // What the backward pass needs; a tape that records nothing keeps one stretch of E and no more.
    private readonly bool records = tape.Mode != Mode.Inference;
    private Tensor<T>? exponentials, maxima, logSums, dX;

    private int Stretches => Blocking.CeilingDivide(classes, StretchColumns);

    /// <summary>The losses of the rows kept, summed.</summary>
    public double Forward()
    {
        var blocks = Blocking.CeilingDivide(rows, BlockRows);
        exponentials = tape.Allocate(records
            ? [Math.Max(rows + blocks, 1), classes]
            : [(Math.Min(rows, BlockRows) + 1) * Math.Min(classes, StretchColumns)]);
        maxima = records ? tape.Allocate([Math.Max(rows, 1), Stretches]) : null;
        logSums = tape.Allocate([Math.Max(rows, 1)]);
        dX = records ? tape.Allocate([Math.Max(rows + blocks, 1), dModel]) : null;
        var total = 0.0;
        for (var start = 0; start < rows; start += BlockRows)
            total += Forward(start, Math.Min(BlockRows, rows - start));
        return total;
    }

    /// <summary>dX = dLoss (p - q) W / divisor.</summary>
    public void IntoX(T dLoss, GradientTarget<T> target)
    {
        for (var start = 0; start < rows; start += BlockRows)
        {
            var range = (start * dModel)..(Math.Min(start + BlockRows, rows) * dModel);
            var source = dX!.Span.Slice(BlockOf(start, dModel), range.End.Value - range.Start.Value);
            Elementwise.Map(new Scale<T>(dLoss), source, target.Span[range], target.Accumulate);
        }
    }

    /// <summary>dW = dLoss (p - q)ᵀ x / divisor.</summary>
    public void IntoWeight(T dLoss, GradientTarget<T> target)
    {
        var factor = dLoss / T.CreateChecked(divisor);
        var accumulate = target.Accumulate;
        if (rows == 0) target.Zeroed();
        for (var start = 0; start < rows; start += BlockRows, accumulate = true)
            IntoWeight(start, Math.Min(BlockRows, rows - start), factor, target.Span, accumulate);
    }

    private double Forward(int start, int count)
    {
        var source = x.Ordered(tape).Slice(start * dModel, count * dModel);
        var state = tape.Borrow(count * OnlineSoftmax<T>.NumbersPerRow);
        var softmax = new OnlineSoftmax<T>(state.Span[..(count * OnlineSoftmax<T>.NumbersPerRow)]);
        softmax.Begin();
        var atTarget = tape.Borrow(count);
        var gradient = records ? dX!.Span.Slice(BlockOf(start, dModel), (count + 1) * dModel) : default;
        for (var first = 0; first < classes; first += StretchColumns)
        {
            var width = Math.Min(StretchColumns, classes - first);
            var stretch = Stretch(start, count, first, width);
            var z = stretch[..(count * width)];
            var words = new WeightRows<T>(weight, first, width);
            words.Apply(tape, new MatrixView<T>(source, count, dModel), z);
            for (var i = 0; i < count; i++)
                if ((uint)(targets[start + i] - first) < (uint)width)
                    atTarget.Span[i] = z[(i * width) + targets[start + i] - first];
            softmax.Exponentials(z);
            if (!records) continue;

            softmax.Maxima.CopyTo(MaximaOf(first, start, count));
            for (var i = 0; i < count && first > 0; i++)
                if (softmax.Rescaling[i] is var factor && factor != T.One)
                    Elementwise.Map(default(Multiply<T>), Row(gradient, i), factor, Row(gradient, i));
            stretch[(count * width)..].Fill(T.One);
            words.ApplyBackward(
                tape, new MatrixView<T>(stretch, count + 1, width), new GradientTarget<T>(gradient, first > 0));
        }

        var total = 0.0;
        for (var i = 0; i < count; i++)
        {
            var logSum = double.CreateChecked(softmax.Maxima[i])
                + Math.Log(double.CreateChecked(softmax.Sums[i]));
            logSums!.Span[start + i] = T.CreateChecked(logSum);
            if (targets[start + i] == ignored) continue;
            total += logSum - ((1 - smoothing) * double.CreateChecked(atTarget.Span[i]));
            if (smoothing > 0) total -= smoothing * double.CreateChecked(softmax.Logits[i]) / classes;
        }
        if (records) Finish(start, count, gradient, softmax.Sums);
        tape.Release(atTarget);
        tape.Release(state);
        return total;
    }

    /// <summary>From the sums of E W to (p - q) W / divisor.</summary>
    private void Finish(int start, int count, Span<T> gradient, ReadOnlySpan<T> sums)
    {
        var table = weight.Ordered(tape);
        var sumOfWeights = Row(gradient, count);
        var (onTarget, spread) = (Share(1 - smoothing), Share(smoothing / classes));
        for (var i = 0; i < count; i++)
        {
            var row = Row(gradient, i);
            if (targets[start + i] == ignored)
            {
                row.Clear();
                continue;
            }
            var scale = T.One / (sums[i] * T.CreateChecked(divisor));
            Elementwise.Map(new Scale<T>(scale), row, row);
            Elementwise.Map(new Scale<T>(-onTarget), Row(table, targets[start + i]), row, accumulate: true);
            if (smoothing > 0) Elementwise.Map(new Scale<T>(-spread), sumOfWeights, row, accumulate: true);
        }
    }

    private void IntoWeight(int start, int count, T factor, Span<T> target, bool accumulate)
    {
        var source = x.Ordered(tape).Slice(start * dModel, count * dModel);
        var memory = tape.Borrow((count + 1) * dModel);
        var scaled = memory.Span[..((count + 1) * dModel)]; // rows of x, scaled so that E^T scaled = p^T x
        var spread = Row(scaled, count);
        spread.Clear();
        for (var i = 0; i < count; i++)
            if (targets[start + i] != ignored)
                Elementwise.Map(
                    new Scale<T>(-factor * T.CreateChecked(smoothing / classes)), Row(source, i), spread,
                    accumulate: true);

        for (var stretch = Stretches - 1; stretch >= 0; stretch--)
        {
            var first = stretch * StretchColumns;
            var width = Math.Min(StretchColumns, classes - first);
            var shifts = MaximaOf(first, start, count);
            var later = MaximaOf(first + StretchColumns, start, count);
            for (var i = 0; i < count; i++)
            {
                if (!later.IsEmpty && shifts[i] == later[i]) continue; // nothing has changed for this row
                var kept = targets[start + i] != ignored;
                var scale = kept ? factor * T.Exp(shifts[i] - logSums!.Span[start + i]) : T.Zero;
                Elementwise.Map(new Scale<T>(scale), Row(source, i), Row(scaled, i));
            }
            MatrixProduct.Multiply(
                new MatrixView<T>(Stretch(start, count, first, width), count + 1, width).Transposed,
                new MatrixView<T>(scaled, count + 1, dModel), target.Slice(first * dModel, width * dModel), dModel,
                accumulate);
        }

        var onTarget = -factor * T.CreateChecked(1 - smoothing);
        for (var i = 0; i < count; i++)
            if (targets[start + i] != ignored)
                Elementwise.Map(
                    new Scale<T>(onTarget), Row(source, i), Row(target, targets[start + i]), accumulate: true);
        tape.Release(memory);
    }

    /// <summary>E of a block's rows, and a row of ones, for some of the words.</summary>
    private Span<T> Stretch(int start, int count, int first, int width)
    {
        var from = records ? BlockOf(start, classes) + ((count + 1) * first) : 0;
        return exponentials!.Span.Slice(from, (count + 1) * width);
    }

    /// <summary>The rows' maxima after the stretch of words from <paramref name="first"/> on; empty behind the
    /// last.</summary>
    private Span<T> MaximaOf(int first, int start, int count) =>
        first >= classes ? default : maxima!.Span.Slice((first / StretchColumns * rows) + start, count);

    /// <summary>Where a block's rows of <paramref name="columns"/> begin, each block having one more.</summary>
    private static int BlockOf(int start, int columns) => (start + (start / BlockRows)) * columns;

    private T Share(double probability) => T.CreateChecked(probability / divisor);

    private Span<T> Row(Span<T> matrix, int row) => matrix.Slice(row * dModel, dModel);

    private ReadOnlySpan<T> Row(ReadOnlySpan<T> matrix, int row) => matrix.Slice(row * dModel, dModel);
}
