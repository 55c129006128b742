namespace Engine;

/// <summary>
/// Shapes do not fit an operation. The message names the operation, the shapes, the rule and, where there is a likely
/// one, the remedy.
/// </summary>
public sealed class ShapeException : ArgumentException
{
    /// <summary>With the whole message.</summary>
    public ShapeException(string message) : base(message)
    {
    }
}
