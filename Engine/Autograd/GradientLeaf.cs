namespace Engine;

/// <summary>An input or a parameter of a gradient check: its numbers can be moved and come back.</summary>
internal abstract class GradientLeaf(string name, Shape shape, double[] values)
{
    public string Name => name;

    public Shape Shape => shape;

    public int Count => values.Length;

    public double[] Values => values;

    /// <summary>The leaves of a case: its inputs, then its parameters; the parameters of its module have their paths
    /// as names.</summary>
    public static IReadOnlyList<GradientLeaf> Of(GradientCase check)
    {
        var paths = (check.Module?.NamedParameters ?? []).ToDictionary(named => named.Value, named => named.Key);
        return
        [
            .. check.Inputs.Select((x, i) => new OfInput(x, $"input {i}")),
            .. check.Parameters.Select(p => new OfParameter(p, paths.GetValueOrDefault(p, p.Name))),
        ];
    }

    /// <summary>Writes value + t direction; with t = 0, the numbers are what they were.</summary>
    public void Move(double[] direction, double t) => Write(values.Zip(direction, (x, d) => x + (t * d)).ToArray());

    /// <summary>The indices of an element, one for each dimension.</summary>
    public int[] IndexOf(int element)
    {
        var index = new int[shape.Rank];
        for (var i = index.Length - 1; i >= 0; i--) (element, index[i]) = Math.DivRem(element, shape[i]);
        return index;
    }

    protected abstract void Write(double[] moved);

    private sealed class OfInput(Tensor<double> input, string name)
        : GradientLeaf(name, input.Shape, input.ToArray())
    {
        protected override void Write(double[] moved) =>
            StridedCopy.Scatter(moved, input.Memory[input.Offset..], input.Shape, input.Strides);
    }

    internal sealed class OfParameter(Parameter<double> parameter, string path)
        : GradientLeaf(path, parameter.Shape, parameter.Value.ToArray())
    {
        public Parameter<double> Parameter => parameter;

        protected override void Write(double[] moved) => moved.CopyTo(parameter.Update());
    }
}
