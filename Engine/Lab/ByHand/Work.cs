namespace Engine.Lab;

/// <summary>
/// What a solution by hand works with: the inputs, a tape that records nothing, and the mistake to make.
/// </summary>
/// <param name="given">The inputs.</param>
/// <param name="mistake">The exhibit whose mistake the solution makes; null for none.</param>
internal sealed class Work(ExerciseValues given, string? mistake) : IDisposable
{
    private readonly Tape<double> tape = new(Mode.Inference);

    /// <summary>The inputs.</summary>
    public ExerciseValues Given { get; } = given;

    /// <summary>An input as a tensor.</summary>
    public Tensor<double> this[string name] => tape.Constant(Given[name]);

    /// <summary>Whether the solution makes a mistake.</summary>
    public bool Makes(string exhibit) => mistake == exhibit;

    /// <summary>A tensor whose elements are computed from their indices.</summary>
    public Tensor<double> ByIndex(Shape shape, Func<int[], double> element)
    {
        var values = new double[shape.Elements];
        var at = new int[shape.Rank];
        for (var i = 0; i < values.Length; i++)
        {
            for (int d = shape.Rank - 1, rest = i; d >= 0; rest /= shape[d], d--) at[d] = rest % shape[d];
            values[i] = element(at);
        }
        return tape.Constant(shape, values);
    }

    /// <summary>The sums over all dimensions but the last: the gradient of a row that was added to each row.</summary>
    public static Tensor<double> SumOfRows(Tensor<double> x) =>
        Op.Sum(Op.Reshape(x, [x.Count / x.Shape[^1], x.Shape[^1]]), 0);

    /// <summary>dY^T x over all rows: the gradient of W in y = x W^T.</summary>
    public static Tensor<double> WeightGradient(Tensor<double> dY, Tensor<double> x) => Op.MatMul(
        Op.Transpose(Op.Reshape(dY, [dY.Count / dY.Shape[^1], dY.Shape[^1]])),
        Op.Reshape(x, [x.Count / x.Shape[^1], x.Shape[^1]]));

    /// <summary>The mean over the last dimension, which stays with the size 1.</summary>
    public static Tensor<double> Mean(Tensor<double> x, int dimension = -1) =>
        Op.Mean(x, dimension, keepDimension: true);

    /// <summary>The sum over the last dimension, which stays with the size 1.</summary>
    public static Tensor<double> Sum(Tensor<double> x, int dimension = -1) => Op.Sum(x, dimension, keepDimension: true);

    /// <inheritdoc/>
    public void Dispose() => tape.Dispose();
}
