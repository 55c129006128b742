namespace Engine;

/// <summary>
/// One check of a gradient: a function of some inputs, and of parameters that it uses by itself, in double. Its
/// gradient with respect to all of them is compared with finite differences.
/// </summary>
/// <param name="Description">What is special about it, usually the shapes.</param>
/// <param name="Inputs">The point at which the gradient is taken.</param>
/// <param name="Function">Computes the output from the inputs, which are given as variables of the tape.</param>
/// <example>
/// <code><![CDATA[
/// using Engine;
/// using Engine.Layers;
///
/// var layer = new Linear<double>(3, 2, new RandomStream(1));
/// var check = GradientCase.Of(Samples.Normal(4, 3), layer.Forward) with { Module = layer };
/// Console.WriteLine(GradientCheck.Of(check).Passed);                           // prints: True
/// ]]></code>
/// </example>
public sealed record GradientCase(
    string Description,
    IReadOnlyList<Tensor<double>> Inputs,
    Func<Tape<double>, IReadOnlyList<Tensor<double>>, Tensor<double>> Function)
{
    /// <summary>The layer or model that the function uses: all its parameters are checked, under their paths.</summary>
    public INamedParameters<double>? Module { get; init; }

    /// <summary>
    /// Parameters that the function reads, checked like the inputs. The parameters of <see cref="Module"/> come first.
    /// </summary>
    public IReadOnlyList<Parameter<double>> Parameters
    {
        get => [.. (Module?.NamedParameters ?? []).Select(named => named.Value).Union(field)];
        init;
    } = [];

    /// <summary>
    /// The mode of the tape; dropout is checked in training, with the same stream at every evaluation.
    /// </summary>
    public Mode Mode { get; init; } = Mode.Training;

    /// <summary>A case of one input, described by its shape.</summary>
    public static GradientCase Of(Tensor<double> x, Func<Tensor<double>, Tensor<double>> f) =>
        new($"{x.Shape}", [x], (_, inputs) => f(inputs[0]));

    /// <summary>A case of two inputs, described by their shapes.</summary>
    public static GradientCase Of(
        Tensor<double> x, Tensor<double> z, Func<Tensor<double>, Tensor<double>, Tensor<double>> f) =>
        new($"{x.Shape}, {z.Shape}", [x, z], (_, inputs) => f(inputs[0], inputs[1]));

    /// <summary>A case of three inputs, described by their shapes.</summary>
    public static GradientCase Of(
        Tensor<double> x,
        Tensor<double> y,
        Tensor<double> z,
        Func<Tensor<double>, Tensor<double>, Tensor<double>, Tensor<double>> f) =>
        new($"{x.Shape}, {y.Shape}, {z.Shape}", [x, y, z], (_, inputs) => f(inputs[0], inputs[1], inputs[2]));

    /// <summary>The same case with every input laid out transposed in memory.</summary>
    public GradientCase WithTransposedInputs() =>
        this with { Description = Description + " transposed", Inputs = [.. Inputs.Select(Samples.Transposed)] };
}
