using System.Text;

namespace Engine.Cli;

/// <summary>
/// Standard error for progress and messages. Text that cannot be written is dropped: a full disk or a reader that went
/// away must not end work whose results are written elsewhere. Several threads may write.
/// </summary>
internal sealed class MessageWriter : TextWriter
{
    private readonly TextWriter writer;
    private readonly Lock order = new();

    /// <summary>A writer that drops what another writer cannot write.</summary>
    public MessageWriter(TextWriter writer)
    {
        this.writer = writer;
        CoreNewLine = writer.NewLine.ToCharArray();
    }

    public override Encoding Encoding => writer.Encoding;

    public override void Write(char value) => Try(() => writer.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => writer.Write(buffer, index, count));

    public override void Write(string? value) => Try(() => writer.Write(value));

    public override void WriteLine(string? value) => Try(() => writer.WriteLine(value));

    public override void Flush() => Try(writer.Flush);

    private void Try(Action write)
    {
        try
        {
            lock (order) write();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException
            or ObjectDisposedException or NotSupportedException)
        {
            // Nobody can be told.
        }
    }
}
