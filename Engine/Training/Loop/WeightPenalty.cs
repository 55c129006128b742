
namespace Engine.Training;

/// <summary>
/// What large weights add to the loss: strength · Σ |w| (L1) and half of strength · Σ w² (L2), over the parameters of
/// two and more dimensions; biases and normalizations go free, as they do of weight decay.
/// </summary>
internal sealed class WeightPenalty(IReadOnlyList<Parameter<float>> parameters, double l1, double l2)
{
    private readonly Parameter<float>[] weights = [.. parameters.Where(parameter => parameter.Shape.Rank >= 2)];

    /// <summary>The loss and the penalty.</summary>
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
