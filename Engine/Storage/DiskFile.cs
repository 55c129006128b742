namespace Engine.Storage;

/// <summary>
/// A file that is open to write. Nothing is buffered here: each write is one action of <see cref="Disk"/>, so that a
/// caller of small writes puts a <see cref="BufferedStream"/> in front.
/// </summary>
internal sealed class DiskFile(FileStream file) : Stream
{
    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => file.CanSeek;

    /// <inheritdoc/>
    public override bool CanWrite => file.CanWrite;

    /// <inheritdoc/>
    public override long Length => file.Length;

    /// <inheritdoc/>
    public override long Position { get => file.Position; set => file.Position = value; }

    /// <summary>The path that the file was opened by.</summary>
    public string Path => file.Name;

    /// <summary>When the file was last written, in UTC.</summary>
    public DateTime Changed => File.GetLastWriteTimeUtc(file.SafeFileHandle);

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Disk.Before(DiskAction.Write, file.Name);
        file.Write(buffer);
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void SetLength(long value)
    {
        Disk.Before(DiskAction.Write, file.Name);
        file.SetLength(value);
    }

    /// <summary>
    /// Does nothing, since nothing is buffered here; <see cref="FlushToDisk"/> empties the system's buffers.
    /// </summary>
    public override void Flush()
    {
    }

    /// <summary>Waits until the disk has what was written.</summary>
    public void FlushToDisk()
    {
        Disk.Before(DiskAction.Flush, file.Name);
        file.Flush(flushToDisk: true);
    }

    /// <summary>The file's permissions; null on Windows, where setting them does nothing.</summary>
    public UnixFileMode? Permissions
    {
        get => OperatingSystem.IsWindows() ? null : File.GetUnixFileMode(file.SafeFileHandle);
        set
        {
            if (OperatingSystem.IsWindows() || value is not { } permissions) return;
            Disk.Before(DiskAction.SetMode, file.Name);
            File.SetUnixFileMode(file.SafeFileHandle, permissions);
        }
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) file.Dispose();
        base.Dispose(disposing);
    }
}
