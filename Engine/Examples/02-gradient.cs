// Example 2: a gradient. Run it from the root of the repository:
//     dotnet run Engine/Examples/02-gradient.cs
#:project ../Engine.csproj
#:property PublishAot=false
using Engine;

// A tape in training mode records each operation. Backward goes through the recorded operations in reverse and applies
// the chain rule: reverse-mode automatic differentiation. A variable is an input whose gradient we want.
using (var tape = new Tape<double>())
{
    var x = tape.Variable(Tensor<double>.From([3], [1, 2, 3]));      // [3]
    var loss = Op.Sum(x * x);                                        // []: 1 + 4 + 9
    var gradients = tape.Backward(loss);
    Console.WriteLine($"sum x^2 = {loss.Item()}, its gradient 2 x = {string.Join(" ", gradients[x].ToArray())}");
}

// The definition of a derivative gives the same number: move x[1] a little both ways and look at the loss.
const double h = 1e-4;
Console.WriteLine($"by finite differences, dX[1] = {(LossAt(2 + h) - LossAt(2 - h)) / (2 * h):F4}");

static double LossAt(double middle)
{
    using var tape = new Tape<double>(Mode.Inference);
    var x = tape.Constant([3], [1, middle, 3]);
    return Op.Sum(x * x).Item();
}

// A parameter is a tensor that outlives the tapes and that training changes. This loop fits the line y = w x + b to
// four points of y = 2 x + 1 by gradient descent: each update moves w and b a small step against their gradients.
var w = new Parameter<double>("w", Tensor<double>.Zeros([1]));
var b = new Parameter<double>("b", Tensor<double>.Zeros([1]));
for (var update = 0; update <= 100; update++)
{
    using var tape = new Tape<double>();                             // one tape for each update
    var x = tape.Constant([4], [0, 1, 2, 3]);
    var y = tape.Constant([4], [1, 3, 5, 7]);
    var predicted = (tape.Use(w) * x) + tape.Use(b);                 // [1] * [4] + [1] -> [4]
    var loss = Op.MeanSquaredError(predicted, y);                    // []: mean (predicted - y)^2
    var gradients = tape.Backward(loss);
    if (update % 25 == 0)
        Console.WriteLine($"update {update}: w {w.Value[0]:F2}, b {b.Value[0]:F2}, loss {loss.Item():F4}");
    w.Update()[0] -= 0.1 * gradients[w][0];                          // Update gives write access to the numbers
    b.Update()[0] -= 0.1 * gradients[b][0];
}

// It prints:
//     sum x^2 = 14, its gradient 2 x = 2 4 6
//     by finite differences, dX[1] = 4.0000
//     update 0: w 0.00, b 0.00, loss 21.0000
//     update 25: w 2.01, b 0.99, loss 0.0000
//     update 50: w 2.00, b 1.00, loss 0.0000
//     update 75: w 2.00, b 1.00, loss 0.0000
//     update 100: w 2.00, b 1.00, loss 0.0000
