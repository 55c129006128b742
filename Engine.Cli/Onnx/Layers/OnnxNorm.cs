using System.Diagnostics;
using Engine.Layers;

namespace Engine.Cli;

/// <summary>The layers LayerNorm, RmsNorm, BatchNorm, InstanceNorm and GroupNorm.</summary>
internal static class OnnxNorm
{
    /// <summary>Adds the normalization that the configuration names.</summary>
    /// <param name="n">The network.</param>
    /// <param name="path">The path of the layer.</param>
    /// <param name="x">[batch, length, dModel].</param>
    /// <param name="mask">
    /// Which rows are tokens, in an encoder; null in a decoder, where no row may depend on others.
    /// </param>
    /// <returns>[batch, length, dModel].</returns>
    public static OnnxValue Add(OnnxNetwork n, string path, OnnxValue x, OnnxMask? mask)
    {
        n.Graph.Enter(path);
        return n.Configuration.Normalization switch
        {
            Normalization.Layer => OfRows(n, path, x),
            Normalization.Rms => Rms(n, path, x),
            Normalization.Batch => Batch(n, path, x),
            Normalization.Instance => mask is null ? OfRows(n, path, x) : Instance(n, path, x, mask),
            Normalization.Group => Group(n, path, x, mask),
            _ => throw new UnreachableException(),
        };
    }

    private static OnnxValue OfRows(OnnxNetwork n, string path, OnnxValue x) => n.Graph.Node(
        "LayerNormalization", [x, n.Weight(path + ".weight"), n.Weight(path + ".bias")],
        ("axis", -1L), ("epsilon", Op.NormEpsilon));

    private static OnnxValue Rms(OnnxNetwork n, string path, OnnxValue x) =>
        x / ((x * x).Mean(-1) + Op.RmsNormEpsilon).Then("Sqrt") * n.Weight(path + ".weight");

    /// <summary>After training, a map of each feature by the running mean and variance.</summary>
    private static OnnxValue Batch(OnnxNetwork n, string path, OnnxValue x)
    {
        var (gamma, beta) = (n.Weights.Of(path + ".weight"), n.Weights.Of(path + ".bias"));
        var (mean, variance) = (n.Weights.Of(path + ".running_mean"), n.Weights.Of(path + ".running_var"));
        var scale = new float[gamma.Length];
        var shift = new float[gamma.Length];
        for (var i = 0; i < scale.Length; i++)
        {
            var factor = gamma[i] / Math.Sqrt(variance[i] + Op.NormEpsilon);
            (scale[i], shift[i]) = ((float)factor, (float)(beta[i] - (mean[i] * factor)));
        }
        return (x * n.Graph.Weight(path + ".scale", [scale.Length], scale))
            + n.Graph.Weight(path + ".shift", [shift.Length], shift);
    }

    /// <summary>Each feature over the tokens of a sentence.</summary>
    private static OnnxValue Instance(OnnxNetwork n, string path, OnnxValue x, OnnxMask mask)
    {
        var shown = mask.Factors; // [batch, length, 1]
        var tokens = shown.Sum(1, keep: true); // [batch, 1, 1]
        var centred = (x - ((x * shown).Sum(1, keep: true) / tokens)) * shown; // [batch, length, dModel]
        var variance = (centred * centred).Sum(1, keep: true) / tokens; // [batch, 1, dModel]
        return Affine(n, path, centred / (variance + Op.NormEpsilon).Then("Sqrt"));
    }

    /// <summary>Each group of features over the tokens of a sentence, or over a row alone.</summary>
    private static OnnxValue Group(OnnxNetwork n, string path, OnnxValue x, OnnxMask? mask)
    {
        var (groups, dModel) = (n.Configuration.NormGroups, n.Configuration.DModel);
        var rows = x.Reshape(0, 0, groups, dModel / groups); // [batch, length, groups, features of a group]
        OnnxValue centred, variance;
        if (mask is null)
        {
            centred = rows - rows.Mean(-1);
            variance = (centred * centred).Mean(-1); // [batch, length, groups, 1]
        }
        else
        {
            var shown = mask.Factors.Unsqueeze(-1); // [batch, length, 1, 1]
            var tokens = shown.Sum(1, keep: true); // [batch, 1, 1, 1]
            centred = (rows - ((rows.Mean(-1) * shown).Sum(1, keep: true) / tokens)) * shown;
            variance = (centred * centred).Mean(-1).Sum(1, keep: true) / tokens; // [batch, 1, groups, 1]
        }
        return Affine(n, path, (centred / (variance + Op.NormEpsilon).Then("Sqrt")).Reshape(0, 0, dModel));
    }

    private static OnnxValue Affine(OnnxNetwork n, string path, OnnxValue x) =>
        (x * n.Weight(path + ".weight")) + n.Weight(path + ".bias");
}
