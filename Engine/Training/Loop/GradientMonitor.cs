using Engine.Optimizers;

namespace Engine.Training;

/// <summary>The size of a layer's gradients, which shows whether gradients vanish or explode.</summary>
/// <param name="Layer">The layer's path, such as <c>encoder.layers.0</c>.</param>
/// <param name="Norm">The Euclidean norm of the gradients of all its parameters, before clipping by norm.</param>
public readonly record struct LayerGradient(string Layer, double Norm);

/// <summary>Measures the gradients of a network layer by layer.</summary>
internal sealed class GradientMonitor(INamedParameters<float> network)
{
    private readonly (string Layer, Parameter<float>[] Parameters)[] layers =
    [
        .. network.NamedParameters.GroupBy(named => LayerOf(named.Key), named => named.Value)
            .Select(layer => (layer.Key, layer.ToArray())),
    ];

    /// <summary>The norm of each layer's gradients, in the order of the network's parameters.</summary>
    public IReadOnlyList<LayerGradient> Norms(GradientSet<float> gradients) =>
    [
        .. layers.Select(layer => new LayerGradient(
            layer.Layer,
            Math.Sqrt(layer.Parameters.Sum(parameter =>
                GradientClipping.SumOfSquares<float>(gradients[parameter]))))),
    ];

    /// <summary>A parameter's path up to its layer's number, or without the parameter's own name.</summary>
    internal static string LayerOf(string path)
    {
        var parts = path.Split('.');
        var number = Array.FindIndex(parts, part => part.All(char.IsAsciiDigit));
        return string.Join('.', parts[..(number >= 0 ? number + 1 : Math.Max(parts.Length - 1, 1))]);
    }
}
