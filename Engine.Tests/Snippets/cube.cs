#:project Engine/Engine.csproj
#:property PublishAot=false
using Engine;

// The name and the formula, for messages; then the cases that a sweep of the catalogue checks. This entry is in no
// catalogue, so that it has none.
var entry = new CatalogueEntry("Cube", "y = x^3;  dX = 3 x^2 dY", _ => []);
Console.WriteLine(GradientCheck.Of(Cube, Samples.Normal(3, 7)));              // WRONG: 23 derivatives, ...

Tensor<double> Cube(Tensor<double> x)
{
    var tape = Tape<double>.Of(entry, x);
    var y = tape.Constant(x.Shape, [.. x.ToArray().Select(v => v * v * v)]);
    return tape.Record(entry, y, [x], adjoints =>
    {
        var (values, dY) = (x.ToArray(), adjoints.Of(y).ToArray());
        adjoints.Into(x).Add([.. values.Zip(dY, (v, d) => 2 * v * v * d)]);   // wrong: 3, not 2
    });
}
