namespace Engine.Cli;

/// <summary>
/// Says what is being done: one line that is written over on a terminal, and lines one below the other where they go
/// to a file.
/// </summary>
internal sealed class ProgressLine(TextWriter output, bool isTerminal)
{
    private int width;

    /// <summary>Shows what is being done now.</summary>
    public void Report(string text)
    {
        if (isTerminal) Overwrite(text);
        else output.WriteLine(text);
    }

    /// <summary>Leaves a terminal's line empty for what follows.</summary>
    public void Clear()
    {
        if (width > 0) Overwrite("");
    }

    private void Overwrite(string text)
    {
        output.Write($"\r{text.PadRight(width)}\r");
        width = text.Length;
    }
}
