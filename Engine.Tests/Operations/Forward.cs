namespace Engine.Tests.Operations;

/// <summary>
/// Runs an operation in double and in float on the same numbers, and compares both with expected numbers.
/// </summary>
internal static class Forward
{
    public const double InDouble = 1e-12, InFloat = 1e-5;

    /// <summary>The draw decides whether inputs lie in order, transposed or within larger tensors.</summary>
    public static void Agrees(
        Draw draw,
        Func<Tensor<double>[], Tensor<double>> inDouble,
        Func<Tensor<float>[], Tensor<float>> inFloat,
        Numbers expected,
        params Numbers[] inputs)
    {
        var arrangements = inputs.Select(_ => draw.Integer(0, 2)).ToArray();
        using (var tape = new Tape<double>())
            Close.To(expected, Numbers.Of(inDouble([.. inputs.Select((x, i) => x.On(tape, arrangements[i]))])),
                InDouble);
        using (var tape = new Tape<float>())
            Close.To(expected, Numbers.Of(inFloat([.. inputs.Select((x, i) => x.On(tape, arrangements[i]))])), InFloat);
    }

    /// <summary>y = f(x) on numbers in order, in double.</summary>
    public static double[] Of(Func<Tensor<double>, Tensor<double>> f, Numbers x, Mode mode = Mode.Evaluation)
    {
        using var tape = new Tape<double>(mode);
        return f(x.On(tape)).ToArray();
    }
}
