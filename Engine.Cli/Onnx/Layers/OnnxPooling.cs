using System.Diagnostics;
using Engine.Models;

namespace Engine.Cli;

/// <summary>How a classifier makes one row of a sentence's rows, in each of the kinds of Pooling.</summary>
internal static class OnnxPooling
{
    /// <summary>Adds the pooling.</summary>
    /// <param name="n">The network.</param>
    /// <param name="x">[batch, length, dModel].</param>
    /// <param name="mask">Which rows are tokens.</param>
    /// <returns>[batch, dModel].</returns>
    public static OnnxValue Add(OnnxNetwork n, OnnxValue x, OnnxMask mask)
    {
        n.Graph.Enter("pooling");
        return n.Configuration.Pooling switch
        {
            Pooling.Mean => Mean(x, mask),
            Pooling.Max => n.Hide(x, mask.OfRows).Then("ReduceMax", ("axes", (long[])[1]), ("keepdims", 0L)),
            Pooling.Attention => Attention(n, x, mask),
            Pooling.Last => Last(n, x, mask),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>The mean of each sentence's rows, [batch, dModel].</summary>
    public static OnnxValue Mean(OnnxValue x, OnnxMask mask) =>
        (x * mask.Factors).Sum(1) / mask.Factors.Sum(1);

    private static OnnxValue Attention(OnnxNetwork n, OnnxValue x, OnnxMask mask)
    {
        var hidden = OnnxLinear.Add(n, "pooling", x).Then("Tanh"); // [batch, length, dModel]
        var scores = OnnxLinear.Add(n, "pooling.v", null, hidden, ..); // [batch, length, 1]
        return (x * n.Hide(scores, mask.OfRows).Then("Softmax", ("axis", 1L))).Sum(1);
    }

    /// <summary>
    /// The last row; of a network that reads in both directions, half of the last row and half of the first.
    /// </summary>
    private static OnnxValue Last(OnnxNetwork n, OnnxValue x, OnnxMask mask)
    {
        var position = (mask.Lengths - n.Graph.Whole(1)).Unsqueeze(1); // [batch, 1]
        var isLast = n.Graph.Node("Equal", [mask.Positions.Unsqueeze(0), position]) // [batch, length]
            .Cast(OnnxType.Float).Unsqueeze(2);
        var last = (x * isLast).Sum(1); // [batch, dModel]
        if (n.Configuration.Architecture == "transformer") return last;
        var (half, dModel) = (n.Configuration.DModel / 2, n.Configuration.DModel);
        var first = x.Slice(1, 0, 1).Squeeze(1); // [batch, dModel]
        return n.Graph.Node("Concat", [last.Slice(1, 0, half), first.Slice(1, half, dModel)], ("axis", 1L));
    }
}
