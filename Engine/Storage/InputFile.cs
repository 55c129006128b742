using System.Text.Json;

namespace Engine.Storage;

/// <summary>Opens files to read.</summary>
public static class InputFile
{
    /// <summary>Refuses a pipe, a device and an empty file, without opening them: to open a pipe waits for its writer.
    /// </summary>
    /// <exception cref="InputException">The path does not lead to a file that can be read twice.</exception>
    public static void RequireContent(string path)
    {
        if (!MayBePipe(path)) return;
        throw new InputException(
            $"{FileProblem.OneLine(path)}: is empty, or is a pipe or a device; a model is read from regular files: "
            + "copy or save the file again.");
    }

    /// <summary>Whether a path leads to something.</summary>
    /// <remarks>File.Exists and Directory.Exists also say that what may not be seen does not exist.</remarks>
    /// <exception cref="InputException">This user may not see it, or the path is longer than the system allows.
    /// </exception>
    public static bool Exists(string path)
    {
        try
        {
            File.GetAttributes(path);
            return true;
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception failure) when (FileProblem.IsOne(failure))
        {
            throw FileProblem.Of(path, "read", failure);
        }
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

    /// <summary>Reads a line in JSON as strictly as the engine reads its own files.</summary>
    /// <param name="json">The line.</param>
    /// <param name="place">What messages call the line's place, such as <c>results.jsonl:3</c>.</param>
    /// <param name="remedy">What to do about a line that is not as it must be; it ends each message.</param>
    /// <exception cref="InputException">The line is not JSON, or an object has a key twice.</exception>
    public static JsonElement ParseJsonLine(string json, string place, string remedy) =>
        JsonInput.Parse(json, place, "the line", remedy).Element;

    /// <summary>Opens a file of lines that may be written meanwhile. The file may be empty; a pipe is refused, and not
    /// waited for.</summary>
    /// <exception cref="InputException">The file is a pipe or a device, is missing, or cannot be read.</exception>
    internal static FileStream OpenLines(string path)
    {
        try
        {
            if (MayBePipe(path)) RequireLines(path);
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception failure) when (FileProblem.IsOne(failure))
        {
            throw FileProblem.Of(path, "read", failure);
        }
    }

    /// <summary>
    /// Refuses a pipe that is named more than once: two readers would share its content, or the second would wait for
    /// ever.
    /// </summary>
    /// <param name="paths">The files that are read together.</param>
    /// <exception cref="InputException">A pipe or an empty file is named more than once.</exception>
    public static void RequireOnce(IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var seen = new HashSet<string>();
        foreach (var path in paths.Where(path => MayBePipe(path) && !seen.Add(Final(path))))
        {
            throw new InputException(
                $"{FileProblem.OneLine(path)}: is named twice, but is empty or a pipe, which can be read only once; "
                + "write its text to a file");
        }
    }

    /// <summary>Whether a file has no length, as pipes and devices have none. The file is not opened.</summary>
    internal static bool MayBePipe(string path)
    {
        try
        {
            var file = new FileInfo(Final(path));
            return file.Exists ? file.Length == 0 : File.Exists(path); // the final name of /dev/stdin is no path
        }
        catch (Exception failure) when (FileProblem.IsOne(failure))
        {
            return false; // what is wrong is said when the file is opened
        }
    }

    private static void RequireLines(string path)
    {
        // A link that leads nowhere fails when it is opened. A regular file may just grow.
        if (!Path.Exists(path) || OutputTarget.IsRegular(path)) return;
        throw new InputException(
            $"{FileProblem.OneLine(path)}: is a pipe or a device; lines of a run are read from a regular file: remove "
            + "it, or bring the file back.");
    }

    /// <summary>The path at the end of a path's links.</summary>
    internal static string Final(string path) =>
        File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
}
