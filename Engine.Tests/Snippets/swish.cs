#:project Engine/Engine.csproj
#:property PublishAot=false
using Engine;
using Engine.Layers;

static Tensor<double> Swish(Tensor<double> x) => x * Op.Sigmoid(x);   // your operation
Console.WriteLine(GradientCheck.Of(Swish, Samples.Normal(3, 7)));     // right: 23 derivatives, worst error ...

var layer = new Linear<double>(7, 2, new RandomStream(seed: 1));      // your layer: its parameters are checked too
Console.WriteLine(GradientCheck.Of(layer, Samples.Normal(3, 7)));     // right: 43 derivatives, worst error ...
