namespace Engine.Cli;

/// <summary>What tells that a file was replaced: its size, and the times when it was made and written.</summary>
/// <param name="Size">Bytes; -1 if there is no such file.</param>
/// <param name="Made">When the file was made: a file that was renamed into the place of another was made later.</param>
/// <param name="Written">When the file was last written.</param>
internal readonly record struct FileStamp(long Size, DateTime Made, DateTime Written)
{
    /// <summary>The stamp of a file as it is now.</summary>
    public static FileStamp Of(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new FileStamp(file.Length, file.CreationTimeUtc, file.LastWriteTimeUtc)
            : new FileStamp(-1, default, default);
    }
}
