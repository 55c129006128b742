using System.Reflection;
using System.Reflection.Emit;
using System.Text.Json;
using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

/// <summary><c>engine gradcheck --assembly</c> checks the entries of a user's own assembly.</summary>
public class CatalogueAssemblyTests
{
    private static readonly string Own = Path.Combine(AppContext.BaseDirectory, "OwnOperations.dll");

    private static readonly string Tests = typeof(CatalogueAssemblyTests).Assembly.Location;

    [Fact]
    public void The_entries_of_an_assembly_are_checked()
    {
        var result = CommandLine.Run("gradcheck", "--assembly", Own);
        Assert.Equal(0, result.Code);
        Assert.Matches(@"^Cube +2 +\d\.\de-\d+ +\d+ ms +right$", result.OutputLines[1]);
        Assert.StartsWith("1 operation: all right", result.OutputLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Filters_rounds_and_json_apply_to_it()
    {
        var result = CommandLine.Run("gradcheck", "--assembly", Own, "--filter", "cu", "--cases", "3", "--json");
        using var json = JsonDocument.Parse(result.Output);
        var entry = Assert.Single(json.RootElement.EnumerateArray());
        Assert.Equal(6, entry.GetProperty("cases").GetInt32());
        Assert.EndsWith("OwnOperations.cs", entry.GetProperty("source").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            $"--filter Fourier: no name contains it; 'engine gradcheck --assembly {Own}' lists the names.",
            Mistake("--assembly", Own, "--filter", "Fourier"));
    }

    [Fact]
    public void Properties_fields_lists_and_generic_types_count_and_an_entry_counts_once()
    {
        var result = CommandLine.Run("gradcheck", "--assembly", Tests);
        Assert.Equal(1, result.Code);
        Assert.Equal(
            ["Field", "Generic of Double", "Listed", "Property", "Wrong"],
            result.OutputLines[1..6].Select(line => line[..17].TrimEnd()).Order(StringComparer.Ordinal));
        Assert.Contains("[0, 0] of input 0", result.Output, StringComparison.Ordinal);
        Assert.StartsWith("5 operations: 1 wrong, worst error", result.OutputLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_no_assembly_of_entries_are_refused()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(
            $"{folder["no.dll"]}: no such file; build the project of your operations, and give the .dll that 'dotnet "
            + "build' names", Mistake("--assembly", folder["no.dll"]));
        File.WriteAllText(folder["text.dll"], "Cube");
        Assert.Equal(
            $"{folder["text.dll"]}: not a .NET assembly; give the .dll that 'dotnet build' names",
            Mistake("--assembly", folder["text.dll"]));
        Assert.Equal(
            $"{typeof(FactAttribute).Assembly.Location}: no catalogue entries; give a public class a public static "
            + "property of type CatalogueEntry", Mistake("--assembly", typeof(FactAttribute).Assembly.Location));
        Assert.Equal(
            "--reference compares Engine with recorded cases; leave --assembly out, or check it by itself.",
            Mistake("--assembly", Own, "--reference", "golden"));
    }

    [Fact]
    public void An_assembly_of_another_Engine_is_refused()
    {
        using var folder = new TemporaryFolder();
        var engine = new PersistedAssemblyBuilder(
            new AssemblyName("Engine") { Version = new Version(9, 8, 7, 6) }, typeof(object).Assembly);
        var type = engine.DefineDynamicModule("Engine")
            .DefineType("Engine.CatalogueEntry", TypeAttributes.Public).CreateType();
        Emit(folder["other.dll"], type, code => code.Emit(OpCodes.Ldnull));
        Assert.Equal(
            $"{folder["other.dll"]}: it was built for Engine 9.8.7.6, and this program has Engine "
            + $"{typeof(CatalogueEntry).Assembly.GetName().Version}; build the project again, with a reference to this "
            + "Engine", Mistake("--assembly", folder["other.dll"]));
    }

    [Fact]
    public void An_entry_that_throws_or_is_missing_is_named()
    {
        using var folder = new TemporaryFolder();
        Emit(folder["null.dll"], typeof(CatalogueEntry), code => code.Emit(OpCodes.Ldnull));
        Assert.Equal(
            $"{folder["null.dll"]}: Own.Entry throws InvalidOperationException: it is null",
            Mistake("--assembly", folder["null.dll"]));
        Emit(folder["throws.dll"], typeof(CatalogueEntry), code =>
        {
            code.Emit(OpCodes.Ldstr, "two\nlines");
            code.Emit(OpCodes.Newobj, typeof(NotSupportedException).GetConstructor([typeof(string)])!);
            code.Emit(OpCodes.Throw);
        });
        Assert.Equal(
            $"{folder["throws.dll"]}: Own.Entry throws NotSupportedException: two lines",
            Mistake("--assembly", folder["throws.dll"]));
        Emit(folder["old.dll"], typeof(CatalogueEntry), code =>
        {
            code.Emit(OpCodes.Newobj, typeof(MissingMethodException).GetConstructor([])!);
            code.Emit(OpCodes.Throw);
        });
        Assert.Matches(
            @"old\.dll: Own\.Entry does not fit this program's Engine \(MissingMethodException: .*\); build the "
            + "project again, with a reference to this Engine$", Mistake("--assembly", folder["old.dll"]));
    }

    [Fact]
    public void A_check_that_throws_is_named()
    {
        using var folder = new TemporaryFolder();
        Emit(folder["empty.dll"], typeof(CatalogueEntry), code => code.Emit(
            OpCodes.Call, typeof(OwnEntries).GetMethod(nameof(OwnEntries.Empty))!));
        Assert.StartsWith(
            $"{folder["empty.dll"]}: the check of Empty throws ArgumentException: Empty: the entry has no cases to "
            + "check", Mistake("--assembly", folder["empty.dll"]), StringComparison.Ordinal);
    }

    private static string Mistake(params string[] arguments) =>
        CommandLine.Run(["gradcheck", .. arguments]).Mistake()["engine: ".Length..];

    /// <summary>Writes an assembly with a class Own, whose property Entry computes what the code says.</summary>
    private static void Emit(string file, Type entry, Action<ILGenerator> body)
    {
        var assembly = new PersistedAssemblyBuilder(
            new AssemblyName(Path.GetFileNameWithoutExtension(file)), typeof(object).Assembly);
        var type = assembly.DefineDynamicModule("own").DefineType("Own", TypeAttributes.Public);
        var getter = type.DefineMethod("get_Entry", MethodAttributes.Public | MethodAttributes.Static, entry, []);
        body(getter.GetILGenerator());
        getter.GetILGenerator().Emit(OpCodes.Ret);
        type.DefineProperty("Entry", PropertyAttributes.None, entry, []).SetGetMethod(getter);
        type.CreateType();
        assembly.Save(file);
    }
}

/// <summary>Entries in each place where a catalogue of one's own may have them.</summary>
public static class OwnEntries
{
    public static readonly CatalogueEntry Field = Entry("Field");

    public static CatalogueEntry Property { get; } = Entry("Property");

    public static IReadOnlyList<CatalogueEntry> All { get; } = [Property, Entry("Listed")];

    public static CatalogueEntry[] Wrong { get; } =
    [
        new("Wrong", "dX = 0", _ => [GradientCase.Of(Samples.Normal(1, 1), x => Op.Scale(x, 0) + x.Tape.Constant(x))]),
    ];

    // A method is no entry.
    public static CatalogueEntry Empty() => new("Empty", "y = x", _ => []);

    internal static CatalogueEntry Hidden => throw new NotSupportedException("not public");

    internal static CatalogueEntry Entry(string name) =>
        new(name, "y = e^x", _ => [GradientCase.Of(Samples.Normal(2), x => Op.Exp(x))]);
}

public static class OwnGenericEntries<T>
{
    public static CatalogueEntry Generic { get; } = OwnEntries.Entry($"Generic of {typeof(T).Name}");
}

public static class OwnTextEntries<T>
    where T : class
{
    public static CatalogueEntry Never { get; } = OwnEntries.Entry("Never");
}
