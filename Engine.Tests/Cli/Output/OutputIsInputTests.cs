using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

/// <summary>An output never replaces a file that the same command reads, by whatever path the file is named.</summary>
public sealed class OutputIsInputTests(TinyRun tiny) : IClassFixture<TinyRun>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    [LinuxTheory]
    [InlineData("--scores", "{0}/b", "--target")]
    [InlineData("--output", "{0}/b", "--target")]
    [InlineData("--output", "{0}/./a", "--source")]
    [InlineData("--scores", "{0}/link", "--target")]
    [InlineData("--scores", "{0}/folder/b", "--target")]
    public void Evaluate_keeps_its_text(string option, string output, string other)
    {
        var (source, target) = (folder["a"], folder["b"]);
        File.Copy(tiny.Source, source);
        File.Copy(tiny.Target, target);
        File.CreateSymbolicLink(folder["link"], target);
        Directory.CreateSymbolicLink(folder["folder"], folder.Path);
        var path = string.Format(null, output, folder.Path);
        Assert.Equal(
            $"engine: {path}: {option} would replace the file that {other} names; give {option} another file",
            CommandLine.Run(
                "evaluate", "--model", tiny.Model, "--source", source, "--target", target, option, path).Mistake());
        Assert.Equal(File.ReadAllText(tiny.Source), File.ReadAllText(source));
        Assert.Equal(File.ReadAllText(tiny.Target), File.ReadAllText(target));
    }

    [Theory]
    [InlineData("--prefix")]
    [InlineData("--input")]
    public void Translate_keeps_its_text(string option)
    {
        File.WriteAllText(folder["a"], "red\n");
        File.WriteAllText(folder["b"], "RED\n");
        var path = option == "--prefix" ? folder["b"] : folder["a"];
        Assert.Equal(
            $"engine: {path}: --output would replace the file that {option} names; give --output another file",
            CommandLine.Run(
                "translate", "--model", tiny.Model, "--input", folder["a"], "--prefix", folder["b"], "--output", path)
                .Mistake());
        Assert.Equal(("red\n", "RED\n"), (File.ReadAllText(folder["a"]), File.ReadAllText(folder["b"])));
    }

    public void Dispose() => folder.Dispose();
}
