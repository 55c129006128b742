using Engine.Layers;

namespace Engine.Cli;

/// <summary>The parameters and buffers of a network by their names, and which of them no graph has read.</summary>
internal sealed class NamedWeights
{
    private readonly Dictionary<string, Tensor<float>> tensors = new(StringComparer.Ordinal);
    private readonly HashSet<string> unread;

    /// <summary>The weights of a network.</summary>
    public NamedWeights(Module<float> network)
    {
        foreach (var (name, parameter) in network.NamedParameters) tensors.Add(name, parameter.Value);
        // A count that only training reads.
        foreach (var (name, buffer) in network.NamedBuffers)
            if (!name.EndsWith("num_batches_tracked", StringComparison.Ordinal)) tensors.Add(name, buffer.Value);
        unread = [.. tensors.Keys];
    }

    /// <summary>The sizes of a tensor.</summary>
    public int[] Shape(string name) => [.. tensors[name].Shape.AsSpan()];

    /// <summary>Whether the network has a tensor.</summary>
    public bool Has(string name) => tensors.ContainsKey(name);

    /// <summary>The elements of a tensor, row by row.</summary>
    public float[] Of(string name)
    {
        unread.Remove(name);
        return tensors[name].ToArray();
    }

    /// <summary>Makes sure that the graphs hold the whole network.</summary>
    /// <exception cref="InvalidOperationException">No graph has read some tensor.</exception>
    public void RequireAllRead()
    {
        if (unread.Count > 0)
            throw new InvalidOperationException(
                $"export: no graph reads {string.Join(", ", unread.Order(StringComparer.Ordinal))}.");
    }
}
