namespace Engine.Cli;

/// <summary>The layer Linear, y = x Wᵀ + b.</summary>
internal static class OnnxLinear
{
    /// <summary>Adds the layer.</summary>
    /// <param name="n">The network.</param>
    /// <param name="path">The path of the layer.</param>
    /// <param name="x">[..., inputs].</param>
    /// <returns>[..., outputs].</returns>
    public static OnnxValue Add(OnnxNetwork n, string path, OnnxValue x)
    {
        n.Graph.Enter(path);
        var bias = n.Weights.Has(path + ".bias") ? path + ".bias" : null;
        return Add(n, path + ".weight", bias, x, ..);
    }

    /// <summary>Adds a map by some rows of a matrix.</summary>
    /// <param name="n">The network.</param>
    /// <param name="weight">The name of the matrix, [outputs, inputs].</param>
    /// <param name="bias">The name of the bias, [outputs]; null for none.</param>
    /// <param name="x">[..., inputs].</param>
    /// <param name="rows">The outputs to compute.</param>
    /// <returns>[..., outputs of the rows].</returns>
    public static OnnxValue Add(OnnxNetwork n, string weight, string? bias, OnnxValue x, Range rows)
    {
        var shape = n.Weights.Shape(weight);
        var (first, count) = rows.GetOffsetAndLength(shape[0]);
        var part = count == shape[0] ? "" : FormattableString.Invariant($" rows {first} to {first + count - 1}");
        // ONNX multiplies [..., inputs] by [inputs, outputs].
        var turned = Transpose(n.Weights.Of(weight), shape[1], first, count);
        var y = x.Times(n.Graph.Weight($"{weight} transposed{part}", [shape[1], count], turned));
        return bias is null ? y : y + n.Graph.Weight(bias + part, [count], n.Weights.Of(bias)[first..(first + count)]);
    }

    private static float[] Transpose(float[] weight, int inputs, int first, int count)
    {
        var turned = new float[inputs * count];
        for (var row = 0; row < count; row++)
        {
            for (var column = 0; column < inputs; column++)
                turned[(column * count) + row] = weight[((first + row) * inputs) + column];
        }
        return turned;
    }
}
