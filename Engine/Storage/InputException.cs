namespace Engine.Storage;

/// <summary>
/// Something outside the program is not as it must be: a file, a line, an option. The message addresses the person who
/// can correct it. It says where the mistake is, what is wrong, and what to do.
/// </summary>
public sealed class InputException : Exception
{
    /// <summary>An exception with the place, the mistake and the remedy in one line.</summary>
    public InputException(string message) : base(message)
    {
    }

    /// <summary>An exception that another one caused.</summary>
    public InputException(string message, Exception inner) : base(message, inner)
    {
    }
}
