using Engine.Layers;

namespace Engine.Cli;

/// <summary>
/// The layer MultiHeadAttention: self-attention of an encoder, a step of a decoder, and cross-attention.
/// </summary>
internal static class OnnxAttention
{
    /// <summary>Self-attention of an encoder.</summary>
    /// <param name="n">The network.</param>
    /// <param name="path">The path of the layer.</param>
    /// <param name="x">[batch, length, dModel].</param>
    /// <param name="mask">Which keys are tokens, [batch, 1, 1, length].</param>
    /// <param name="positions">[length].</param>
    /// <returns>[batch, length, dModel].</returns>
    public static OnnxValue Encode(OnnxNetwork n, string path, OnnxValue x, OnnxValue mask, OnnxValue positions)
    {
        n.Graph.Enter(path);
        var query = OnnxPositions.Rotate(n, Project(n, path, x, 0), positions);
        var key = OnnxPositions.Rotate(n, Project(n, path, x, 1), positions);
        return Attend(n, path, query, key, Project(n, path, x, 2), mask, Tables(n, path, positions, positions));
    }

    /// <summary>Self-attention of one more row of each sentence, to the rows before it and to itself.</summary>
    /// <param name="n">The network.</param>
    /// <param name="path">The path of the layer.</param>
    /// <param name="x">[batch, 1, dModel].</param>
    /// <param name="pastKey">The keys of the rows before, [batch, heads, past, dK].</param>
    /// <param name="pastValue">Their values, [batch, heads, past, dK].</param>
    /// <param name="position">The position of the row, which is the number of rows before it, [1].</param>
    /// <returns>[batch, 1, dModel], and keys and values with the row appended, [batch, heads, past + 1, dK].</returns>
    public static (OnnxValue Y, OnnxValue Key, OnnxValue Value) Step(
        OnnxNetwork n, string path, OnnxValue x, OnnxValue pastKey, OnnxValue pastValue, OnnxValue position)
    {
        n.Graph.Enter(path);
        var query = OnnxPositions.Rotate(n, Project(n, path, x, 0), position);
        var key = n.Graph.Node(
            "Concat", [pastKey, OnnxPositions.Rotate(n, Project(n, path, x, 1), position)], ("axis", 2L));
        var value = n.Graph.Node("Concat", [pastValue, Project(n, path, x, 2)], ("axis", 2L));
        var tables = Tables(n, path, position, n.PositionsBelow(position + n.Graph.Whole(1)));
        return (Attend(n, path, query, key, value, null, tables), key, value);
    }

    /// <summary>The keys and values of an encoder's output.</summary>
    /// <param name="n">The network.</param>
    /// <param name="path">The path of the layer that will attend to them.</param>
    /// <param name="memory">[batch, source, dModel].</param>
    /// <returns>[batch, heads, source, dK] each.</returns>
    public static (OnnxValue Key, OnnxValue Value) ProjectMemory(OnnxNetwork n, string path, OnnxValue memory)
    {
        n.Graph.Enter(path);
        return (Project(n, path, memory, 1), Project(n, path, memory, 2));
    }

    /// <summary>Cross-attention.</summary>
    /// <param name="n">The network.</param>
    /// <param name="path">The path of the layer.</param>
    /// <param name="x">[batch, length, dModel].</param>
    /// <param name="key">The keys of the encoder's output, [batch, heads, source, dK].</param>
    /// <param name="value">Its values, [batch, heads, source, dK].</param>
    /// <param name="mask">Which source rows are tokens, [batch, 1, 1, source].</param>
    /// <returns>[batch, length, dModel].</returns>
    public static OnnxValue Cross(
        OnnxNetwork n, string path, OnnxValue x, OnnxValue key, OnnxValue value, OnnxValue mask)
    {
        n.Graph.Enter(path);
        return Attend(n, path, Project(n, path, x, 0), key, value, mask, null);
    }

    /// <summary>Queries (block 0), keys (1) or values (2), [batch, heads, length, dK].</summary>
    private static OnnxValue Project(OnnxNetwork n, string path, OnnxValue x, int block)
    {
        var dModel = n.Configuration.DModel;
        var rows = OnnxLinear.Add(
            n, path + ".in_proj_weight", path + ".in_proj_bias", x, (block * dModel)..((block + 1) * dModel));
        return rows.Reshape(0, 0, n.Configuration.Heads, n.HeadFeatures).Permute(0, 2, 1, 3);
    }

    /// <summary>Relative positions of keys and of values, [queries, keys, dK] each; null for other positions.</summary>
    private static (OnnxValue OfKeys, OnnxValue OfValues)? Tables(
        OnnxNetwork n, string path, OnnxValue queries, OnnxValue keys) =>
        n.Configuration.Positions == PositionEncoding.Relative
            ? (OnnxPositions.Relative(n, path + ".relative.key", queries, keys),
                OnnxPositions.Relative(n, path + ".relative.value", queries, keys))
            : null;

    private static OnnxValue Attend(
        OnnxNetwork n, string path, OnnxValue query, OnnxValue key, OnnxValue value, OnnxValue? mask,
        (OnnxValue OfKeys, OnnxValue OfValues)? tables)
    {
        var scores = query.Times(key.Permute(0, 1, 3, 2)); // [batch, heads, queries, keys]
        if (tables is { OfKeys: var ofKeys })
            scores += n.Graph.Node("Einsum", [query, ofKeys], ("equation", "bhid,ijd->bhij"));
        scores *= 1 / Math.Sqrt(n.HeadFeatures);
        if (mask is not null) scores = n.Hide(scores, mask);
        var weights = scores.Then("Softmax", ("axis", -1L));
        var heads = weights.Times(value); // [batch, heads, queries, dK]
        if (tables is { OfValues: var ofValues })
            heads += n.Graph.Node("Einsum", [weights, ofValues], ("equation", "bhij,ijd->bhid"));
        var rows = heads.Permute(0, 2, 1, 3).Reshape(0, 0, n.Configuration.DModel); // [batch, queries, dModel]
        return OnnxLinear.Add(n, path + ".out_proj", rows);
    }
}
