namespace Engine.Verification;

/// <summary>The outcome of one reference case.</summary>
public enum ReferenceOutcome
{
    /// <summary>
    /// Our outputs and gradients equal all of the file's, up to <see cref="ReferenceCases.Tolerance"/>.
    /// </summary>
    Agrees,

    /// <summary>An output or gradient differs, is NaN, or is missing.</summary>
    Differs,

    /// <summary>The engine has no operation that computes this case.</summary>
    WithoutOperation,
}

/// <summary>The comparison of one reference case with the engine.</summary>
/// <param name="Name">The file's name without its extension.</param>
/// <param name="Operation">The operation's name in the file.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="WorstError">The largest error among its tensors; NaN or infinite where a tensor could not be compared,
/// 0 without an operation.</param>
/// <param name="WorstTensor">The tensor with that error, and what is wrong with it if it could not be compared; empty
/// without an operation.</param>
public sealed record ReferenceResult(
    string Name, string Operation, ReferenceOutcome Outcome, double WorstError, string WorstTensor);
