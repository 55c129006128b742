using Engine.Tests.Operations;
using Engine.Verification;
using Xunit.Sdk;

namespace Engine.Tests.Museum;

/// <summary>The kind of check that tells wrong code from right code.</summary>
internal enum Witness
{
    /// <summary>Finite differences: they see each backward that is not the derivative of its forward.</summary>
    GradientCheck,

    /// <summary>A case that PyTorch recorded: it sees a forward that computes another function.</summary>
    Reference,

    /// <summary>Another implementation of the same function: a reference implementation, or the engine's own.</summary>
    Twin,

    /// <summary>A mathematical property that holds for all numbers.</summary>
    Property,
}

/// <summary>
/// A piece of code that is right or wrong in one place, and a check that must tell which: it must fail on the wrong
/// code and pass on the right code.
/// </summary>
/// <param name="Name">The fault as a sentence.</param>
/// <param name="Fault">The fault in symbols, where there are symbols for it.</param>
/// <param name="Witness">The kind of the check.</param>
/// <param name="Check">Runs the check on the code, with the fault if the argument is true. Gives null if the code
/// passes, else the check's message.</param>
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

    /// <summary>A computation whose results differ from a recorded case in Engine.Tests/Golden.</summary>
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

    /// <summary>An operation whose values or gradients differ from another implementation's.</summary>
    public static Exhibit Twin(
        string name, string fault, Func<bool, Tensor<double>[], Tensor<double>> ours,
        Func<Tensor<double>[], Tensor<double>> twin, params Shape[] inputs) =>
        Asserting(name, fault, Witness.Twin, isWrong =>
        {
            var draw = new Draw(1, 1);
            Numbers[] numbers = [.. inputs.Select(draw.Normal)];
            Gradients.Agree(x => ours(isWrong, x), twin, draw.Random, numbers);
        });

    /// <summary>A property that does not hold.</summary>
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
