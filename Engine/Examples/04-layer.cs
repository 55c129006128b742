// Example 4: layers, built in and your own. Run it from the root of the repository:
//     dotnet run Engine/Examples/04-layer.cs
#:project ../Engine.csproj
#:property PublishAot=false
using System.Numerics;
using Engine;
using Engine.Layers;

// A layer is an operation with parameters. The weights of a new layer are drawn from a random stream: same seed, same
// weights.
var random = new RandomStream(seed: 1);
var linear = new Linear<float>(inputs: 4, outputs: 2, random);       // y = x W^T + b
var model = new Sequential<float>(new Highway<float>(4, random), new LayerNorm<float>(4), linear);

// Each parameter has a path, made of the names under which its layers were added. Model files use these paths.
foreach (var (path, parameter) in model.NamedParameters) Console.WriteLine($"{path} {parameter.Shape}");

// The tape, not the layer, says whether the model is in training (dropout is active) or in use.
using (var tape = new Tape<float>(Mode.Inference))
{
    var x = tape.Constant([3, 4], [1, 2, 3, 4, 0, 1, 0, 1, -1, 0, 0, 1]);   // [rows, features] = [3, 4]
    Console.WriteLine($"{x.Shape} -> {model.Forward(x).Shape}");     // [3, 4] -> [3, 2]
}

// The gradients of a layer are checked like the gradients of an operation: in double, all parameters included.
var report = GradientCheck.Of(new Highway<double>(4, random), Samples.Normal(3, 4));
Console.WriteLine($"{(report.Passed ? "right" : "WRONG")}: {report.Derivatives} derivatives compared");

// The highway layer (Srivastava et al. 2015): y = g tanh(x W^T + b) + (1 - g) x, with a gate g = sigmoid(x V^T + c)
// that decides, feature by feature, how much of x passes unchanged.
internal sealed class Highway<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Linear<T> transform, gate;

    public Highway(int features, RandomStream random)
    {
        // Add registers a part under a name, so that the optimizer and the model file find its parameters.
        transform = Add("transform", new Linear<T>(features, features, random));
        gate = Add("gate", new Linear<T>(features, features, random));
    }

    public override Tensor<T> Forward(Tensor<T> x)
    {
        var g = Op.Sigmoid(gate.Forward(x));                         // [rows, features]
        var transformed = Op.Tanh(transform.Forward(x));             // [rows, features]
        return x + (g * (transformed - x));                          // g transformed + (1 - g) x
    }
}

// It prints:
//     0.transform.weight [4, 4]
//     0.transform.bias [4]
//     0.gate.weight [4, 4]
//     0.gate.bias [4]
//     1.weight [4]
//     1.bias [4]
//     2.weight [2, 4]
//     2.bias [2]
//     [3, 4] -> [3, 2]
//     right: 62 derivatives compared
