using Engine.Layers;
using Engine.Text;

namespace Engine.Training;

/// <summary>What a <see cref="TrainingStep"/> needs of a model: its network, and its loss of a batch.</summary>
public interface ITrainable
{
    /// <summary>The network whose parameters are trained.</summary>
    Module<float> Network { get; }

    /// <summary>
    /// How many forward passes the loss makes of each pair: 1, or 2 with R-Drop. Microbatches are smaller by this
    /// factor.
    /// </summary>
    int ForwardPasses => 1;

    /// <summary>
    /// The forward pass over a batch, and the sum of its losses divided by <paramref name="divisor"/>. The losses of
    /// several batches add up to the mean loss of a target token, if the divisor is the number of target tokens of all.
    /// </summary>
    /// <param name="tape">Records the forward pass.</param>
    /// <param name="batch">Pairs as ids.</param>
    /// <param name="divisor">Divides the sum of the losses.</param>
    /// <returns>A single number, [].</returns>
    Tensor<float> Loss(Tape<float> tape, Batch batch, double divisor);
}
