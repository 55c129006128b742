using System.Reflection;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Engine.Tests.Pages;

/// <summary>
/// Snippets, compiled together as a program outside of the engine compiles them: each in a namespace of its own, with
/// the usings that it states and the usings that every project has.
/// </summary>
public sealed class SnippetAssembly
{
    private static readonly string[] Usings =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading",
        "System.Threading.Tasks",
    ];

    // A method without await, and a local function that only shows its form.
    private static readonly string[] Allowed = ["CS1998", "CS8321"];

    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.CSharp14);

    private readonly Assembly assembly;

    /// <summary>Compiles snippets.</summary>
    /// <exception cref="InvalidOperationException">One does not compile; the message has the compiler's.</exception>
    public SnippetAssembly(IReadOnlyList<Snippet> snippets)
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => path.EndsWith(".dll", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create(
            "Snippets",
            [
                CSharpSyntaxTree.ParseText(string.Concat(Usings.Select(name => $"global using {name};")), Parsing),
                .. snippets.Select(
                    (snippet, i) => CSharpSyntaxTree.ParseText(Wrapped(snippet, i), Parsing, snippet.Name)),
            ],
            references,
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release,
                nullableContextOptions: NullableContextOptions.Enable));
        using var code = new MemoryStream();
        var mistakes = compilation.Emit(code).Diagnostics
            .Where(found => found.Severity >= DiagnosticSeverity.Warning && !Allowed.Contains(found.Id))
            .Select(found => (Place: found.Location.GetMappedLineSpan(), Text: $"{found.Id} {found.GetMessage(null)}"))
            .Select(found => $"{found.Place.Path}:{found.Place.StartLinePosition.Line + 1}: {found.Text}").ToArray();
        if (mistakes.Length > 0) throw new InvalidOperationException(string.Join('\n', mistakes));
        assembly = Assembly.Load(code.ToArray());
    }

    /// <summary>Runs a snippet.</summary>
    /// <param name="index">Its place among the snippets.</param>
    /// <returns>The lines that it prints.</returns>
    public async Task<string[]> Run(int index)
    {
        var run = assembly.GetType($"Snippet{index}.Program")!.GetMethod("Run")!;
        await (Task)run.Invoke(null, null)!;
        var printed = assembly.GetType($"Snippet{index}.Console")!.GetField("Text")!.GetValue(null)!.ToString()!;
        return printed.Length == 0 ? [] : printed.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
    }

    // Statements become a method, types stay, and the snippet's console is its own.
    private static string Wrapped(Snippet snippet, int index)
    {
        var root = CSharpSyntaxTree.ParseText(snippet.Code, Parsing).GetCompilationUnitRoot();
        var text = new StringBuilder();
        foreach (var line in root.Usings) text.Append(line.ToFullString());
        text.Append($"namespace Snippet{index} {{\npublic static class Program {{ public static async Task Run() {{\n");
        foreach (var member in root.Members.OfType<GlobalStatementSyntax>()) Add(member);
        text.Append("} }\n");
        foreach (var member in root.Members.Where(member => member is not GlobalStatementSyntax)) Add(member);
        text.Append("public static class Console { public static readonly StringWriter Text = new();\n")
            .Append("public static void WriteLine(object? line) => Text.WriteLine(line); }\n}\n");
        return text.ToString();

        void Add(MemberDeclarationSyntax member) => text
            .Append($"\n#line {root.SyntaxTree.GetLineSpan(member.FullSpan).StartLinePosition.Line + 1}\n")
            .Append(member.ToFullString());
    }
}
