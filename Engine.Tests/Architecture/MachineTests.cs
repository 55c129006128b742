using System.Text.RegularExpressions;

namespace Engine.Tests.Architecture;

/// <summary>A test that a machine cannot do is skipped with a reason; no test does less and passes.</summary>
public partial class MachineTests
{
    [Fact]
    public void A_test_that_needs_a_system_or_a_processor_says_so_by_its_attribute()
    {
        foreach (var (path, text) in SourceFiles.Of("Engine.Tests")) Assert.Empty(Silent(path, text));
    }

    [Theory]
    [InlineData("Fact", "if (!OperatingSystem.IsLinux()) return;", 1)]
    [InlineData("Theory", "if (!KernelWidth.IsFused || !X86Base.IsSupported) return;", 1)]
    [InlineData("Fact", "if (KernelWidth.IsFused) Assert.Equal(expected, found);", 1)]
    [InlineData("LinuxFact", "if (OperatingSystem.IsWindows()) return;", 0)]
    [InlineData("Fact", "if (rows == 0) return;", 0)]
    public void The_rule_finds_what_breaks_it(string attribute, string line, int found) => Assert.Equal(
        found, Silent("X.cs", $"    [{attribute}]\n    public void A()\n    {{\n        {line}\n    }}\n").Count());

    private static IEnumerable<string> Silent(string path, string text)
    {
        var attribute = "";
        foreach (var (i, line) in SourceFiles.Code(text).Split('\n').Index())
        {
            if (Attribute().Match(line) is { Success: true } match) attribute = match.Groups[1].Value;
            if (OfMachine().IsMatch(line) && attribute is "Fact" or "Theory")
                yield return $"{path}:{i + 1}: a [{attribute}] asks for the machine; use an attribute that skips it";
        }
    }

    [GeneratedRegex(@"^\s+\[(\w*(?:Fact|Theory))\b")]
    private static partial Regex Attribute();

    [GeneratedRegex(
        @"^\s+if \(.*(\bOperatingSystem\.Is|\bIsSupported|\bIsFused|\bIsHardwareAccelerated).*\) (return;|Assert)")]
    private static partial Regex OfMachine();
}
