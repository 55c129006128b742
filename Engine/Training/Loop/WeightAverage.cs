using Engine.Kernels;
using Engine.Layers;

namespace Engine.Training;

/// <summary>
/// The exponential moving average of a network's weights: mean = d mean + (1 - d) w after each update t, with
/// d = min(decay, (1 + t) / (10 + t)), so that the random weights of the start soon lose their influence. Buffers, such
/// as BatchNorm's running means, are averages already and are not averaged again.
/// </summary>
internal sealed class WeightAverage
{
    private readonly double decay;
    private readonly IReadOnlyList<Parameter<float>> parameters;
    private readonly float[][] means;

    /// <summary>The average begins at the present weights.</summary>
    public WeightAverage(Module<float> network, double decay)
    {
        (this.decay, parameters) = (decay, network.Parameters);
        means = [.. parameters.Select(parameter => parameter.Value.ToArray())];
    }

    /// <summary>The mean of each parameter, in the order of the parameters. A saved state writes and sets it.</summary>
    public IReadOnlyList<float[]> Values => means;

    /// <summary>Adds the weights as they are after update <paramref name="update"/>, from 1.</summary>
    public void Add(int update)
    {
        var kept = Math.Min(decay, (1.0 + update) / (10.0 + update));
        for (var p = 0; p < means.Length; p++)
        {
            InPlace.Multiply(means[p], (float)kept);
            InPlace.AddScaled(means[p], parameters[p].Value.Span, (float)(1 - kept));
        }
    }

    /// <summary>Exchanges the network's weights with the average; a second call exchanges them back.</summary>
    public void Exchange()
    {
        for (var p = 0; p < means.Length; p++)
        {
            var weights = parameters[p].Value.ToArray();
            means[p].CopyTo(parameters[p].Update());
            means[p] = weights;
        }
    }
}
