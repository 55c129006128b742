using Engine.Kernels;
using Engine.Layers;

namespace Engine.Training;

/// <summary>
/// The exponential moving average of a network's weights, mean = d mean + (1 - d) w after each update, with
/// d = min(decay, (1 + t) / (10 + t)) at update t, so that the random weights of the start are soon forgotten. The
/// statistics of normalizations are means already, and stay what they are.
/// </summary>
internal sealed class WeightAverage
{
    private readonly double decay;
    private readonly IReadOnlyList<Parameter<float>> parameters;
    private readonly float[][] means;

    /// <summary>The average begins at the weights of now.</summary>
    public WeightAverage(Module<float> network, double decay)
    {
        (this.decay, parameters) = (decay, network.Parameters);
        means = [.. parameters.Select(parameter => parameter.Value.ToArray())];
    }

    /// <summary>The means of each parameter, in their order: to be saved and to be written again.</summary>
    public IReadOnlyList<float[]> Values => means;

    /// <summary>Adds the weights as they are after update <paramref name="update"/>, from 1.</summary>
    public void Add(int update)
    {
        var kept = Math.Min(decay, (1.0 + update) / (10.0 + update));
        for (var p = 0; p < means.Length; p++)
        {
            Elementwise.Map(new Scale<float>((float)kept), means[p], means[p]);
            Elementwise.Map(
                new Scale<float>((float)(1 - kept)), parameters[p].Value.Span, means[p], accumulate: true);
        }
    }

    /// <summary>Puts the average into the network and the weights aside, or, called again, back.</summary>
    public void Exchange()
    {
        for (var p = 0; p < means.Length; p++)
        {
            var aside = parameters[p].Value.ToArray();
            means[p].CopyTo(parameters[p].Update());
            means[p] = aside;
        }
    }
}
