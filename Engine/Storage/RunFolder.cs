namespace Engine.Storage;

/// <summary>Makes and checks folders.</summary>
public static class RunFolder
{
    /// <summary>Creates a folder and the folders above it, unless they exist.</summary>
    /// <exception cref="InputException">A folder cannot be created.</exception>
    public static void Make(string folder)
    {
        try
        {
            Disk.MakeFolder(folder);
        }
        catch (Exception failure) when (FileProblem.IsOne(failure))
        {
            throw new InputException(
                $"{FileProblem.OneLine(folder)}: the folder cannot be made "
                + $"({FileProblem.OneLine(failure.Message).TrimEnd('.')}); choose another.", failure);
        }
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
            using (new FileStream(
                OutputFile.TemporaryName(existing), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1,
                FileOptions.DeleteOnClose))
            {
                // To open the file is enough.
            }
        }
        catch (Exception failure) when (FileProblem.IsOne(failure))
        {
            throw new InputException(
                $"{folder}: nothing can be written there; choose another folder, or change its permissions", failure);
        }
    }
}
