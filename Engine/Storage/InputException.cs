namespace Engine.Storage;

/// <summary>
/// Something outside the program is not as it must be: a file, a line, an option. The message is written for the
/// person who can mend it: it says where, what is wrong and what to do.
/// </summary>
public sealed class InputException : Exception
{
    /// <summary>What is wrong, where, and the remedy, in one line.</summary>
    public InputException(string message) : base(message)
    {
    }

    /// <summary>As above, with what the system said.</summary>
    public InputException(string message, Exception inner) : base(message, inner)
    {
    }
}
