using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Engine.Tests.Architecture;

/// <summary>
/// Every member of a kernel that reads or writes memory without a check, through a pointer, a reference or a vector,
/// says why it stays inside: a comment that begins with "bounds: ", in the member or just above it.
/// </summary>
public class BoundsTests
{
    private const string Reason = "// bounds: ";

    private static readonly string[] OfUnsafe =
        ["Add", "AddByteOffset", "Subtract", "As", "AsPointer", "Read", "Write"];

    private static readonly string[] OfMarshal =
        ["GetReference", "CreateSpan", "CreateReadOnlySpan", "GetArrayDataReference"];

    private static readonly Lazy<MetadataReference[]> Platform = new(() =>
    [
        .. from path in ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
           where Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal)
           select MetadataReference.CreateFromFile(path),
    ]);

    [Fact]
    public void Every_member_with_an_unchecked_access_has_a_reason_why_it_stays_inside()
    {
        var (unreasoned, accesses) = Examine(Compiled(
            [.. SourceFiles.Of("Engine").Where(file => file.Path.StartsWith("Kernels/", StringComparison.Ordinal))]));
        Assert.True(unreasoned.Count == 0, string.Join('\n', unreasoned));
        Assert.InRange(accesses, 300, 3000); // the rule sees them
    }

    [Fact]
    public void The_rule_finds_each_access_without_a_reason()
    {
        string[] members =
        [
            "float A(float[] x) => Unsafe.Add(ref x[0], 3);",
            "float B(Span<float> x) => MemoryMarshal.GetReference(x);",
            "unsafe float C(float* x) => *x;",
            "unsafe float D(float* x) { var y = x + 1; return y[2]; }",
            "unsafe float this[int i] { get { fixed (float* p = x) return i; } }",
            "Vector256<float> E(ref float x) => Vector256.LoadUnsafe(ref x);",
            "void F(Vector128<float> v, ref float x) => v.StoreUnsafe(ref x);",
            "unsafe void G(float* x) => new Span<float>(x, 3).Clear();",
            "float H(float[] x) { return Inner(); float Inner() => Unsafe.Add(ref x[0], 3); }",
            "// the caller's bounds\n unsafe float I(float* x) => *x;",
        ];
        var found = Examine(Compiled(("A.cs", Kernel(members)))).Unreasoned;
        Assert.Equal(members.Length, found.Count);
        Assert.Equal("A.cs:7: Unsafe.Add(ref x[0], 3) needs a comment '// bounds: why' in its member", found[0]);
    }

    [Fact]
    public void A_checked_access_and_one_with_a_reason_are_free()
    {
        string[] members =
        [
            "float A(float[] x) => x[3];", "float B(Span<float> x) => x[3..][0];", "int C() => Unsafe.SizeOf<float>();",
            "// bounds: the caller's x has 4 numbers\n float D(ref float x) => Unsafe.Add(ref x, 3);",
            "unsafe float E(float* x)\n {\n // bounds: x has 4 numbers\n return x[3];\n }",
        ];
        var (unreasoned, accesses) = Examine(Compiled(("A.cs", Kernel(members))));
        Assert.Empty(unreasoned);
        Assert.Equal(2, accesses);
    }

    private static string Kernel(string[] members) =>
        "using System.Runtime.CompilerServices;\nusing System.Runtime.InteropServices;\n"
        + "using System.Runtime.Intrinsics;\n\nclass A(float[] x)\n{\n" + string.Join('\n', members) + "\n}\n";

    private static CSharpCompilation Compiled(params (string Path, string Text)[] files)
    {
        const string Usings = "global using System; global using System.Collections.Generic; global using System.Linq; "
            + "global using System.Threading; global using System.Threading.Tasks; global using System.IO;";
        var options = new CSharpParseOptions(LanguageVersion.CSharp14);
        return CSharpCompilation.Create(
            "kernels",
            [
                CSharpSyntaxTree.ParseText(Usings, options),
                .. files.Select(file => CSharpSyntaxTree.ParseText(file.Text, options, file.Path)),
            ],
            Platform.Value,
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true,
                nullableContextOptions: NullableContextOptions.Enable));
    }

    private static (IReadOnlyList<string> Unreasoned, int Accesses) Examine(CSharpCompilation compilation)
    {
        var (unreasoned, accesses) = (new List<string>(), 0);
        foreach (var tree in compilation.SyntaxTrees)
        {
            var model = compilation.GetSemanticModel(tree);
            foreach (var member in tree.GetRoot().DescendantNodes().OfType<MemberDeclarationSyntax>()
                .Where(member => member is not (BaseTypeDeclarationSyntax or BaseNamespaceDeclarationSyntax)))
            {
                var found = member.DescendantNodes().Where(node => IsUnchecked(node, model)).ToArray();
                accesses += found.Length;
                if (found.Length == 0 || member.ToFullString().Contains(Reason, StringComparison.Ordinal)) continue;
                var line = found[0].GetLocation().GetLineSpan().StartLinePosition.Line + 1;
                unreasoned.Add($"{tree.FilePath}:{line}: {found[0]} needs a comment '{Reason}why' in its member");
            }
        }
        return (unreasoned, accesses);
    }

    private static bool IsUnchecked(SyntaxNode node, SemanticModel model) => node switch
    {
        FixedStatementSyntax => true,
        PrefixUnaryExpressionSyntax unary => unary.IsKind(SyntaxKind.PointerIndirectionExpression),
        MemberAccessExpressionSyntax member => member.IsKind(SyntaxKind.PointerMemberAccessExpression),
        ElementAccessExpressionSyntax element => model.GetTypeInfo(element.Expression).Type is IPointerTypeSymbol,
        BaseObjectCreationExpressionSyntax { ArgumentList: { } given } => given.Arguments.Any(argument =>
            model.GetTypeInfo(argument.Expression).Type is IPointerTypeSymbol)
            && model.GetTypeInfo(node).Type?.Name is "Span" or "ReadOnlySpan",
        InvocationExpressionSyntax call =>
            model.GetSymbolInfo(call).Symbol is IMethodSymbol method && IsUnchecked(method),
        _ => false,
    };

    private static bool IsUnchecked(IMethodSymbol method) => method.ContainingType.Name switch
    {
        "Unsafe" => OfUnsafe.Contains(method.Name),
        "MemoryMarshal" => OfMarshal.Contains(method.Name),
        "LaneTail" => method.Name is "First" or "At",
        "ILanes" or "Blocks" or "Vector64" or "Vector128" or "Vector256" or "Vector512" =>
            method.Name.StartsWith("Load", StringComparison.Ordinal)
            || method.Name.StartsWith("Store", StringComparison.Ordinal),
        _ => false,
    };
}
