namespace Engine;

/// <summary>
/// A step computed NaN or infinity on a tape that detects anomalies (<see cref="Tape{T}.DetectsAnomalies"/>). The
/// message names the operation, the forward or backward pass, the shapes and the element.
/// </summary>
public sealed class AnomalyException(string message) : ArithmeticException(message);
