using Engine.Tests.Operations;
using Engine.Verification;
using Xunit.Sdk;

namespace Engine.Tests.Museum;

/// <summary>Who tells right code from wrong.</summary>
internal enum Witness
{
    /// <summary>Finite differences: they see every backward that is not its forward's.</summary>
    GradientCheck,

    /// <summary>A case recorded from PyTorch: it sees a forward that is another function.</summary>
    Reference,

    /// <summary>The same thing composed of primitive operations.</summary>
    Twin,

    /// <summary>What the mathematics promises whatever the numbers are.</summary>
    Property,
}

/// <summary>
/// A piece of code that can be right or wrong in one place, and the check that is to tell which. That it says no more
/// than it should is as important as that it says enough: without the fault it has to pass.
/// </summary>
/// <param name="Name">What is seen, as a sentence.</param>
/// <param name="Fault">What is wrong, in symbols where it can be.</param>
/// <param name="Witness">Which kind of check sees it.</param>
/// <param name="Check">Runs the check on the code, with the fault or without; null if it passes, else its
/// words.</param>
internal sealed record Exhibit(string Name, string Fault, Witness Witness, Func<bool, string?> Check)
{
    /// <summary>An operation of one input whose backward pass is wrong.</summary>
    public static Exhibit Gradient(
        string name, string fault, Tensor<double> x, Func<bool, Tensor<double>, Tensor<double>> f) =>
        new(name, fault, Witness.GradientCheck, isWrong => Words(GradientCheck.Of(x => f(isWrong, x), x)));

    /// <summary>An operation of two inputs whose backward pass is wrong.</summary>
    public static Exhibit Gradient(
        string name, string fault, Tensor<double> x, Tensor<double> z,
        Func<bool, Tensor<double>, Tensor<double>, Tensor<double>> f) =>
        new(name, fault, Witness.GradientCheck, isWrong => Words(GradientCheck.Of((x, z) => f(isWrong, x, z), x, z)));

    /// <summary>A computation of a case in Engine.Tests/Golden that gives something else.</summary>
    public static Exhibit Reference(string name, string fault, string golden, Action<bool, ReferenceRun> compute) =>
        new(name, fault, Witness.Reference, isWrong =>
        {
            var file = Path.Combine(AppContext.BaseDirectory, "Golden", golden + ".safetensors");
            var recorded = ReferenceCase.Load(file);
            var comparison = new ReferenceComparison(recorded);
            using var run = new ReferenceRun(recorded);
            compute(isWrong, run);
            comparison.Add(run);
            return comparison.Result.Outcome == ReferenceOutcome.Agrees ? null : comparison.Result.ToString();
        });

    /// <summary>An operation that is not what its twin is, forward or back.</summary>
    public static Exhibit Twin(
        string name, string fault, Func<bool, Tensor<double>[], Tensor<double>> ours,
        Func<Tensor<double>[], Tensor<double>> twin, params Shape[] inputs) =>
        Asserting(name, fault, Witness.Twin, isWrong =>
        {
            var draw = new Draw(1, 1);
            Numbers[] numbers = [.. inputs.Select(draw.Normal)];
            Gradients.Agree(x => ours(isWrong, x), twin, draw.Random, numbers);
        });

    /// <summary>Something that is to hold and does not.</summary>
    public static Exhibit Property(string name, string fault, Action<bool> holds) =>
        Asserting(name, fault, Witness.Property, holds);

    private static Exhibit Asserting(string name, string fault, Witness witness, Action<bool> holds) =>
        new(name, fault, witness, isWrong =>
        {
            try
            {
                holds(isWrong);
                return null;
            }
            catch (XunitException exception)
            {
                return exception.Message;
            }
        });

    private static string? Words(GradientReport report)
    {
        Assert.StartsWith(report.Passed ? "right" : "WRONG", report.ToString(), StringComparison.Ordinal);
        return report.Passed ? null : report.ToString();
    }
}
