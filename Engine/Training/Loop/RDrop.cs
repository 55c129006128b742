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
    /// <remarks>One batch of twice the size, not two passes: dropout differs from row to row anyway.</remarks>
    public Tensor<float> SummedLoss(Tape<float> tape, Batch batch, double labelSmoothing, double divisor) =>
        model.RDropLoss(tape, batch.Twice(), alpha, labelSmoothing, 2 * divisor);
}
