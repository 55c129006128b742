using static Engine.Cli.OnnxNames;

namespace Engine.Cli;

/// <summary>The model RecurrentTranslator: encoder, and a step of the decoder with its state.</summary>
internal static class OnnxRecurrentTranslator
{
    /// <summary>The graph of the encoder, which also computes the decoder's first state.</summary>
    public static void AddEncoder(OnnxNetwork n)
    {
        var g = n.Graph;
        var ids = g.Input(Ids, OnnxType.Int64, Batch, Source);
        var mask = new OnnxMask(n, g.Input(AttentionMask, OnnxType.Int64, Batch, Source));
        var x = OnnxEmbedding.Add(n, "source_embedding", ids);
        var memory = OnnxRecurrent.Encode(n, "encoder", x, mask.Lengths.Cast(OnnxType.Int32));
        var state = OnnxLinear.Add(n, "bridge", OnnxPooling.Mean(memory, mask)).Then("Tanh"); // [batch, width]
        g.Output(Memory, memory, OnnxType.Float, Batch, Source, n.Configuration.DModel);
        OnnxTransformer.AddCross(n, 0, OnnxAttention.ProjectMemory(n, "attention", memory));
        g.Output(PastState, state, OnnxType.Float, Batch, OnnxRecurrent.Width(n));
    }

    /// <summary>The graph of the decoder: one more token of each sentence.</summary>
    /// <inheritdoc cref="OnnxTransformer.AddDecoder"/>
    public static void AddDecoder(OnnxNetwork n, string targetTable, string outputTable)
    {
        var g = n.Graph;
        var ids = g.Input(Ids, OnnxType.Int64, Batch, 1);
        var mask = new OnnxMask(n, g.Input(AttentionMask, OnnxType.Int64, Batch, Source));
        var cross = OnnxTransformer.CrossInputs(n, 0);
        var state = g.Input(PastState, OnnxType.Float, Batch, OnnxRecurrent.Width(n));
        var x = OnnxEmbedding.Add(n, targetTable, ids); // [batch, 1, dModel]
        var (h, after) = OnnxRecurrent.Step(n, "decoder", x, state);
        var context = OnnxAttention.Cross(n, "attention", h, cross.Key, cross.Value, mask.OfKeys); // [batch, 1, dModel]
        var both = g.Node("Concat", [h, context], ("axis", 2L)); // [batch, 1, 2 dModel]
        var y = OnnxLinear.Add(n, "combine", both).Then("Tanh"); // [batch, 1, dModel]
        OnnxEmbedding.AddLogits(n, outputTable, y);
        g.Output(PresentState, after, OnnxType.Float, Batch, OnnxRecurrent.Width(n));
    }
}
