using Engine.Storage;

namespace Engine.Cli;

/// <summary>Checks, before any work, that a path can be written; nothing is changed.</summary>
internal static class OutputPath
{
    /// <summary>Checks the file that <c>--output</c> names.</summary>
    /// <exception cref="InputException">The path is a folder, or cannot be written.</exception>
    public static void Check(string path)
    {
        if (Directory.Exists(path)) throw new InputException($"{path}: is a folder; name a file for --output");
        var parent = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(parent))
            throw new InputException($"{path}: its folder does not exist; create it, or choose another --output");
        // An existing path may be a pipe or a link, whose folder need not be writable.
        if (!Path.Exists(path)) RequireWritable(parent);
    }

    /// <summary>Checks that files can be made in a folder, or in the nearest existing folder above it.</summary>
    /// <remarks>
    /// Only the system knows what it allows, so a file is made that the system deletes when it is closed.
    /// </remarks>
    /// <exception cref="InputException">A file is in the way, or nothing can be written there.</exception>
    public static void RequireWritable(string folder)
    {
        try
        {
            var existing = Path.GetFullPath(folder);
            while (!Path.Exists(existing)) existing = Path.GetDirectoryName(existing)!;
            if (File.Exists(existing))
                throw new InputException($"{folder}: {existing} is a file; choose another folder");
            var probe = Path.Combine(existing, $".engine-{Path.GetRandomFileName()}.tmp");
            using (new FileStream(
                probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
                // To open the file is enough.
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException(
                $"{folder}: nothing can be written there; choose another folder, or change its permissions", failure);
        }
    }
}
