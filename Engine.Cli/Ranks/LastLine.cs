using System.Text;

namespace Engine.Cli;

/// <summary>Keeps the last line that was written, and no other: what a silent rank would have said last.</summary>
internal sealed class LastLine : TextWriter
{
    private readonly StringBuilder line = new();

    /// <summary>The line.</summary>
    public string Text { get; private set; } = "";

    /// <inheritdoc/>
    public override Encoding Encoding => Encoding.UTF8;

    /// <inheritdoc/>
    public override void Write(char value)
    {
        if (value == '\n')
        {
            Text = line.ToString().TrimEnd('\r');
            line.Clear();
        }
        else
        {
            line.Append(value);
        }
    }
}
