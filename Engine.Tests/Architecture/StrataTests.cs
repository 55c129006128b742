using System.Text.RegularExpressions;

namespace Engine.Tests.Architecture;

/// <summary>
/// Each folder of Engine may use its own files and the folders before it in this order, and nothing else.
/// </summary>
public class StrataTests
{
    private static readonly string[] Order =
    [
        "Kernels", "Tensors", "Storage", "Autograd", "Operations", "Layers", "Models", "Optimizers", "Text", "Decoding",
        "Charts", "Training", "Verification", "Inspection", "Lab", "Examples",
    ];

    /// <summary>Folders whose types are all in the namespace Engine itself, so that no using tells their use.</summary>
    private static readonly string[] WithoutNamespace = ["Tensors", "Autograd", "Operations"];

    /// <summary>Public types of a folder that is otherwise internal; they too are in the namespace Engine.</summary>
    private static readonly string[] PublicKernels =
        ["Kernels/Random/RandomStream.cs", "Kernels/Threads/ThreadTeam.cs"];

    /// <summary>A declaration that the compilers look for in another namespace.</summary>
    private const string KnownToCompilers = "Autograd/DynamicSecurityMethodAttribute.cs";

    [Fact]
    public void Every_file_lies_in_a_folder_of_the_order_and_has_its_namespace()
    {
        foreach (var (path, text) in SourceFiles.Of("Engine"))
        {
            var folder = FolderOf(path);
            Assert.True(Order.Contains(folder), $"{path} lies in no folder of the order");
            if (folder == "Examples") continue; // programs, which have no namespace
            if (path == KnownToCompilers) continue;
            // A sub-room shows what belongs together, and does not lengthen the namespace.
            var isShared = WithoutNamespace.Contains(folder) || PublicKernels.Contains(path);
            var expected = isShared ? "Engine" : $"Engine.{folder}";
            Assert.True(Regex.IsMatch(text, $@"^namespace {Regex.Escape(expected)};", RegexOptions.Multiline),
                $"{path}: namespace");
        }
    }

    [Fact]
    public void Kernels_show_nothing_but_random_streams_and_threads()
    {
        foreach (var (path, text) in SourceFiles.Of("Engine").Where(file => FolderOf(file.Path) == "Kernels"))
        {
            var isPublic = Regex.IsMatch(SourceFiles.Code(text), @"^public\b", RegexOptions.Multiline);
            Assert.True(isPublic == PublicKernels.Contains(path), path);
        }
    }

    [Fact]
    public void No_folder_has_more_than_25_files_of_its_own()
    {
        foreach (var project in (string[])["Engine", "Engine.Tests", "Engine.Cli", "Engine.Bench"])
        {
            var folders = SourceFiles.Of(project).GroupBy(file => Path.GetDirectoryName(file.Path)!);
            Assert.Empty(folders.Where(folder => folder.Count() > 25).Select(folder => $"{project}/{folder.Key}"));
        }
    }

    [Fact]
    public void A_file_names_no_folder_below_its_own()
    {
        foreach (var (path, text) in SourceFiles.Of("Engine"))
        {
            Assert.Empty(Violations(path, text));
        }
    }

    [Fact]
    public void A_file_names_no_type_of_the_namespace_Engine_that_is_declared_below_its_own_folder()
    {
        var declared = WithoutNamespace.ToDictionary(folder => folder, TypesOf);
        Assert.Contains("Tape", declared["Autograd"]);
        Assert.Contains("GradientSet", declared["Autograd"]);
        Assert.Contains("Tensor", declared["Tensors"]);
        Assert.Contains("Op", declared["Operations"]);
        foreach (var (path, text) in SourceFiles.Of("Engine"))
        {
            foreach (var (folder, types) in declared)
            {
                if (Rank(FolderOf(path)) >= Rank(folder)) continue;
                var names = Regex.Matches(SourceFiles.Code(text), @"(?<![\w.])[A-Z]\w*").Select(match => match.Value);
                Assert.Empty(names.Intersect(types).Select(name => $"{path} names {name} of {folder}"));
            }
        }
    }

    [Fact]
    public void The_rule_finds_what_breaks_it()
    {
        const string path = "Kernels/Example.cs";
        Assert.NotEmpty(Violations(path, "using Engine.Layers;"));
        Assert.NotEmpty(Violations(path, "using E = Engine.Models.Transformer<float>;"));
        Assert.NotEmpty(Violations(path, "using static Engine.Layers.Initializers;"));
        Assert.NotEmpty(Violations(path, "var x = Engine.Layers.Initializers.Zeros(a);"));
        Assert.NotEmpty(Violations(path, "var x = global::Engine.Layers.Initializers.Zeros(a);"));
        Assert.NotEmpty(Violations(path, "var x = Layers.Initializers.Zeros(a);"));
        Assert.NotEmpty(Violations(path, "global using System.Text;"));
        Assert.NotEmpty(Violations(path, "namespace Engine.Layers;"));
        Assert.Empty(Violations(path, "// Engine.Layers use this\nvar x = \"Engine.Layers\"; using System.Text;"));
        Assert.Empty(Violations("Training/Example.cs",
            "using Engine.Layers; using Engine.Text; Storage.InputException x;"));
    }

    [Fact]
    public void No_using_is_global()
    {
        foreach (var project in (string[])["Engine", "Engine.Tests", "Engine.Cli", "Engine.Bench"])
        {
            foreach (var (path, text) in SourceFiles.Of(project))
                Assert.False(Regex.IsMatch(SourceFiles.Code(text), @"\bglobal\s+using\b"), $"{project}/{path}");
            foreach (var file in Directory.EnumerateFiles(Path.Combine(SourceFiles.Root, project), "*.csproj"))
                Assert.DoesNotContain("<Using Include=\"Engine", File.ReadAllText(file));
        }
    }

    [Fact]
    public void Only_kernels_are_unsafe()
    {
        foreach (var (path, text) in SourceFiles.Of("Engine").Where(file => FolderOf(file.Path) != "Kernels"))
            Assert.False(Regex.IsMatch(SourceFiles.Code(text), @"\b(unsafe|fixed|stackalloc\s+\w+\s*\*)\b"), path);
        foreach (var project in (string[])["Engine.Tests", "Engine.Cli"])
        {
            foreach (var (path, text) in SourceFiles.Of(project))
                Assert.False(Regex.IsMatch(SourceFiles.Code(text), @"\bunsafe\b"), $"{project}/{path}");
        }
    }

    [Fact]
    public void Every_unchecked_access_of_a_kernel_begins_with_a_reason_why_it_stays_inside()
    {
        // The places where a span becomes a reference or a pointer; what is added to it there has this one reason.
        var begin = new Regex(@"MemoryMarshal\.(GetReference|Create)|LaneTail\.First|\bfixed \(|Unsafe\.As<V");
        foreach (var (path, text) in SourceFiles.Of("Engine").Where(file => FolderOf(file.Path) == "Kernels"))
        {
            var lines = text.Split('\n');
            for (var i = 0; i < lines.Length; i++)
            {
                if (!begin.IsMatch(SourceFiles.Code(lines[i]))) continue;
                Assert.True(
                    lines[Math.Max(i - 6, 0)..i].Any(line => line.Contains("// bounds: ", StringComparison.Ordinal)),
                    $"{path}:{i + 1} needs a comment '// bounds: why' above it");
            }
        }
    }

    [Fact]
    public void A_reader_takes_every_file_in_at_one_sitting()
    {
        foreach (var project in (string[])["Engine", "Engine.Tests", "Engine.Cli", "Engine.Bench"])
        {
            foreach (var (path, text) in SourceFiles.Of(project))
            {
                var lines = text.Split('\n');
                Assert.True(lines.Length <= 301, $"{project}/{path} has {lines.Length - 1} lines; at most 300");
            }
        }
    }

    [Fact]
    public void No_line_is_longer_than_120_characters()
    {
        foreach (var project in (string[])["Engine", "Engine.Tests", "Engine.Cli", "Engine.Bench"])
        {
            foreach (var (path, text) in SourceFiles.Of(project))
            {
                var wide = text.Split('\n').Index().Where(line => line.Item.TrimEnd('\r').Length > 120);
                Assert.Empty(wide.Select(line => $"{project}/{path}:{line.Index + 1}"));
            }
        }
    }

    [Fact]
    public void Nothing_is_left_undone_or_folded_away()
    {
        foreach (var (path, text) in SourceFiles.Of("Engine"))
            Assert.False(Regex.IsMatch(text, @"^\s*#region|\b(TODO|FIXME|HACK)\b|NotImplementedException",
                RegexOptions.Multiline), path);
    }

    private static IEnumerable<string> Violations(string path, string text)
    {
        var code = SourceFiles.Code(text);
        if (Regex.IsMatch(code, @"\bglobal\s+using\b")) yield return $"{path} has a global using";
        foreach (var folder in Order[(Rank(FolderOf(path)) + 1)..])
        {
            // Engine.X wherever it stands, or X.Type without Engine before it; x.Text is a member and no folder.
            if (Regex.IsMatch(code, $@"\bEngine\.{folder}\b")
                || Regex.IsMatch(code, $@"(?<![\w.]){folder}\.[A-Z]\w*(?=[\s<.(,;>)])"
                    ) && !IsMember(code, folder))
                yield return $"{path} names {folder}";
        }
    }

    /// <summary>Whether the file itself declares a member of a folder's name.</summary>
    private static bool IsMember(string code, string name) =>
        Regex.IsMatch(code, $@"[\w>\]?] {name}\b\s*(\{{|;|=|,|\))");

    private static string[] TypesOf(string folder) =>
        [.. SourceFiles.Of("Engine").Where(file => FolderOf(file.Path) == folder).SelectMany(file =>
            Declared(file.Text)).Distinct()];

    /// <summary>The types of a file that others may name: a type that is not nested begins at the margin.</summary>
    private static IEnumerable<string> Declared(string text) =>
        Regex.Matches(
            SourceFiles.Code(text),
            @"^(?:public|internal) [\w ]*?\b(?:class|struct|record|interface|enum)\s+(?:struct\s+|class\s+)?([A-Z]\w*)",
            RegexOptions.Multiline).Select(match => match.Groups[1].Value);

    private static string FolderOf(string path) => path.Contains('/') ? path[..path.IndexOf('/')] : "";

    private static int Rank(string folder) => Array.IndexOf(Order, folder);
}
