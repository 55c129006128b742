using Engine.Storage;

namespace Engine.Cli;

/// <summary>
/// Standard output: what cannot be written is an error that names standard output. A broken pipe stays what it is,
/// since a reader that went away is no mistake.
/// </summary>
/// <param name="stream">The stream of the process; null if standard output is closed.</param>
internal sealed class ResultStream(Stream? stream) : Stream
{
    /// <summary>Whether an exception says that the reader of a pipe has gone.</summary>
    // EPIPE, and the two codes that Windows has for a broken pipe.
    public static bool IsBrokenPipe(Exception failure) =>
        failure is IOException && failure.HResult is 32 or unchecked((int)0x8007006D) or unchecked((int)0x800700E8);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (stream is null)
            throw new InputException("standard output is closed; send it to a file or a pipe.");
        try
        {
            stream.Write(buffer);
        }
        catch (Exception failure) when (!IsBrokenPipe(failure) && failure is IOException
            or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InputException(
                $"standard output cannot be written ({failure.Message.TrimEnd('.')}); " +
                "check the disk and the permissions of the file that it goes to.", failure);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => stream?.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
