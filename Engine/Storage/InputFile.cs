namespace Engine.Storage;

/// <summary>Opens files to read.</summary>
public static class InputFile
{
    /// <summary>Refuses a pipe, a device and an empty file, without opening them: to open a pipe waits for its writer.
    /// </summary>
    /// <exception cref="InputException">The file is missing, or is none that can be read twice.</exception>
    public static void RequireContent(string path)
    {
        try
        {
            if (Directory.Exists(path) || OutputTarget.LengthOf(path) > 0) return;
        }
        catch (Exception failure) when (FileProblem.IsOne(failure))
        {
            throw FileProblem.Of(path, "read", failure);
        }
        throw new InputException(
            $"{FileProblem.OneLine(path)}: is empty, or is a pipe or a device; a model is read from regular files: "
            + "copy or save the file again.");
    }

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
