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

    [Fact]
    public void Every_member_with_an_unchecked_access_has_a_reason_why_it_stays_inside()
    {
        var kernels = SourceFiles.Of("Engine").Where(file => file.Path.StartsWith("Kernels/", StringComparison.Ordinal))
            .Select(file => Examine(file.Path, file.Text)).ToArray();
        var unreasoned = kernels.SelectMany(kernel => kernel.Unreasoned).ToArray();
        Assert.True(unreasoned.Length == 0, string.Join('\n', unreasoned));
        Assert.InRange(kernels.Sum(kernel => kernel.Accesses), 300, 3000); // the rule sees them
    }

    [Theory]
    [InlineData("float A(float[] x) => Unsafe.Add(ref x[0], 3);")]
    [InlineData("float A(Span<float> x) => MemoryMarshal.GetReference(x);")]
    [InlineData("unsafe float A(float* x) => *x;")]
    [InlineData("unsafe float A(float* x) { var y = x + 1; return y[2]; }")]
    [InlineData("unsafe float this[int i] { get { fixed (float* p = x) return i; } }")]
    [InlineData("unsafe int A(Product<float>* x) => x->M;")]
    [InlineData("Vector256<float> A(ref float x) => Vector256.LoadUnsafe(ref x);")]
    [InlineData("void A(Vector128<float> v, ref float x) => v.StoreUnsafe(ref x);")]
    [InlineData("V A<V, L>(ref float x) => L.Load(in x);")]
    [InlineData("unsafe void A(float* x) => new Span<float>(x, 3).Clear();")]
    [InlineData("float A(float[] x) { return Inner(); float Inner() => Unsafe.Add(ref x[0], 3); }")]
    [InlineData("// the caller's bounds\n unsafe float A(float* x) => *x;")]
    public void The_rule_finds_an_access_without_a_reason(string member) =>
        Assert.Single(Examine("A.cs", $"class A\n{{\n{member}\n}}\n").Unreasoned);

    [Theory]
    [InlineData("float A(float[] x) => x[3];")]
    [InlineData("float A(Span<float> x) => x[3..][0];")]
    [InlineData("int A() => Unsafe.SizeOf<float>();")]
    [InlineData("V A<V, L>(Span<float> x) => LaneTail.Load<float, V, L>(x);")]
    [InlineData("// bounds: the caller's x has 4 numbers\n float A(ref float x) => Unsafe.Add(ref x, 3);")]
    [InlineData("unsafe float A(float* x)\n {\n // bounds: x has 4 numbers\n return x[3];\n }")]
    public void A_checked_access_and_one_with_a_reason_are_free(string member) =>
        Assert.Empty(Examine("A.cs", $"class A\n{{\n{member}\n}}\n").Unreasoned);

    private static (IReadOnlyList<string> Unreasoned, int Accesses) Examine(string path, string text)
    {
        var (unreasoned, accesses) = (new List<string>(), 0);
        // Where there can be pointers, each index may be one of a pointer.
        var hasPointers = SourceFiles.Code(text).Contains("unsafe", StringComparison.Ordinal);
        var tree = CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.CSharp14), path);
        foreach (var member in tree.GetRoot().DescendantNodes().OfType<MemberDeclarationSyntax>()
            .Where(member => member is not (BaseTypeDeclarationSyntax or BaseNamespaceDeclarationSyntax)))
        {
            var found = member.DescendantNodes().Where(node => IsUnchecked(node, hasPointers)).ToArray();
            accesses += found.Length;
            if (found.Length == 0 || member.ToFullString().Contains(Reason, StringComparison.Ordinal)) continue;
            var line = found[0].GetLocation().GetLineSpan().StartLinePosition.Line + 1;
            unreasoned.Add($"{path}:{line}: {found[0]} needs a comment '{Reason}why' in its member");
        }
        return (unreasoned, accesses);
    }

    private static bool IsUnchecked(SyntaxNode node, bool hasPointers) => node switch
    {
        FixedStatementSyntax => true,
        PrefixUnaryExpressionSyntax unary => unary.IsKind(SyntaxKind.PointerIndirectionExpression),
        MemberAccessExpressionSyntax member => member.IsKind(SyntaxKind.PointerMemberAccessExpression),
        ElementAccessExpressionSyntax => hasPointers,
        ObjectCreationExpressionSyntax { Type: GenericNameSyntax { Identifier.Text: "Span" or "ReadOnlySpan" } } span =>
            span.ArgumentList?.Arguments.Count == 2, // a pointer and a length
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax call } =>
            IsUnchecked(call.Expression.ToString(), call.Name.Identifier.Text),
        _ => false,
    };

    private static bool IsUnchecked(string receiver, string method) => receiver switch
    {
        "Unsafe" => OfUnsafe.Contains(method),
        "MemoryMarshal" => OfMarshal.Contains(method),
        "LaneTail" => method is "First" or "At", // its Load and Store are given spans
        // Of vectors, of lanes, and of the blocks of a row.
        _ => method.StartsWith("Load", StringComparison.Ordinal)
            || method.StartsWith("Store", StringComparison.Ordinal),
    };
}
