using System.Globalization;

namespace Engine.Storage;

/// <summary>Names for the folders of training runs.</summary>
public static class RunFolder
{
    /// <summary>
    /// <c>parent/name-1</c>, or <c>-2</c>, <c>-3</c>...: the first path that does not exist. The folder is not created,
    /// so that a run whose text or options are refused leaves nothing behind.
    /// </summary>
    public static string NextFree(string parent, string name)
    {
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentException.ThrowIfNullOrEmpty(name);
        for (var number = 1; ; number++)
        {
            var path = Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"{name}-{number}"));
            if (!Path.Exists(path)) return path;
        }
    }

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
}
