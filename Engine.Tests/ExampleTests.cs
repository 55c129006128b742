using System.Diagnostics;
using System.Text;
using Engine.Tests.Architecture;

namespace Engine.Tests;

/// <summary>The examples run, and each prints what its last lines say.</summary>
public class ExampleTests
{
    private const string Heading = "// It prints:";

    private static string Folder { get; } = Path.Combine(SourceFiles.Root, "Engine", "Examples");

    public static TheoryData<string> Names => [.. Files];

    private static IEnumerable<string> Files =>
        Directory.EnumerateFiles(Folder, "*.cs").Select(file => Path.GetFileNameWithoutExtension(file)!).Order();

    [Fact]
    public void They_are_numbered_from_1_to_11() =>
        Assert.Equal(
            Enumerable.Range(1, 11).Select(number => $"{number:00}"),
            Files.Select(name => name[..name.IndexOf('-', StringComparison.Ordinal)]));

    [Theory]
    [MemberData(nameof(Names))]
    public void An_example_says_how_it_is_run(string name)
    {
        var lines = File.ReadAllLines(Path.Combine(Folder, name + ".cs"));
        var number = int.Parse(name[..2], System.Globalization.CultureInfo.InvariantCulture);
        Assert.StartsWith($"// Example {number}: ", lines[0]);
        Assert.EndsWith("Run it from the root of the repository:", lines[0]);
        Assert.Equal(
            [
                $"//     dotnet run Engine/Examples/{name}.cs", "#:project ../Engine.csproj",
                "#:property PublishAot=false",
            ],
            lines[1..4]);
    }

    // The program is what the compiler made of the file when the tests were built.
    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_example_prints_what_its_last_lines_say(string name)
    {
        var lines = File.ReadAllLines(Path.Combine(Folder, name + ".cs"));
        var heading = Array.IndexOf(lines, Heading);
        Assert.True(heading >= 0 && heading < lines.Length - 1, $"{name}: there is nothing below '{Heading}'");
        var expected = lines[(heading + 1)..].Select(line => line.Length > 7 ? line[7..] : "");
        Assert.Equal(expected, (await Run(name, Environment.CurrentDirectory)).TrimEnd('\n').Split('\n'));
    }

    /// <summary>What a program of one file prints, run in a folder.</summary>
    internal static async Task<string> Run(string name, string folder)
    {
        var bin = AppContext.BaseDirectory;
        var start = new ProcessStartInfo(
            "dotnet",
            [
                "exec", "--runtimeconfig", Path.Combine(bin, "Engine.Tests.runtimeconfig.json"),
                Path.Combine(bin, name + ".dll"),
            ])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true, RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8, StandardErrorEncoding = Encoding.UTF8,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal("", await error);
        Assert.Equal(0, process.ExitCode);
        return output.ReplaceLineEndings("\n");
    }
}
