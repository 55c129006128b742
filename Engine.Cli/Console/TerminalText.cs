using System.Text;

namespace Engine.Cli;

/// <summary>
/// Standard output where it is a terminal: text from models and files is shown by <see cref="Printable.Of"/>, line by
/// line, so that it cannot control the terminal. In files and pipes the text stays as it is.
/// </summary>
/// <param name="terminal">The terminal.</param>
internal sealed class TerminalText(TextWriter terminal) : TextWriter
{
    private readonly StringBuilder line = new();

    /// <summary>The terminal itself, for tables that are drawn on it.</summary>
    public TextWriter Terminal => terminal;

    public override Encoding Encoding => terminal.Encoding;

    public override void Write(char value)
    {
        if (value != '\n')
        {
            line.Append(value);
            return;
        }
        if (line is [.., '\r']) line.Length--;
        Show();
        terminal.WriteLine();
    }

    public override void Flush()
    {
        Show();
        terminal.Flush();
    }

    private void Show()
    {
        terminal.Write(Printable.Of(line.ToString()));
        line.Clear();
    }
}
