using System.Security.Cryptography;
using Engine.Storage;

namespace Engine.Training;

/// <summary>A file that a run read, and what was in it.</summary>
/// <param name="Path">Where it was read.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">The SHA-256 of its bytes, in lower-case hexadecimal.</param>
public sealed record DataFile(string Path, long Bytes, string Sha256);

/// <summary>Tells whether data are the same as before.</summary>
public static class DataFiles
{
    /// <summary>The sizes and hashes of files, in the order given; pipes and devices, read once only, are left out.
    /// </summary>
    /// <exception cref="InputException">A file cannot be read.</exception>
    public static IReadOnlyList<DataFile> Hash(IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return [.. paths.Select(Of).OfType<DataFile>()];
    }

    private static DataFile? Of(string path)
    {
        try
        {
            // Opening a pipe would wait for a writer who has gone.
            string[] streams = ["/dev/", "/proc/"];
            if (streams.Any(start => path.StartsWith(start, StringComparison.Ordinal))) return null;
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            return stream.CanSeek
                ? new DataFile(path, stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)))
                : null;
        }
        catch (Exception failure) when (FileProblem.IsOne(failure))
        {
            throw FileProblem.Of(path, "read", failure);
        }
    }
}
