// Example 1: a tensor. Run it from the root of the repository:
//     dotnet run Engine/Examples/01-tensor.cs
#:project ../Engine.csproj
#:property PublishAot=false
using Engine;

// A tensor is numbers in the shape of a box. From takes the shape and the numbers, row by row.
var x = Tensor<float>.From([2, 3], [1, 2, 3, 4, 5, 6]);
Console.WriteLine($"x is {x.Shape}, {x.Count} numbers; x[1, 2] is {x[1, 2]}");

// Operations compute on a tape, which owns the memory of their results until the end of the using block.
// In inference mode the tape computes values only; example 2 asks it for gradients.
using (var tape = new Tape<float>(Mode.Inference))
{
    var onTape = tape.Constant(x);                                   // [2, 3]: a copy of x
    Show("x + x", onTape + onTape);                                  // [2, 3]: element by element
    Show("x * 10", onTape * 10);                                     // [2, 3]

    // Broadcasting: a size that is 1 or missing is repeated. Here one row is added to both rows of x.
    var row = tape.Constant([3], [10, 20, 30]);                      // [3]
    Show("x + row", onTape + row);                                   // [2, 3] + [3] -> [2, 3]

    // Transpose changes shape and strides and copies no number. MatMul is the matrix product.
    var transposed = Op.Transpose(onTape);                           // [3, 2]
    Show("x^T", transposed);
    Show("x x^T", Op.MatMul(onTape, transposed));                    // [2, 3] times [3, 2] -> [2, 2]

    // A reduction removes one dimension; -1 is the last one. Sum without a dimension adds all numbers.
    Show("mean of each row", Op.Mean(onTape, -1));                   // [2]
    Show("sum", Op.Sum(onTape));                                     // []: a single number

    // Reshape keeps the numbers and their order.
    Show("x as [3, 2]", Op.Reshape(onTape, [3, 2]));                 // [3, 2]

    // Shapes that do not fit are refused; the message names the operation, the shapes and the remedy.
    try
    {
        Op.MatMul(onTape, onTape);
    }
    catch (ShapeException mistake)
    {
        Console.WriteLine(mistake.Message.Replace("; ", ";\n    "));
    }
}

// A tensor's numbers in order, whatever its strides: ToArray copies them out of the tape's memory.
static void Show(string name, Tensor<float> tensor) =>
    Console.WriteLine($"{name} is {tensor.Shape}: {string.Join(" ", tensor.ToArray())}");

// It prints:
//     x is [2, 3], 6 numbers; x[1, 2] is 6
//     x + x is [2, 3]: 2 4 6 8 10 12
//     x * 10 is [2, 3]: 10 20 30 40 50 60
//     x + row is [2, 3]: 11 22 33 14 25 36
//     x^T is [3, 2]: 1 4 2 5 3 6
//     x x^T is [2, 2]: 14 32 32 77
//     mean of each row is [2]: 2 5
//     sum is []: 21
//     x as [3, 2] is [3, 2]: 1 2 3 4 5 6
//     MatMul: inner dimensions differ: [2, 3] x [2, 3];
//         the last dimension of the first (3) must equal the second-last of the second (2). Transpose the second?
