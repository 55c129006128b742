using Engine.Tests.Architecture;
using Engine.Tests.Storage;

namespace Engine.Tests.Fuzz;

/// <summary>
/// Damaged input is refused, never a crash: a few mutations of each kind of file, and every input that once was a
/// crash. <c>Engine.Tests/Fuzz/Guided</c> tries mutations for as long as it is told, led by the code that they reach.
/// </summary>
public sealed class FuzzTests
{
    private const int Mutations = 150;

    private static string Folder { get; } = Path.Combine(SourceFiles.Root, "Engine.Tests");

    public static TheoryData<string> Targets => [.. Names];

    public static TheoryData<string> TargetsWithCases => [.. Names.Where(name => Directory.Exists(CasesOf(name)))];

    private static IEnumerable<string> Names => All(Path.GetTempPath()).Select(target => target.Name);

    [Theory]
    [MemberData(nameof(Targets))]
    public void Good_and_damaged_input_is_read_or_refused(string name)
    {
        using var scratch = new TemporaryFolder();
        var target = All(scratch.Path).Single(target => target.Name == name);
        Assert.All(target.Seeds, seed => Assert.Null(target.FaultOf(seed)));
        var run = new FuzzRun(target, 1, () => false);
        for (var i = 0; i < Mutations; i++)
        {
            var found = run.Next();
            Assert.True(found is null, found is var (input, fault) ? $"{Convert.ToHexString(input)}: {fault}" : "");
        }
    }

    [Theory]
    [MemberData(nameof(TargetsWithCases))]
    public void What_once_was_a_crash_is_read_or_refused(string name)
    {
        using var scratch = new TemporaryFolder();
        var target = All(scratch.Path).Single(target => target.Name == name);
        Assert.All(Directory.GetFiles(CasesOf(name)), path => Assert.Null(target.FaultOf(File.ReadAllBytes(path))));
    }

    [Fact]
    public void A_crash_is_found_and_made_short()
    {
        var target = new FuzzTarget("crash", ["0123456789"u8.ToArray()], bytes =>
        {
            if (bytes.Contains((byte)'7') && bytes.Length > 4) throw new FormatException("seven");
        });
        var run = new FuzzRun(target, 1, () => true);
        (byte[] Input, string Fault)? found = null;
        while (found is null) found = run.Next();
        Assert.Equal((5, true), (found.Value.Input.Length, found.Value.Fault.StartsWith("FormatException: seven")));
    }

    [Fact]
    public void Every_kept_case_belongs_to_a_target() => Assert.Empty(
        Directory.GetDirectories(CasesOf("")).Select(Path.GetFileName).Except(Names));

    private static string CasesOf(string name) => Path.Combine(Folder, "Fuzz", "Cases", name);

    private static IReadOnlyList<FuzzTarget> All(string scratch) =>
        FuzzTargets.All(Path.Combine(Folder, "Fixtures"), scratch);
}
