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

    /// <summary>
    /// Declares the logits of a step an output; the table is that of an embedding, where both are one parameter.
    /// </summary>
    /// <param name="n">The network.</param>
    /// <param name="table">The name of the table, [vocabulary, dModel].</param>
    /// <param name="x">[batch, 1, dModel].</param>
    public static void AddLogits(OnnxNetwork n, string table, OnnxValue x)
    {
        n.Graph.Enter("output");
        var logits = n.Graph.Node("Gemm", [x.Squeeze(1), n.Weight(table)], ("transB", 1L)); // [batch, vocabulary]
        n.Graph.Output(OnnxNames.Logits, logits, OnnxType.Float, OnnxNames.Batch, n.Weights.Shape(table)[0]);
    }
}
