namespace Engine.Storage;

/// <summary>The entry of a tensor in the header of a safetensors file.</summary>
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

    /// <summary>The tensor's path in the model, such as <c>encoder.layers.0.self_attn.in_proj_weight</c>.</summary>
    public string Name { get; }

    /// <summary>The type of the stored elements.</summary>
    public SafeTensorsType Type { get; }

    /// <summary>The dimensions, the outermost first; none for a scalar.</summary>
    public ReadOnlySpan<int> Shape => shape;

    /// <summary>The number of elements: the product of the dimensions, 1 for a scalar.</summary>
    public long Elements => (End - Begin) * 8 / Type.Bits;

    /// <summary>The offset of the first byte, from the end of the header.</summary>
    internal long Begin { get; }

    /// <summary>The offset after the last byte, from the end of the header.</summary>
    internal long End { get; }

    /// <summary>For example <c>F32 [512, 64]</c>; of many dimensions, the first.</summary>
    public override string ToString() => $"{Type} [{FileProblem.List(shape, 8)}]";
}
