namespace Engine.Cli;

/// <summary>Finds validation and test files beside <c>train.x</c> and <c>train.y</c>.</summary>
internal static class TextBeside
{
    private const string Gz = ".gz";

    /// <summary>The files of the first split that has both; each may be compressed, as <c>valid.x.gz</c>.</summary>
    public static (string Source, string Target)? Find(string source, string target, IEnumerable<string> splits)
    {
        if (!AreTraining(source, target)) return null;
        foreach (var split in splits)
        {
            if (Twin(source, split) is { } first && Twin(target, split) is { } second) return (first, second);
        }
        return null;
    }

    /// <summary>The files of the only split whose name begins with a prefix; null if there are several.</summary>
    public static (string Source, string Target)? FindOnly(string source, string target, string prefix)
    {
        if (!AreTraining(source, target)) return null;
        var extension = Path.GetExtension(WithoutGz(source));
        var splits = Directory.EnumerateFiles(FolderOf(source), prefix + "*")
            .Select(path => WithoutGz(Path.GetFileName(path)))
            .Where(name => Path.GetExtension(name) == extension)
            .Select(name => Path.GetFileNameWithoutExtension(name))
            .Distinct()
            .Where(split => Find(source, target, [split]) is not null)
            .Take(2).ToArray();
        return splits.Length == 1 ? Find(source, target, splits) : null;
    }

    /// <summary>The path without the ending of compressed files.</summary>
    public static string WithoutGz(string path) =>
        path.EndsWith(Gz, StringComparison.OrdinalIgnoreCase) ? path[..^Gz.Length] : path;

    // Beside train.x, a file valid.x is surely validation text; beside other names, it may be of another corpus.
    private static bool AreTraining(string source, string target) =>
        new[] { source, target }.All(path => Path.GetFileNameWithoutExtension(WithoutGz(path)) == "train");

    private static string? Twin(string path, string split)
    {
        var twin = Path.Combine(Path.GetDirectoryName(path) ?? "", split + Path.GetExtension(WithoutGz(path)));
        return new[] { twin, twin + Gz }.FirstOrDefault(File.Exists);
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;
}
