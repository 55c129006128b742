namespace Engine.Storage;

/// <summary>What a safetensors file says of one of its tensors.</summary>
public sealed class TensorEntry
{
    private readonly int[] shape;

    internal TensorEntry(string name, SafeTensorsType type, int[] shape, long begin, long end)
    {
        Name = name;
        Type = type;
        this.shape = shape;
        Begin = begin;
        End = end;
    }

    /// <summary>Its path in the model, such as <c>encoder.layers.0.self_attn.in_proj_weight</c>.</summary>
    public string Name { get; }

    /// <summary>How its elements are stored.</summary>
    public SafeTensorsType Type { get; }

    /// <summary>Its dimensions, the outermost first; none for a scalar.</summary>
    public ReadOnlySpan<int> Shape => shape;

    /// <summary>How many elements it has: the product of its dimensions, 1 for a scalar.</summary>
    public long Elements => (End - Begin) * 8 / Type.Bits;

    /// <summary>Where its bytes begin, counted from the end of the header.</summary>
    internal long Begin { get; }

    /// <summary>Where its bytes end.</summary>
    internal long End { get; }

    /// <summary>For example <c>F32 [512, 64]</c>.</summary>
    public override string ToString() => $"{Type} [{string.Join(", ", shape)}]";
}
