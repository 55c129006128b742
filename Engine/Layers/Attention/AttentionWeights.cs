using System.Numerics;

namespace Engine.Layers;

/// <summary>The attention weights of one layer for one sequence, in one pass or one step of decoding.</summary>
/// <param name="Path">The path of the attention layer, such as <c>decoder.layers.0.multihead_attn</c>.</param>
/// <param name="Kind">What attends to what.</param>
/// <param name="Layer">The number of the layer around it, from 0.</param>
/// <param name="Sequence">The number of the sequence in its batch.</param>
/// <param name="Heads">The number of heads.</param>
/// <param name="Queries">The number of queries; in a step of decoding 1.</param>
/// <param name="Keys">The number of keys.</param>
/// <param name="Values">The weights, [heads, queries, keys].</param>
public sealed record AttentionWeights<T>(
    string Path, AttentionKind Kind, int Layer, int Sequence, int Heads, int Queries, int Keys,
    IReadOnlyList<T> Values)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>How much of a key's value a query takes in a head: 0 to 1, and 1 over all keys.</summary>
    public T this[int head, int query, int key] => Values[(((head * Queries) + query) * Keys) + key];

    /// <summary>
    /// The kind of attention and the layer's number that belong to a path. Attention that is not called
    /// <c>self_attn</c>, or stands alone, counts as cross-attention of layer 0.
    /// </summary>
    internal static (AttentionKind Kind, int Layer) Of(string path)
    {
        var parts = path.Split('.');
        var kind = parts[^1] != "self_attn" ? AttentionKind.Cross
            : parts[0] == "encoder" ? AttentionKind.Encoder : AttentionKind.Decoder;
        var number = Array.Find(parts, part => part.Length > 0 && part.All(char.IsAsciiDigit));
        return (kind, number is null ? 0 : int.Parse(number, null));
    }
}
