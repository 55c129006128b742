namespace Engine.Cli;

/// <summary>The repository's files, where they are at hand: an installed tool comes without them.</summary>
internal sealed class SourceTree
{
    private readonly string root;

    private SourceTree(string root) => this.root = root;

    /// <summary>The tree that a folder lies in; null if there is none above it.</summary>
    public static SourceTree? Above(string folder)
    {
        for (var at = Path.GetFullPath(folder); at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(Path.Combine(at, "Engine", "Engine.csproj"))
                && Directory.Exists(Path.Combine(at, "Engine.Cli"))) return new SourceTree(at);
        }
        return null;
    }

    /// <summary>The lines of a file, without the spaces around them.</summary>
    /// <param name="file">The path within the repository.</param>
    public IReadOnlyList<string> Lines(string file) =>
        [.. File.ReadLines(Path.Combine(root, file)).Select(line => line.Trim())];

    /// <summary>The first file of C# below a folder, by its path, that has a text; null if none has.</summary>
    /// <param name="folder">The folder within the repository.</param>
    /// <param name="text">The text.</param>
    public string? FileWith(string folder, string text) => Directory
        .EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal)
        .Where(file => File.ReadAllText(file).Contains(text, StringComparison.Ordinal))
        .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/')).FirstOrDefault();

    /// <summary>The number of the first line of a file that has a text; 0 if none has.</summary>
    public int LineOf(string file, string text) =>
        File.Exists(Path.Combine(root, file))
            ? Lines(file).ToList().FindIndex(line => line.Contains(text, StringComparison.Ordinal)) + 1 : 0;
}
