using static Engine.Cli.OnnxNames;

namespace Engine.Cli;

/// <summary>The model Classifier, with the encoder of a Transformer or of a recurrent network.</summary>
internal static class OnnxClassifier
{
    /// <summary>The graph: tokens to the logits of labels.</summary>
    public static void Add(OnnxNetwork n)
    {
        var g = n.Graph;
        var ids = g.Input(Ids, OnnxType.Int64, Batch, Source);
        var mask = new OnnxMask(n, g.Input(AttentionMask, OnnxType.Int64, Batch, Source));
        var x = OnnxEmbedding.Add(n, "embedding", ids); // [batch, source, dModel]
        var rows = n.Configuration.Architecture == "transformer"
            ? OnnxTransformer.Encode(n, "position_embedding", x, mask)
            : OnnxRecurrent.Encode(n, "encoder", x, mask.Lengths.Cast(OnnxType.Int32));
        var logits = OnnxLinear.Add(n, "head", OnnxPooling.Add(n, rows, mask));
        g.Output(Logits, logits, OnnxType.Float, Batch, n.Weights.Shape("head.bias")[0]);
    }
}
