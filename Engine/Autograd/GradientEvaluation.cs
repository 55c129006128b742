namespace Engine;

/// <summary>
/// L = sum(r · y) of a gradient check at the present values of the leaves, always with the same weighting r and the
/// same random stream.
/// </summary>
internal sealed class GradientEvaluation(
    GradientCase check, IReadOnlyList<GradientLeaf> leaves, RandomStream random)
{
    private double[]? weighting;

    /// <summary>The sum of |r · y| at the point. Rounding errors of L are relative to this sum.</summary>
    public double Magnitude { get; private set; }

    /// <summary>Name and shape of each parameter that the function read and the case does not check.</summary>
    public IReadOnlyList<string> UncheckedParameters { get; private set; } = [];

    /// <summary>Whether the function went back through a tape itself.</summary>
    public bool CallsBackward { get; private set; }

    public double Loss()
    {
        using var tape = new Tape<double>(check.Mode, random.Fork(1));
        return Weighted(Run(tape, out _));
    }

    public double[][] Gradients()
    {
        using var tape = new Tape<double>(check.Mode, random.Fork(1));
        var earlier = Tape<double>.BackwardPasses;
        var y = Run(tape, out var inputs);
        CallsBackward = Tape<double>.BackwardPasses != earlier;
        var parameters = check.Parameters;
        UncheckedParameters = [.. tape.UsedParameters.Except(parameters).Select(parameter => parameter.ToString())];
        Weighted(y);
        if (y.Node < 0)
            throw new InvalidOperationException($"GradientCheck: the output {y.Shape} does not depend on the " +
                "inputs through recorded operations; " + (CallsBackward
                    ? "the function calls Backward, and a gradient is a constant: " + GradientReport.OwnBackward
                    : "was one computed outside the tape?"));
        var set = new GradientSet<double>(inputs.Cast<object>().Concat(parameters));
        tape.BackwardFrom(y, weighting!, set);
        return [.. leaves.Select((leaf, i) => leaf is GradientLeaf.OfParameter { Parameter: var p }
            ? set[p].ToArray()
            : set[inputs[i]].ToArray())];
    }

    private Tensor<double> Run(Tape<double> tape, out Tensor<double>[] inputs)
    {
        inputs = check.Inputs.Select(tape.Variable).ToArray();
        return check.Function(tape, inputs);
    }

    private double Weighted(Tensor<double> y)
    {
        var values = y.ToArray();
        if (weighting is null)
        {
            var draw = random.Fork(2);
            weighting = values.Select(_ => draw.NextNormal()).ToArray();
            Magnitude = values.Zip(weighting, (value, r) => Math.Abs(value * r)).Sum();
        }
        return values.Zip(weighting, (value, r) => value * r).Sum();
    }
}
