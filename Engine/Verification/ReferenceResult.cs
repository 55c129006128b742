namespace Engine.Verification;

/// <summary>What came of one reference case.</summary>
public enum ReferenceOutcome
{
    /// <summary>Every output and gradient of the file is ours, up to <see cref="ReferenceCases.Tolerance"/>.</summary>
    Agrees,

    /// <summary>Some output or gradient differs, is not a number, or is missing.</summary>
    Differs,

    /// <summary>The engine has no operation that computes this case.</summary>
    WithoutOperation,
}

/// <summary>The comparison of one reference case with the engine.</summary>
/// <param name="Name">The file's name without its extension.</param>
/// <param name="Operation">What the file calls the operation.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="WorstError">The largest error among its tensors; NaN or infinite where one could not be compared, 0
/// without an operation.</param>
/// <param name="WorstTensor">The tensor with that error, and what is wrong with it if it could not be compared; empty
/// without an operation.</param>
public sealed record ReferenceResult(
    string Name, string Operation, ReferenceOutcome Outcome, double WorstError, string WorstTensor);
