namespace Engine.Training;

/// <summary>
/// What large weights add to the loss: l1 Σ |w| + l2 / 2 Σ w², over the parameters of two or more dimensions. Biases
/// and normalizations have no penalty, just as they have no weight decay.
/// </summary>
internal sealed class WeightPenalty(IReadOnlyList<Parameter<float>> parameters, double l1, double l2)
{
    private readonly Parameter<float>[] weights = [.. parameters.Where(parameter => parameter.Shape.Rank >= 2)];

    /// <summary>The sum of the loss and the penalty.</summary>
    public Tensor<float> AddTo(Tensor<float> loss, Tape<float> tape)
    {
        foreach (var weight in weights)
        {
            if (l1 > 0) loss += Op.L1Penalty(tape.Use(weight), l1);
            if (l2 > 0) loss += Op.L2Penalty(tape.Use(weight), l2);
        }
        return loss;
    }
}
