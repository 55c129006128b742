namespace Engine.Storage;

/// <summary>Opens files to read.</summary>
public static class InputFile
{
    /// <summary>Opens the file at <paramref name="path"/>.</summary>
    /// <exception cref="InputException">The file is missing, is a folder, or cannot be read.</exception>
    public static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception failure) when (FileProblem.IsOne(failure))
        {
            throw FileProblem.Of(path, "read", failure);
        }
    }
}
