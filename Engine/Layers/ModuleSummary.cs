using System.Globalization;
using System.Text.Json.Serialization;

namespace Engine.Layers;

/// <summary>What a module consists of. <see cref="ToString"/> writes it as a table.</summary>
/// <param name="Kind">The name of the module's class, such as <c>Transformer</c>.</param>
/// <param name="Layers">The layers that have tensors, in the order of the parameters.</param>
public sealed record ModuleSummary(string Kind, IReadOnlyList<SummaryLayer> Layers)
{
    /// <summary>The numbers that training changes; a table that layers share counts once.</summary>
    public long Parameters => Layers.Sum(layer => layer.Parameters);

    /// <summary>A line for each layer: its path, its kind, its parameters, and its tensors with their shapes.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            var kindWidth = Layers.Select(layer => layer.Kind.Length).DefaultIfEmpty().Max();
            var pathWidth = Layers.Select(layer => layer.Path.Length).DefaultIfEmpty().Max();
            return
            [
                .. Layers.Select(layer => string.Create(CultureInfo.InvariantCulture,
                    $"  {layer.Path.PadRight(pathWidth)}  {layer.Kind.PadRight(kindWidth)}  {layer.Parameters,13:N0}  ")
                    + string.Join(", ", layer.Tensors)),
            ];
        }
    }

    /// <summary>The kind of the module, a line for each layer, and the sum of the parameters.</summary>
    public override string ToString() => string.Join(
        '\n',
        [Kind, .. Lines, string.Create(CultureInfo.InvariantCulture, $"{Parameters:N0} parameters")]);
}

/// <summary>A layer that has tensors of its own.</summary>
/// <param name="Path">Its path, such as <c>encoder.layers.0.linear1</c>.</param>
/// <param name="Kind">The name of its class, such as <c>Linear</c>.</param>
/// <param name="Tensors">Its tensors, without the tensors of layers within it.</param>
public sealed record SummaryLayer(string Path, string Kind, IReadOnlyList<SummaryTensor> Tensors)
{
    /// <summary>The shape of its first tensor: of the weights.</summary>
    public IReadOnlyList<int> Shape => Tensors[0].Shape;

    /// <summary>The numbers that training changes.</summary>
    public long Parameters => Tensors.Where(tensor => !tensor.IsBuffer).Sum(tensor => tensor.Count);
}

/// <summary>A tensor of a layer.</summary>
/// <param name="Name">Its name in the layer, such as <c>weight</c>.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="IsBuffer">Whether no gradient changes it, such as a running mean.</param>
public sealed record SummaryTensor(string Name, IReadOnlyList<int> Shape, bool IsBuffer)
{
    /// <summary>The numbers of the tensor.</summary>
    [JsonIgnore]
    public long Count => Shape.Aggregate(1L, (count, size) => count * size);

    /// <summary>Name and shape: <c>weight [64, 256]</c>.</summary>
    public override string ToString() =>
        $"{Name} [{string.Join(", ", Shape.Select(size => size.ToString(CultureInfo.InvariantCulture)))}]";
}
