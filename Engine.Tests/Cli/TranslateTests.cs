using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

public sealed class TranslateTests(TinyRun tiny) : IClassFixture<TinyRun>
{
    [Fact]
    public void Each_line_gives_a_line_and_an_empty_one_an_empty_one()
    {
        var input = string.Concat(
            Enumerable.Range(0, 1200).Select(i => i % 3 == 1 ? "\n" : i % 2 == 0 ? "red blue\r\n" : "pink\n"));
        var result = CommandLine.RunOn(input, "translate", "--model", tiny.Model);
        Assert.Equal((0, ""), (result.Code, result.Error));
        var lines = result.Output.Split('\n')[..^1];
        Assert.Equal(1200, lines.Length);
        Assert.All(lines.Index(), line => Assert.Equal(line.Index % 3 == 1, line.Item.Length == 0));
        Assert.Equal(
            result.Output,
            CommandLine.RunOn(
                input, "translate", "--model", tiny.Model, "--threads", "3", "--decoder", "greedy").Output);
    }

    [Fact]
    public void Files_and_pipes_give_the_same_translations()
    {
        using var folder = new TemporaryFolder();
        var piped = CommandLine.RunOn(File.ReadAllBytes(tiny.Source), "translate", "--model", tiny.Model);
        var result = CommandLine.Run(
            "translate", "--model", tiny.Model, "--input", tiny.Source, "--output", folder["out"]);
        Assert.Equal((0, "", ""), (result.Code, result.Output, result.Error));
        Assert.Equal(piped.Output, File.ReadAllText(folder["out"]));
        Assert.Equal(["out"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void No_input_gives_no_output()
    {
        var result = CommandLine.Run("translate", "--model", tiny.Model);
        Assert.Equal((0, "", ""), (result.Code, result.Output, result.Error));
    }
}
