// Example 3: an operation of your own, and the check of its gradient. Run it from the root of the repository:
//     dotnet run Engine/Examples/03-own-operation.cs
#:project ../Engine.csproj
#:property PublishAot=false
using System.Numerics;
using Engine;

// The operation is the squared ReLU (So et al. 2021): y = max(0, x)^2, dX = 2 max(0, x) dY.
// First way: compose it of operations that exist. Each of them has its gradient already, so you write no backward.
static Tensor<double> Composed(Tensor<double> x) => Op.Relu(x) * Op.Relu(x);

Report("composed", GradientCheck.Of(Composed, Samples.Normal(3, 7)));

// Second way: write forward and backward yourself, as at the end of this file. GradientCheck moves the inputs a little,
// estimates the derivatives from the outputs (finite differences, in double), and compares them with your backward.
Report("own backward", GradientCheck.Of(Own.SquaredRelu, Samples.Normal(3, 7)));

// GradientCheck finds mistakes. This backward forgets the factor 2.
Report("factor 2 forgotten", GradientCheck.Of(x => Own.SquaredRelu(x, factor: 1), Samples.Normal(3, 7)));

// The same code in float trains.
using (var tape = new Tape<float>())
{
    var x = tape.Variable(Tensor<float>.From([4], [-1, 0.5f, 1, 2]));
    var y = Own.SquaredRelu(x);
    var dX = tape.Backward(Op.Sum(y))[x].ToArray();
    Console.WriteLine($"y = {string.Join(" ", y.ToArray())}; dX = {string.Join(" ", dX)}");
}

static void Report(string name, GradientReport report) =>
    Console.WriteLine($"{name}: {(report.Passed ? "right" : "WRONG")}, {report.Derivatives} derivatives compared");

internal static class Own
{
    // Name and formula of the operation; error messages use the name. The third argument gives the cases that a sweep
    // checks (engine gradcheck --assembly, see Engine/ADDING.md). This operation is checked above, and gives none.
    private static readonly CatalogueEntry Entry = new("SquaredRelu", "y = max(0, x)^2;  dX = 2 max(0, x) dY", _ => []);

    // T is float to train and double to check.
    public static Tensor<T> SquaredRelu<T>(Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => SquaredRelu(x, factor: 2);

    public static Tensor<T> SquaredRelu<T>(Tensor<T> x, double factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var tape = Tape<T>.Of(Entry, x);                             // the tape that x is on
        var positive = Array.ConvertAll(x.ToArray(), v => T.Max(T.Zero, v));
        var y = tape.Constant(x.Shape, Array.ConvertAll(positive, v => v * v));
        // The tape keeps this function and calls it in the backward pass, when dY, the gradient of y, is complete.
        return tape.Record(Entry, y, [x], adjoints =>
        {
            var dX = adjoints.Of(y).ToArray();                       // dY, to be multiplied by dy/dx
            for (var i = 0; i < dX.Length; i++) dX[i] *= T.CreateChecked(factor) * positive[i];
            adjoints.Into(x).Add(dX);                                // added, since x may be used elsewhere too
        });
    }
}

// It prints:
//     composed: right, 23 derivatives compared
//     own backward: right, 23 derivatives compared
//     factor 2 forgotten: WRONG, 23 derivatives compared
//     y = 0 0.25 1 4; dX = 0 1 2 4
