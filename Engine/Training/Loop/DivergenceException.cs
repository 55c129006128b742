namespace Engine.Training;

/// <summary>
/// A run has diverged: a loss, a gradient, a weight or a mean of weights is NaN or infinite. The message says where,
/// what to do, and what the folder has. The last finite model and the last finite state are kept.
/// </summary>
public sealed class DivergenceException : Exception
{
    /// <summary>An exception with the place, the remedy and what is saved in one line.</summary>
    public DivergenceException(string message) : base(message)
    {
    }

    /// <summary>As above, with the exception that led to it.</summary>
    public DivergenceException(string message, Exception inner) : base(message, inner)
    {
    }
}
