using Engine;

/// <summary>The operations of a project, for <c>engine gradcheck --assembly</c>.</summary>
public static class OwnOperations
{
    /// <summary>Name, formula, and the cases that the sweep checks: each a point, and a function of it.</summary>
    public static CatalogueEntry CubeEntry { get; } = new(
        "Cube", "y = x^3;  dX = 3 x^2 dY",
        random => [GradientCase.Of(Samples.Normal(random, [3, 7]), Cube)]);

    /// <summary>y = x^3, element by element.</summary>
    public static Tensor<double> Cube(Tensor<double> x)
    {
        var tape = Tape<double>.Of(CubeEntry, x);
        var y = tape.Constant(x.Shape, [.. x.ToArray().Select(v => v * v * v)]);
        return tape.Record(CubeEntry, y, [x], adjoints =>
        {
            var (values, dY) = (x.ToArray(), adjoints.Of(y).ToArray());
            adjoints.Into(x).Add([.. values.Zip(dY, (v, d) => 3 * v * v * d)]);
        });
    }
}
