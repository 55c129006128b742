using System.Numerics;
using System.Numerics.Tensors;
using Engine.Kernels;

namespace Engine;

/// <summary>
/// The two passes of <see cref="Op.ProjectionCrossEntropy"/>. The logits z = x Wᵀ are the largest matrix of a
/// translation model; here a block of them at a time is projected, exponentiated and multiplied back while it is in the
/// cache. <see cref="VocabularyLossTwin"/> computes the same with all logits in memory: read it first.
/// </summary>
internal sealed class VocabularyLoss<T>(
    Tape<T> tape, Tensor<T> x, Tensor<T> weight, int[] targets, int ignored, double smoothing, double divisor)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // With t the target of row i and e the label smoothing, over n classes:
    //
    //   loss_i = lse_i - (1 - e) z_it - e/n sum_j z_ij,  lse_i = ln sum_j exp(z_ij)
    //   dZ_ij  = (p_ij - q_ij) / divisor,  p_ij = exp(z_ij - lse_i),  q_ij = (1 - e) [j = t] + e/n
    //   dX = dZ W,  dW = dZ^T x
    //
    // The maximum of a row is known only when all of its blocks have passed. So each block is exponentiated with the
    // maximum so far: m_ic is the largest logit of row i in column blocks 0 .. c, and block c keeps
    //
    //   E_ij = exp(z_ij - m_ic)
    //
    //               column block 0       column block 1           last
    //               (256 classes)        (256 classes)
    //             +--------------------+--------------------+---+--------+
    //   row block | E = exp(z - m_.0)  | E = exp(z - m_.1)  |...|   E    |  count rows (up to 512)
    //             +--------------------+--------------------+---+--------+
    //             | 1 1 1 1 1 1 1 1 1  | 1 1 1 1 1 1 1 1 1  |...| 1 1 1  |  the extra row
    //             +--------------------+--------------------+---+--------+
    //   forward      first -------------------------------------> last
    //   dW           last <------------------------------------- first
    //
    // The extra row of ones carries the part of q that is the same for every class, e/n: multiplied by W it gives the
    // sum of W's rows, which dX needs; in dW it is multiplied by -e/n times the sum of x's rows.
    //
    // Rows whose target is ignored have neither a loss nor a gradient.
    //
    // Forward, invariant: after column block c, for each row i,
    //   softmax.Maxima_i    = m_ic
    //   softmax.Sums_i      = sum of exp(z_ij - m_ic) over the classes j of blocks 0 .. c
    //   softmax.LogitSums_i = sum of z_ij over the same classes
    //   products_i          = sum of exp(z_ij - m_ic) W_j over the same classes
    //   products_count      = sum of W_j over the same classes (the extra row)
    // When block c raises the maximum, Sums_i and products_i are multiplied by exp(m_i(c-1) - m_ic), softmax.Rescaling.
    // In the end products_i / Sums_i = sum_j p_ij W_j, the first part of dX.
    //
    // dW, invariant: when column block c is multiplied, row i of `scaled` is dLoss / divisor exp(m_ic - lse_i) x_i (or
    // 0 if its target is ignored), so that E^T scaled = dLoss / divisor p^T x. From one block to the next, a row is
    // scaled again only where its maximum differs. The loop begins with the last block, since the blocks written last
    // may be in the cache. Each block has its own rows of dW, so that the order changes no bit.
    private readonly int dModel = x.Shape[1], classes = weight.Shape[0];
    private readonly bool records = tape.Mode != Mode.Inference;
    private readonly VocabularyBlocks<T> blocks = new(tape, x.Shape[0], weight.Shape[0]);
    private readonly Tensor<T> logSums = tape.Allocate([Math.Max(x.Shape[0], 1)]); // lse
    private Tensor<T>? dX; // for dLoss = 1; each row block has the extra row

    /// <summary>The losses of the rows kept, summed and not divided.</summary>
    public double Forward()
    {
        dX = records ? tape.Allocate([blocks.RowsWithExtra, dModel]) : null;
        var total = 0.0;
        for (var r = 0; r < blocks.RowBlocks; r++) total += Forward(r);
        return total;
    }

    /// <summary>dX = dLoss (p - q) W / divisor.</summary>
    public void IntoX(T dLoss, GradientTarget<T> target)
    {
        for (var r = 0; r < blocks.RowBlocks; r++)
        {
            var (start, count) = blocks.Rows(r);
            Elementwise.Map(
                new Scale<T>(dLoss), ProductsOf(r)[..(count * dModel)],
                target.Span.Slice(start * dModel, count * dModel), target.Accumulate);
        }
    }

    /// <summary>dW = dLoss (p - q)ᵀ x / divisor.</summary>
    public void IntoWeight(T dLoss, GradientTarget<T> target)
    {
        var factor = dLoss / T.CreateChecked(divisor);
        var accumulate = target.Accumulate;
        if (blocks.RowBlocks == 0) target.Zeroed();
        for (var r = 0; r < blocks.RowBlocks; r++, accumulate = true) IntoWeight(r, factor, target.Span, accumulate);
    }

    private double Forward(int r)
    {
        var (start, count) = blocks.Rows(r);
        var source = x.Ordered(tape).Slice(start * dModel, count * dModel);
        var state = tape.Borrow((long)count * OnlineSoftmax<T>.NumbersPerRow);
        var softmax = new OnlineSoftmax<T>(state.Span[..(count * OnlineSoftmax<T>.NumbersPerRow)]);
        softmax.Begin();
        var targetLogits = tape.Borrow(count);
        for (var c = 0; c < blocks.ColumnBlocks; c++)
        {
            var (first, width) = blocks.Columns(c);
            var e = blocks.Exponentials(r, c); // [count + 1, width]
            var z = e[..(count * width)]; // [count, width]
            new WeightRows<T>(weight, first, width).Apply(tape, new MatrixView<T>(source, count, dModel), z);
            for (var i = 0; i < count; i++)
            {
                var column = targets[start + i] - first;
                if ((uint)column < (uint)width) targetLogits.Span[i] = z[(i * width) + column];
            }
            softmax.Exponentials(z); // z has become E
            if (records) MultiplyBack(r, c, e, softmax);
        }
        var loss = Loss(start, softmax, targetLogits.Span[..count]);
        if (records) FinishX(r, softmax.Sums);
        tape.Release(targetLogits);
        tape.Release(state);
        return loss;
    }

    /// <summary>Keeps m of column block c, and brings `products` from the block before to this one.</summary>
    private void MultiplyBack(int r, int c, Span<T> e, OnlineSoftmax<T> softmax)
    {
        var (first, width) = blocks.Columns(c);
        var count = softmax.Maxima.Length;
        var products = ProductsOf(r); // [count + 1, dModel]
        softmax.Maxima.CopyTo(blocks.Maxima(r, c));
        for (var i = 0; i < count && c > 0; i++)
        {
            if (softmax.Rescaling[i] is var factor && factor != T.One)
                InPlace.Multiply(Row(products, i), factor);
        }
        e[(count * width)..].Fill(T.One); // the extra row
        new WeightRows<T>(weight, first, width).ApplyBackward(
            tape, new MatrixView<T>(e, count + 1, width), new GradientTarget<T>(products, c > 0));
    }

    /// <summary>Keeps lse of each row, and sums the losses of the rows kept.</summary>
    private double Loss(int start, OnlineSoftmax<T> softmax, ReadOnlySpan<T> targetLogits)
    {
        var total = 0.0;
        for (var i = 0; i < targetLogits.Length; i++)
        {
            var logSum = double.CreateChecked(softmax.Maxima[i]) + Math.Log(double.CreateChecked(softmax.Sums[i]));
            logSums.Span[start + i] = T.CreateChecked(logSum);
            if (targets[start + i] == ignored) continue;
            total += logSum - ((1 - smoothing) * double.CreateChecked(targetLogits[i]));
            if (smoothing > 0) total -= smoothing * double.CreateChecked(softmax.LogitSums[i]) / classes;
        }
        return total;
    }

    /// <summary>From `products` to dX = (products_i / Sums_i - (1 - e) W_t - e/n sum_j W_j) / divisor.</summary>
    private void FinishX(int r, ReadOnlySpan<T> sums)
    {
        var (start, count) = blocks.Rows(r);
        var table = weight.Ordered(tape);
        var products = ProductsOf(r);
        var sumOfWeights = Row(products, count);
        var (onTarget, spread) = (Share(1 - smoothing), Share(smoothing / classes));
        for (var i = 0; i < count; i++)
        {
            var row = Row(products, i);
            if (targets[start + i] == ignored)
            {
                row.Clear();
                continue;
            }
            var scale = T.One / (sums[i] * T.CreateChecked(divisor));
            InPlace.Multiply(row, scale);
            InPlace.AddScaled(row, Row(table, targets[start + i]), -onTarget);
            if (smoothing > 0) InPlace.AddScaled(row, sumOfWeights, -spread);
        }
    }

    private void IntoWeight(int r, T factor, Span<T> target, bool accumulate)
    {
        var (start, count) = blocks.Rows(r);
        var source = x.Ordered(tape).Slice(start * dModel, count * dModel);
        var memory = tape.Borrow((count + 1L) * dModel);
        var scaled = memory.Span[..((count + 1) * dModel)]; // [count + 1, dModel]
        var extra = Row(scaled, count); // -e/n sum_i x_i, which the row of ones gives to every class
        extra.Clear();
        for (var i = 0; i < count; i++)
        {
            if (targets[start + i] != ignored)
                InPlace.AddScaled(extra, Row(source, i), -factor * T.CreateChecked(smoothing / classes));
        }

        for (var c = blocks.ColumnBlocks - 1; c >= 0; c--)
        {
            var (first, width) = blocks.Columns(c);
            var maxima = blocks.Maxima(r, c);
            var maximaScaledBy = c < blocks.ColumnBlocks - 1 ? blocks.Maxima(r, c + 1) : default;
            for (var i = 0; i < count; i++)
            {
                if (!maximaScaledBy.IsEmpty && maxima[i] == maximaScaledBy[i]) continue;
                var isKept = targets[start + i] != ignored;
                var scale = isKept ? factor * T.Exp(maxima[i] - logSums.Span[start + i]) : T.Zero;
                TensorPrimitives.Multiply(Row(source, i), scale, Row(scaled, i));
            }
            MatrixProduct.Multiply(
                new MatrixView<T>(blocks.Exponentials(r, c), count + 1, width).Transposed,
                new MatrixView<T>(scaled, count + 1, dModel), target.Slice(first * dModel, width * dModel), dModel,
                accumulate);
        }

        var onTarget = -factor * T.CreateChecked(1 - smoothing);
        for (var i = 0; i < count; i++)
        {
            if (targets[start + i] != ignored)
                InPlace.AddScaled(Row(target, targets[start + i]), Row(source, i), onTarget);
        }
        tape.Release(memory);
    }

    /// <summary>The rows of row block r in dX, [count + 1, dModel]: `products` until they are finished.</summary>
    private Span<T> ProductsOf(int r) =>
        dX!.Span.Slice(VocabularyBlocks<T>.StartWithExtra(r) * dModel, (blocks.Rows(r).Count + 1) * dModel);

    private T Share(double probability) => T.CreateChecked(probability / divisor);

    private Span<T> Row(Span<T> matrix, int row) => matrix.Slice(row * dModel, dModel);

    private ReadOnlySpan<T> Row(ReadOnlySpan<T> matrix, int row) => matrix.Slice(row * dModel, dModel);
}
