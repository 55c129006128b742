namespace Engine;

/// <summary>
/// A step computed NaN or infinity, and its tape was asked to say where first (<see cref="Tape{T}.DetectsAnomalies"/>).
/// The message names the operation, whether it was on the way forward or back, the shapes and the element.
/// </summary>
public sealed class AnomalyException(string message) : ArithmeticException(message);
