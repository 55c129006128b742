using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Engine.Tests.Architecture;
using Engine.Tests.Storage;

namespace Engine.Tests.Inspection;

/// <summary>
/// A recorded node names the line that called its operation, also once the just-in-time compiler has inlined what it
/// can.
/// </summary>
public class CallerLineTests
{
    // What the marker [KeepsCallerFrame] compiles into.
    private const MethodAttributes Marked = (MethodAttributes)0x8000; // RequireSecObject, which has a warning

    [Fact]
    public void Every_method_that_records_keeps_the_frame_of_its_caller()
    {
        var flags = BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly;
        MethodInfo[] methods =
        [
            .. typeof(Op).GetMethods(flags), .. typeof(Operators).GetMethods(flags),
            typeof(Tape<float>).GetMethod(nameof(Tape<>.Record))!,
        ];
        Assert.True(methods.Length > 80);
        Assert.Empty(methods.Where(method => !method.Attributes.HasFlag(Marked)).Select(method => method.ToString()));
    }

    // An optimized method inlines what it calls from the first call on; so nothing need become warm here.
    [Fact]
    public void The_caller_of_an_operation_is_not_inlined_and_other_small_methods_are()
    {
        var seen = new List<string>();
        using var tape = new Tape<double> { Observer = new Callers(seen) };
        Outer(tape.Variable(Samples.Normal(2, 2)));
        Assert.Equal([nameof(Small), nameof(Operator)], seen);
        Assert.Equal(nameof(Plain), Plain(1)); // not Inlined
    }

    /// <summary>
    /// Without tiers, the compiler inlines what it can before the first call. Within a method it merges statements, so
    /// that the line may be that of a neighbour.
    /// </summary>
    [Theory]
    [InlineData("transformer")]
    [InlineData("gru")]
    public void Optimized_code_names_lines_of_the_methods_that_call_the_operations(string architecture)
    {
        using var folder = new TemporaryFolder();
        SmallModels.Create(architecture + (architecture == "transformer" ? " Learned" : "") + " translate")
            .Save(folder.Path);
        var result = Cli.CommandLine.Finish(Cli.CommandLine.Start(
            folder.Path, [("DOTNET_TieredCompilation", "0")], "explain", "--model", folder.Path, "--source", "我们喝茶",
            "--target", "we drink tea", "--seed", "1", "--json"));
        Assert.Equal((0, ""), (result.Code, result.Error));
        var nodes = JsonDocument.Parse(result.Output).RootElement.GetProperty("nodes").EnumerateArray()
            .Where(node => node.GetProperty("operation").GetString() != "parameter")
            .Select(node => (
                Operation: node.GetProperty("operation").GetString()!, Caller: node.GetProperty("caller").GetString()!))
            .ToArray();
        Assert.True(nodes.Length > 20);
        Assert.Empty(nodes.Where(node => !Calls(MethodAt(node.Caller), node.Operation)).Distinct());
    }

    // Some operations are composed of others.
    private static bool Calls(string method, string operation) =>
        Regex.IsMatch(method, $@"\bOp\.{operation}\b")
            || (operation is "Add" && method.Contains("Op.ResidualDropout", StringComparison.Ordinal));

    /// <summary>The lines around a line, up to the blank lines that surround a method.</summary>
    private static string MethodAt(string caller)
    {
        var (path, line) = (caller.Split(':')[0], int.Parse(caller.Split(':')[1]));
        var text = File.ReadAllLines(Path.Combine(SourceFiles.Root, path));
        var first = Array.FindLastIndex(text, line - 1, one => one.Length == 0) + 1;
        return string.Join('\n', text[first..].TakeWhile(one => one.Length > 0));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Outer(Tensor<double> x)
    {
        Small(x);
        Operator(x);
    }

    private static Tensor<double> Small(Tensor<double> x) => Op.Tanh(x);

    private static Tensor<double> Operator(Tensor<double> x) => 2 * x;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static string Plain(int x) => Inlined(x) + "";

    private static string Inlined(int x) => Caller(x);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string Caller(int x) => x == 0 ? "" : new StackTrace(1).GetFrame(0)!.GetMethod()!.Name;

    private sealed class Callers(List<string> seen) : TapeObserver<double>
    {
        public override void Recorded(
            int node, CatalogueEntry? entry, Tensor<double> y, ReadOnlySpan<Tensor<double>?> inputs)
        {
            if (entry is null) return;
            seen.Add(new StackTrace().GetFrames().Select(frame => frame.GetMethod()!)
                .First(method => method.DeclaringType!.Namespace != "Engine"
                    && method.DeclaringType != typeof(Callers)).Name);
        }
    }
}
