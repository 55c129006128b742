using System.Diagnostics;
using Engine.Cli;
using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

/// <summary>What <c>--output</c> may name.</summary>
public sealed class OutputTests(TinyRun tiny) : IClassFixture<TinyRun>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [LinuxFact]
    public void A_file_below_dev_shm_is_replaced_and_a_link_is_followed()
    {
        var path = $"/dev/shm/engine-test-{Path.GetRandomFileName()}";
        try
        {
            File.CreateSymbolicLink(folder["link"], path);
            foreach (var name in (string[])[path, folder["link"], path])
            {
                var result = CommandLine.RunOn("red green\n", "translate", "--model", tiny.Model, "--output", name);
                Assert.Equal((0, ""), (result.Code, result.Error));
                Assert.Single(File.ReadAllLines(path));
            }
            Assert.Equal(path, new FileInfo(folder["link"]).LinkTarget);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [LinuxFact]
    public void Standard_output_that_is_a_file_is_appended_to()
    {
        const string Script =
            """
            exec >> "$0"; echo before
            printf 'red green\nblue\n' | timeout 60 dotnet "$1" translate --model "$2" --output /dev/stdout; echo $?
            """;
        using var process = Process.Start(
            "sh", ["-c", Script, folder["out"], typeof(CommandStreams).Assembly.Location, tiny.Model]);
        process.WaitForExit();
        var lines = File.ReadAllLines(folder["out"]);
        Assert.Equal(4, lines.Length);
        Assert.Equal(("before", "0"), (lines[0], lines[3]));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [LinuxFact]
    public void Translations_are_not_written_between_the_scores()
    {
        foreach (var output in (string[])["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
        {
            Assert.Equal(
                $"engine: {output}: standard output gets the scores; name a file for --output, and read the file",
                CommandLine.Run(
                    "evaluate", "--model", "nowhere", "--output", output, "--source", "no", "--target", "no")
                    .Mistake());
        }
    }

    [LinuxFact]
    public void A_mistake_in_text_that_goes_to_an_open_handle_does_not_say_that_nothing_is_written()
    {
        const string Script =
            """
            printf 'red green\n\377\n' | timeout 60 dotnet "$1" translate --model "$2" --output /dev/stdout > "$0"
            """;
        using var process = Process.Start(new ProcessStartInfo(
            "sh", ["-c", Script, folder["out"], typeof(CommandStreams).Assembly.Location, tiny.Model])
        { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Contains("standard input:2:", error, StringComparison.Ordinal);
        Assert.DoesNotContain("nothing is written", error, StringComparison.Ordinal);
        Assert.Single(File.ReadAllLines(folder["out"]));
    }

    [LinuxTheory]
    [InlineData("translate")]
    [InlineData("evaluate")]
    public void A_file_that_nobody_may_write_is_refused_before_any_work(string verb)
    {
        if (OperatingSystem.IsWindows()) return;
        File.WriteAllText(folder["o"], "old");
        File.SetUnixFileMode(folder["o"], UnixFileMode.UserRead | UnixFileMode.GroupRead);
        string[] rest = verb == "evaluate" ? ["--source", "nowhere", "--target", "nowhere"] : [];
        Assert.Equal(
            $"engine: {folder["o"]}: is read-only; allow writing with chmod u+w, or name another file.",
            CommandLine.Run([verb, "--model", "nowhere", "--output", folder["o"], .. rest]).Mistake());
        Assert.Equal("old", File.ReadAllText(folder["o"]));
    }

    [LinuxFact]
    public void Links_in_a_circle_and_paths_of_folders_are_refused_before_any_work()
    {
        File.CreateSymbolicLink(folder["a"], folder["b"]);
        File.CreateSymbolicLink(folder["b"], folder["a"]);
        var before = Directory.GetFileSystemEntries(folder.Path).Order();
        Assert.Contains("its links lead in a circle", Mistake(folder["a"]));
        Assert.Contains("is a folder", Mistake(folder.Path));
        Assert.Contains("its folder does not exist", Mistake(folder["new/"]));
        Assert.Equal(before, Directory.GetFileSystemEntries(folder.Path).Order());

        static string Mistake(string output) =>
            CommandLine.Run("translate", "--model", "nowhere", "--output", output).Mistake();
    }
}
