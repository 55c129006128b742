using System.Text;
using Spectre.Console;

namespace Engine.Cli;

/// <summary>The terminal behind standard error, as Spectre.Console writes to it.</summary>
/// <param name="error">Standard error.</param>
internal sealed class ErrorTerminal(TextWriter error) : IAnsiConsoleOutput
{
    private readonly AnsiConsoleOutput size = new(error);

    public TextWriter Writer => error;

    // The caller has checked that a person watches.
    public bool IsTerminal => true;

    public int Width => size.Width;

    public int Height => size.Height;

    public void SetEncoding(Encoding encoding)
    {
        // The writer has its encoding.
    }
}
