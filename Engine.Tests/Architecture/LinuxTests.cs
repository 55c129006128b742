using System.Text.RegularExpressions;

namespace Engine.Tests.Architecture;

/// <summary>Tests that make what not every system has are marked, so that they are skipped elsewhere with a reason.
/// </summary>
public partial class LinuxTests
{
    [Fact]
    public void Tests_that_make_links_pipes_or_modes_or_use_devices_are_marked_as_tests_that_need_Linux()
    {
        var unmarked = from file in SourceFiles.Of("Engine.Tests")
                       where !file.Path.StartsWith("Interop/", StringComparison.Ordinal)
                       from name in Unmarked(file.Text)
                       select $"{file.Path}: {name}";
        Assert.Empty(unmarked);
    }

    [Theory]
    [InlineData("Fact", "File.CreateSymbolicLink(a, b);", true)]
    [InlineData("Theory", "Make(\"pipe\");", true)]
    [InlineData("Fact", "Save(\"/dev/full\");", true)]
    [InlineData("Property(MaxTest = 2)", "Save($\"/proc/{id}\");", true)]
    [InlineData("LinuxFact", "File.CreateSymbolicLink(a, b);", false)]
    [InlineData("LinuxTheory", "Make(\"pipe\");", false)]
    [InlineData("Fact", "if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(a, b);", false)]
    [InlineData("Fact", "Other(); // File.CreateSymbolicLink", false)]
    public void A_test_is_unmarked_if_it_or_a_method_that_it_calls_uses_what_Linux_has(
        string attribute, string body, bool expected)
    {
        var text = $"class A\n{{\n    [{attribute}]\n    public void Test()\n    {{\n        {body}\n    }}\n\n"
            + "    private void Make(string name) => Pipe(name);\n\n"
            + "    private static void Pipe(string name) => Process.Start(\"mkfifo\", name);\n}\n";
        Assert.Equal(expected ? ["Test"] : [], Unmarked(text));
    }

    /// <summary>The tests of a source that need Linux, themselves or in a method that they call, and do not say so.
    /// </summary>
    private static IEnumerable<string> Unmarked(string text)
    {
        // Blank lines stand between the members of a class. What asks for the system is made for every system.
        var members = Members().Split(text.ReplaceLineEndings("\n"))
            .Select(member => Comment().Replace(member, ""))
            .Where(member => !member.Contains("OperatingSystem.Is", StringComparison.Ordinal))
            .Select(member => (Name: Name().Match(member).Groups[1].Value, Text: member))
            .Where(member => member.Name.Length > 0).ToArray();
        var needing = new HashSet<string>();
        bool Needs(string member) => LinuxOnly().IsMatch(member)
            || needing.Any(name => member.Contains(name + "(", StringComparison.Ordinal));
        while (members.Where(member => !Test().IsMatch(member.Text) && Needs(member.Text))
            .Count(member => needing.Add(member.Name)) > 0)
        {
            // A method that calls a needing method needs Linux too.
        }
        return members.Where(member => Test().Match(member.Text) is { Success: true, Groups: [_, { Length: 0 }] }
            && Needs(member.Text)).Select(member => member.Name);
    }

    [GeneratedRegex(@"\n\n(?=    \S)")]
    private static partial Regex Members();

    [GeneratedRegex(@"//[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"^    (?:public|private|internal)[^\n(=]*?(\w+)\(", RegexOptions.Multiline)]
    private static partial Regex Name();

    [GeneratedRegex(@"^    \[(Linux|OnDemand)?(?:Fact|Theory|Property)\b", RegexOptions.Multiline)]
    private static partial Regex Test();

    [GeneratedRegex("""CreateSymbolicLink|"mkfifo"|\bMakePipe\(|[SG]etUnixFileMode|\$?"/(?:dev|proc)/""")]
    private static partial Regex LinuxOnly();
}
