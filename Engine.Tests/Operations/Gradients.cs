using System.Numerics;

namespace Engine.Tests.Operations;

/// <summary>Compares outputs and gradients of two ways to compute the same.</summary>
internal static class Gradients
{
    /// <summary>
    /// An operation has the values and the gradients of its twin, in double and in float. The draw decides how the
    /// inputs lie in memory: in order, transposed or within larger tensors.
    /// </summary>
    public static void EqualTwin(
        Draw draw, Func<Tensor<double>[], Tensor<double>> inDouble, Func<Tensor<float>[], Tensor<float>> inFloat,
        Func<Tensor<double>[], Tensor<double>> twin, params Numbers[] inputs)
    {
        int[] arrangements = [.. inputs.Select(_ => draw.Integer(0, 2))];
        var expected = Of(twin, draw.Random, inputs);
        Check(expected, Of(inDouble, draw.Random, inputs, arrangements), Forward.InDouble);
        Check(expected, Of(inFloat, draw.Random, inputs, arrangements), Forward.InFloat);
    }

    /// <summary>Like <see cref="EqualTwin"/>, for operations whose inputs must be contiguous.</summary>
    public static void EqualTwinInOrder(
        RandomStream random, Func<Tensor<double>[], Tensor<double>> inDouble,
        Func<Tensor<float>[], Tensor<float>> inFloat, Func<Tensor<double>[], Tensor<double>> twin,
        params Numbers[] inputs)
    {
        var expected = Of(twin, random, inputs);
        Check(expected, Of(inDouble, random, inputs), Forward.InDouble);
        Check(expected, Of(inFloat, random, inputs), Forward.InFloat);
    }

    /// <summary>Both have the same values and gradients in double, on inputs that lie in order.</summary>
    public static void Agree(
        Func<Tensor<double>[], Tensor<double>> ours, Func<Tensor<double>[], Tensor<double>> twin, RandomStream random,
        params Numbers[] inputs)
    {
        Check(Of(twin, random, inputs), Of(ours, random, inputs), Forward.InDouble);
    }

    /// <summary>
    /// The output in training, and the gradients of the inputs for a random gradient of the output. The same stream
    /// gives the same dropout and the same random gradient.
    /// </summary>
    public static (Numbers Y, double[][] Gradients) Of<T>(
        Func<Tensor<T>[], Tensor<T>> f, RandomStream random, params Numbers[] inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Of(f, random, inputs, new int[inputs.Length]);

    private static (Numbers Y, double[][] Gradients) Of<T>(
        Func<Tensor<T>[], Tensor<T>> f, RandomStream random, Numbers[] inputs, int[] arrangements)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var tape = new Tape<T>(Mode.Training, random.Fork(2));
        Tensor<T>[] x = [.. inputs.Select((input, i) => input.On(tape, arrangements[i]))];
        var y = f(x);
        var set = new GradientSet<T>(x);
        tape.BackwardFrom(y, Numbers.Of(Samples.Normal(random.Fork(1), y.Shape)).Free<T>().Data, set);
        return (Numbers.Of(y), [.. x.Select(input => Array.ConvertAll(set[input].ToArray(), double.CreateChecked))]);
    }

    private static void Check(
        (Numbers Y, double[][] Gradients) expected, (Numbers Y, double[][] Gradients) actual, double tolerance)
    {
        Close.To(expected.Y, actual.Y, tolerance);
        // A gradient may be zero up to rounding errors, which are relative to the numbers that cancelled.
        var largest = expected.Gradients.SelectMany(gradient => gradient).Select(Math.Abs).DefaultIfEmpty().Max();
        var smallestScale = (tolerance == Forward.InDouble ? 1e-3 : 1) * Math.Max(largest, 1);
        for (var i = 0; i < expected.Gradients.Length; i++)
            Close.To(expected.Gradients[i], actual.Gradients[i], tolerance, smallestScale);
    }
}
