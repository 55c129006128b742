using System.Security.Cryptography;
using Engine.Storage;
using Engine.Text;

namespace Engine.Training;

/// <summary>A file that a run read.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">The SHA-256 of its bytes, in lower-case hexadecimal.</param>
/// <param name="Use">What the run reads the file as, such as <c>source</c>; null where that does not matter.</param>
public sealed record DataFile(string Path, long Bytes, string Sha256, string? Use = null);

/// <summary>Hashes data files, so that a reader of a report can tell whether the files have changed.</summary>
public static class DataFiles
{
    /// <summary>The sizes and hashes of files, in the given order. Pipes and devices, and files without content,
    /// are left out: a pipe can be read only once.</summary>
    /// <param name="files">The files, each with what the run reads it as.</param>
    /// <param name="progress">Is told which part of each file is read.</param>
    /// <exception cref="InputException">A file cannot be read.</exception>
    public static IReadOnlyList<DataFile> Hash(
        IEnumerable<(string? Use, string Path)> files, IProgress<WorkProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        return [.. files.Select(file => Of(file.Use, file.Path, progress)).OfType<DataFile>()];
    }

    private static DataFile? Of(string? use, string path, IProgress<WorkProgress>? progress)
    {
        try
        {
            // Opening a pipe would wait for a writer, and the writer has gone.
            if (InputFile.MayBePipe(path)) return null;
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            if (!stream.CanSeek) return null;
            using var counter = new ProgressCounter(progress, $"hashing {Path.GetFileName(path)}", stream.Length);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[1 << 16];
            while (stream.Read(buffer) is > 0 and var count)
            {
                hash.AppendData(buffer, 0, count);
                counter.Add(count);
            }
            return new DataFile(path, stream.Length, Convert.ToHexStringLower(hash.GetHashAndReset()), use);
        }
        catch (Exception failure) when (FileProblem.IsOne(failure))
        {
            throw FileProblem.Of(path, "read", failure);
        }
    }
}
