using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Engine.Cli;

/// <summary>The files of the page, which lie in this assembly.</summary>
internal static partial class PageFiles
{
    /// <summary>The name of the page itself.</summary>
    public const string Index = "index.html";

    // The prefix of the page's files among the resources of the assembly.
    private const string Prefix = "page/";

    private static readonly Dictionary<string, byte[]> Files = Read();

    /// <summary>The names of all files.</summary>
    public static IEnumerable<string> Names => Files.Keys.Order(StringComparer.Ordinal);

    /// <summary>The names of the modules.</summary>
    public static IEnumerable<string> Modules => Names.Where(IsModule);

    /// <summary>The content of a file; null if there is no such file.</summary>
    public static byte[]? Find(string name) => Files.GetValueOrDefault(name);

    /// <summary>A file of the page as text.</summary>
    public static string Text(string name) => Encoding.UTF8.GetString(Files[name]);

    /// <summary>The media type of a file, by the end of its name.</summary>
    public static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        var other => throw new InvalidOperationException($"{name}: the page has no files of type {other}."),
    };

    /// <summary>
    /// The hashes by which a content security policy allows the scripts that stand in a page itself, such as the import
    /// map; data in script elements needs none.
    /// </summary>
    public static IEnumerable<string> HashesOf(string html) => InlineScript().Matches(html).Select(script =>
        $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script.Groups["text"].Value)))}'");

    // A browser finds a module when it has read the module that imports it. Named here, all modules are asked for at
    // once; they stand after the import map, by which modules find each other.
    private static byte[] WithPreloads(string html, IEnumerable<string> names)
    {
        var modules = names.Where(IsModule).Order(StringComparer.Ordinal);
        var links = string.Concat(modules.Select(name => $"""<link rel="modulepreload" href="/page/{name}">""" + "\n"));
        return Encoding.UTF8.GetBytes(html.Replace("</head>", links + "</head>", StringComparison.Ordinal));
    }

    private static bool IsModule(string name) => name.EndsWith(".js", StringComparison.Ordinal);

    private static Dictionary<string, byte[]> Read()
    {
        var assembly = typeof(PageFiles).Assembly;
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames())
        {
            if (!name.StartsWith(Prefix, StringComparison.Ordinal)) continue;
            using var stream = assembly.GetManifestResourceStream(name)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            files.Add(name[Prefix.Length..], content);
        }
        files[Index] = WithPreloads(Encoding.UTF8.GetString(files[Index]), files.Keys);
        return files;
    }

    [GeneratedRegex(
        """<script(?![^>]*(\bsrc=|application/json))[^>]*>(?<text>.*?)</script>""", RegexOptions.Singleline)]
    private static partial Regex InlineScript();
}
