namespace Engine.Lab;

/// <summary>Counts the multiply-adds of products on a tape, from the shapes of their operands.</summary>
internal sealed class MultiplyAdds : TapeObserver<double>
{
    private int weights; // of the last attention

    /// <summary>The products so far, by what computes them.</summary>
    public Dictionary<string, long> Of { get; } = [];

    /// <summary>The numbers that each operation has computed, by its name.</summary>
    public Dictionary<string, long> Elements { get; } = [];

    /// <summary>All multiply-adds.</summary>
    public long Total => Of.Values.Sum();

    public override void Recorded(
        int node, CatalogueEntry? entry, Tensor<double> y, ReadOnlySpan<Tensor<double>?> inputs)
    {
        if (entry is null) return;
        Elements[entry.Name] = Elements.GetValueOrDefault(entry.Name) + y.Count;
        var count = entry.Name switch
        {
            "Linear" => (long)y.Count * inputs[0]!.Shape[^1],
            "MatMul" => (long)y.Count * inputs[0]!.Shape[^1],
            _ => 0,
        };
        if (count > 0) Add(entry.Name, count);
    }

    /// <summary>
    /// Attention keeps no tensor of scores: its weights, [heads, queries, keys], tell what it multiplied.
    /// </summary>
    public override void Saw(string name, Shape shape, ReadOnlySpan<double> values, int sequence = 0)
    {
        if (name != Layers.ObservedAttention.Weights) return;
        Add("weights", shape.Elements); // an exponential each
        weights = shape.Elements;
    }

    /// <summary>Counts the two products of the last attention, of heads of some width.</summary>
    public void CountAttention(int dK)
    {
        Add("Q K^T", (long)weights * dK);
        Add("P V", (long)weights * dK);
    }

    private void Add(string name, long count) => Of[name] = Of.GetValueOrDefault(name) + count;
}
