using Engine.Operations;
using Engine.Text;

namespace Engine.Training;

/// <summary>
/// R-Drop (Liang et al. 2021, arXiv 2106.14448): a batch is read twice, each time with its own dropout, and the two
/// predictions shall agree. The paper's loss is the sum of both passes' and of alpha times <see cref="Op.SymmetricKl"/>
/// of their predictions; here it is half of that, so that it stays the mean loss of a token where they agree.
/// </summary>
/// <param name="model">What is trained.</param>
/// <param name="alpha">How much agreement counts, above 0.</param>
internal sealed class RDrop(ITrainable model, double alpha)
{
    /// <summary>The loss of a batch, as <see cref="ITrainable.SummedLoss"/>.</summary>
    public Tensor<float> SummedLoss(Tape<float> tape, Batch batch, double labelSmoothing, double divisor)
    {
        // One batch of twice the size, not two passes: dropout differs from row to row anyway.
        var (logits, targets) = model.Predict(tape, batch.Twice()); // [2 rows, target tokens]
        var rows = targets.Length / 2;
        var crossEntropy = Op.CrossEntropy(
            logits, targets, labelSmoothing: labelSmoothing, reduction: Reduction.Sum);
        var disagreement = Op.SymmetricKl(
            Op.Slice(logits, 0, 0, rows), Op.Slice(logits, 0, rows, rows), Reduction.Sum); // of [rows, target tokens]
        // A classifier has one row for the two tokens that a batch counts for a label.
        var shares = 2 * divisor * rows / batch.TargetTokens;
        return Op.Scale(crossEntropy + Op.Scale(disagreement, alpha), 1 / shares);
    }
}
