using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Engine.Tests.Architecture;

/// <summary>The source text of the repository, found from where this file was compiled.</summary>
internal static partial class SourceFiles
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(FolderOfThisFile(), "..", ".."));

    /// <summary>The C# files of a project: path within it, with forward slashes, and whole text.</summary>
    public static IEnumerable<(string Path, string Text)> Of(string project) =>
        from file in Directory.EnumerateFiles(Path.Combine(Root, project), "*.cs", SearchOption.AllDirectories)
        let path = Path.GetRelativePath(Path.Combine(Root, project), file).Replace('\\', '/')
        where !path.Split('/').Any(folder => folder is "obj" or "bin")
        orderby path
        select (path, File.ReadAllText(file));

    /// <summary>The text without comments and without the contents of strings: what the compiler acts on.</summary>
    public static string Code(string text) =>
        CommentsAndStrings().Replace(text, match => match.Value[0] == '/' ? "" : "\"\"");

    [GeneratedRegex("""//[^\n]*|/\*.*?\*/|\$?@"(?:[^"]|"")*"|\$?"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)'""",
        RegexOptions.Singleline)]
    private static partial Regex CommentsAndStrings();

    private static string FolderOfThisFile([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
