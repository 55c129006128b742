namespace Engine.Tests.Museum;

/// <summary>Makes operations with any given backward.</summary>
internal static class BackwardPass
{
    private static readonly CatalogueEntry Entry = new("Exhibit", "", _ => []);

    /// <summary>y = f(x) element by element, and dX = back(dY, x) element by element.</summary>
    public static Tensor<double> Each(
        Tensor<double> x, Func<double, double> f, Func<double, double, double> back) =>
        Of(x, x => Tensor<double>.From(x.Shape, [.. x.ToArray().Select(f)]), (adjoints, y) =>
        {
            var dX = adjoints.Into(x).Zeroed();
            var dY = adjoints.Of(y);
            var values = x.ToArray();
            for (var i = 0; i < dX.Length; i++) dX[i] += back(dY[i], values[i]);
        });

    /// <summary>The forward of another operation, with the given backward in place of its own.</summary>
    public static Tensor<double> Of(
        Tensor<double> x, Func<Tensor<double>, Tensor<double>> forward, Action<Adjoints<double>, Tensor<double>> back)
    {
        var tape = Tape<double>.Of(Entry, x);
        var y = tape.Constant(forward(x));
        return tape.Record(Entry, y, [x], adjoints => back(adjoints, y));
    }

    /// <summary>The same for two inputs.</summary>
    public static Tensor<double> Of(
        Tensor<double> x, Tensor<double> z, Func<Tensor<double>, Tensor<double>, Tensor<double>> forward,
        Action<Adjoints<double>, Tensor<double>> back)
    {
        var tape = Tape<double>.Of(Entry, x, z);
        var y = tape.Constant(forward(x, z));
        return tape.Record(Entry, y, [x, z], adjoints => back(adjoints, y));
    }

    /// <summary>x as a constant: it gets no gradient.</summary>
    public static Tensor<double> Detached(Tensor<double> x) => x.Tape.Constant(x);
}
