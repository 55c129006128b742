
namespace Engine.Tests.Operations;

/// <summary>Compares outputs and gradients of two ways to compute the same.</summary>
internal static class Gradients
{
    public static void Agree(
        Func<Tensor<double>[], Tensor<double>> ours, Func<Tensor<double>[], Tensor<double>> twin, RandomStream random,
        params Numbers[] inputs)
    {
        var (expected, expectedGradients) = Of(twin, random.Fork(1), inputs);
        var (actual, gradients) = Of(ours, random.Fork(1), inputs);
        Close.To(expected, actual, 1e-12);
        // One gradient may be zero but for rounding, which is that of the numbers that cancelled.
        var largest = expectedGradients.SelectMany(gradient => gradient).Select(Math.Abs).DefaultIfEmpty().Max();
        for (var i = 0; i < inputs.Length; i++)
            Close.To(expectedGradients[i], gradients[i], 1e-12, 1e-3 * Math.Max(largest, 1));
    }

    public static (Numbers Y, double[][] Gradients) Of(
        Func<Tensor<double>[], Tensor<double>> f, RandomStream random, params Numbers[] inputs)
    {
        using var tape = new Tape<double>(Mode.Evaluation);
        Tensor<double>[] x = [.. inputs.Select(input => input.On(tape))];
        var y = f(x);
        var set = new GradientSet<double>(x);
        tape.BackwardFrom(y, Samples.Normal(random, y.Shape).Data, set);
        return (Numbers.Of(y), [.. x.Select(input => set[input].ToArray())]);
    }
}
