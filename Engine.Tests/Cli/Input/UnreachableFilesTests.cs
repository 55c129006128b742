using System.Diagnostics;
using System.Runtime.Versioning;
using Engine.Cli;
using Engine.Storage;
using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

/// <summary>What the system does not let a user reach is not called missing.</summary>
public sealed class UnreachableFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [LinuxFact]
    public void Every_verb_says_in_one_line_that_the_current_folder_was_removed()
    {
        string[] verbs =
        [
            "train", "translate --model m", "classify --model m", "evaluate --model m --source a --target b",
            "score --reference a --hypothesis b", "corpus --out c", "gradcheck --filter exp",
        ];
        var running = verbs.Select((verb, i) => Start(
            "sh", "-c", $"mkdir \"$0/{i}\" && cd \"$0/{i}\" && rmdir \"$0/{i}\" && exec dotnet \"$1\" {verb}",
            folder.Path, typeof(CommandStreams).Assembly.Location)).ToArray();
        foreach (var process in running)
        {
            using (process)
            {
                var result = CommandLine.Finish(process);
                Assert.Equal((2, ""), (result.Code, result.Output));
                // A shell may have complained before the command begins.
                Assert.Equal(
                    "engine: the current folder was removed, or may not be seen; change to another folder (cd) and "
                    + "try again",
                    Assert.Single(result.Error.TrimEnd().Split('\n'), line => !line.StartsWith("shell-init:")));
            }
        }
    }

    [LinuxFact, SupportedOSPlatform("linux")]
    public void A_model_folder_without_permission_is_not_called_missing()
    {
        var model = Directory.CreateDirectory(folder["locked/m"]).FullName;
        File.WriteAllText(Path.Combine(model, "config.json"), "{}");
        File.SetUnixFileMode(folder["locked"], UnixFileMode.None);
        try
        {
            // The superuser may see everything; the command then runs as nobody.
            string[] nobody = Environment.IsPrivilegedProcess
                ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
            string[] command =
                [.. nobody, "dotnet", typeof(CommandStreams).Assembly.Location, "translate", "--model", model];
            using var process = Start(command[0], command[1..]);
            Assert.Equal(
                $"engine: {model}: may not be read by this user; change its permissions or its folder's permissions.",
                CommandLine.Finish(process).Mistake());
        }
        finally
        {
            File.SetUnixFileMode(
                folder["locked"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void A_path_that_is_too_long_is_not_called_missing()
    {
        Assert.Contains(
            "the path is longer than the system allows",
            CommandLine.Run("translate", "--model", folder[new string('x', 5000)]).Mistake());
        Assert.True(InputFile.Exists(folder.Path));
        Assert.False(InputFile.Exists(folder["none"]));
        Assert.False(InputFile.Exists(folder["none/none"]));
    }

    [Fact]
    public void A_mistake_with_a_long_argument_keeps_its_beginning_and_its_remedy()
    {
        var mistake = CommandLine.Run("train", new string('x', 100_000)).Mistake();
        Assert.StartsWith("engine: unexpected argument 'xxx", mistake);
        Assert.Contains(" [...] ", mistake, StringComparison.Ordinal);
        Assert.EndsWith("see 'engine train --help'", mistake);
        Assert.InRange(mistake.Length, 3000, 3100);
    }

    private static Process Start(string program, params string[] arguments) => Process.Start(
        new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
}
