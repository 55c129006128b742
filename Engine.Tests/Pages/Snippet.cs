using System.Text.RegularExpressions;
using System.Xml.Linq;
using Engine.Tests.Architecture;

namespace Engine.Tests.Pages;

/// <summary>Code that a page or a comment shows, as a reader pastes it.</summary>
/// <param name="Name">Where it stands.</param>
/// <param name="Code">The code, with its usings.</param>
public sealed partial record Snippet(string Name, string Code)
{
    /// <summary>What the code says that it prints, line by line: the remarks <c>// prints: ...</c>.</summary>
    public IReadOnlyList<string> Printed =>
        [.. Prints().Matches(Code).Select(match => match.Groups[1].Value.TrimEnd())];

    /// <summary>The code of a page whose blocks are one program: the usings of all blocks, and then the rest.</summary>
    public static Snippet ProgramOf(string page)
    {
        var text = File.ReadAllText(Path.Combine(SourceFiles.Root, page)).ReplaceLineEndings("\n");
        var lines = Block().Matches(text).SelectMany(block => block.Groups[1].Value.Split('\n'))
            .ToLookup(line => Using().IsMatch(line));
        return new Snippet(page, string.Join('\n', [.. lines[true], .. lines[false]]));
    }

    /// <summary>The examples of the library's comments, as its documentation file has them.</summary>
    public static IEnumerable<Snippet> Examples()
    {
        var documentation = Path.ChangeExtension(typeof(Tape<>).Assembly.Location, ".xml");
        return from member in XDocument.Load(documentation).Descendants("member")
               from code in member.Elements("example").Elements("code")
               select new Snippet(member.Attribute("name")!.Value, Unindented(code.Value));
    }

    private static string Unindented(string code)
    {
        var lines = code.ReplaceLineEndings("\n").Trim('\n').Split('\n');
        var indent = lines.Where(line => line.Trim().Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length > indent ? line[indent..] : ""));
    }

    [GeneratedRegex("^```csharp\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^using [A-Z][\w.]*;$")]
    private static partial Regex Using();

    [GeneratedRegex("// prints: (.*)$", RegexOptions.Multiline)]
    private static partial Regex Prints();
}
