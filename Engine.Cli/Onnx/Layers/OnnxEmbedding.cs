namespace Engine.Cli;

/// <summary>Tables of tokens: the layer Embedding, scaled by √dModel, and the projection onto a vocabulary.</summary>
internal static class OnnxEmbedding
{
    /// <summary>Adds the rows of tokens.</summary>
    /// <param name="n">The network.</param>
    /// <param name="path">The path of the layer.</param>
    /// <param name="ids">[batch, length].</param>
    /// <returns>[batch, length, dModel].</returns>
    public static OnnxValue Add(OnnxNetwork n, string path, OnnxValue ids)
    {
        n.Graph.Enter(path);
        return n.Weight(path + ".weight").Gather(ids) * Math.Sqrt(n.Configuration.DModel);
    }

    /// <summary>Adds the logits of a step; the table is that of an embedding, where both are one parameter.</summary>
    /// <param name="n">The network.</param>
    /// <param name="table">The name of the table, [vocabulary, dModel].</param>
    /// <param name="x">[batch, 1, dModel].</param>
    /// <returns>[batch, vocabulary].</returns>
    public static OnnxValue Logits(OnnxNetwork n, string table, OnnxValue x)
    {
        n.Graph.Enter("output");
        return n.Graph.Node("Gemm", [x.Squeeze(1), n.Weight(table)], ("transB", 1L));
    }
}
