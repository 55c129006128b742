using System.Text.RegularExpressions;
using Engine.Tests.Architecture;

namespace Engine.Tests;

/// <summary>
/// The code of a page is a file of Snippets, from the first using to the last line: it compiles as it is pasted, runs,
/// and does what the text says.
/// </summary>
public class ReadmeTests
{
    [Theory]
    [InlineData("README.md", "swish", "xor")]
    [InlineData("Engine.Tests/README.md", "cube")]
    [InlineData("Engine/ADDING.md", "OwnOperations")]
    public void The_code_of_a_page_is_that_of_the_snippets(string page, params string[] snippets)
    {
        var code = Regex.Matches(Read(page), "```csharp\n(.*?)```", RegexOptions.Singleline)
            .Select(match => match.Groups[1].Value);
        Assert.Equal(snippets.Select(name => Read($"Engine.Tests/Snippets/{name}.cs")), code);
    }

    [Fact]
    public async Task Checking_ones_own_operation_and_layer_takes_two_lines_each()
    {
        var output = await ExampleTests.Run("swish", Path.GetTempPath());
        Assert.StartsWith("right: 23 derivatives, worst error", output, StringComparison.Ordinal);
        Assert.Contains("\nright: 43 derivatives, worst error", output, StringComparison.Ordinal);
        Assert.Contains("\n  bias [2]: right, 2 elements, 4 derivatives", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_backward_is_caught() =>
        Assert.StartsWith(
            "WRONG: 23 derivatives", await ExampleTests.Run("cube", Path.GetTempPath()), StringComparison.Ordinal);

    [Fact]
    public async Task A_network_learns_exclusive_or()
    {
        var folder = Directory.CreateTempSubdirectory();
        var lines = (await ExampleTests.Run("xor", folder.FullName)).TrimEnd('\n').Split('\n');
        Assert.Matches(@"^update 100: loss 0\.\d+$", lines[0]);
        Assert.Matches(@"^update 500: loss (0\.000\d+|\d(\.\d)?e-\d+)$", lines[^1]);
        Assert.True(File.Exists(Path.Combine(folder.FullName, "xor.safetensors")));
        folder.Delete(recursive: true);
    }

    [Fact]
    public void It_has_no_placeholder() => Assert.DoesNotMatch("@[A-Z]+@", Read("README.md"));

    private static string Read(string file) =>
        File.ReadAllText(Path.Combine(SourceFiles.Root, file)).ReplaceLineEndings("\n");
}
