using System.Diagnostics;
using Engine.Cli;
using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

public sealed class CompletionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Shells => [.. Completion.Scripts.Keys];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Shells))]
    public void A_script_has_every_verb_and_every_option(string shell)
    {
        var script = Script(shell);
        foreach (var verb in (string[])["train", "translate", "serve", "lab", "gradcheck", "completion"])
            Assert.Contains(verb, script);
        var dashes = shell == "fish" ? "-l " : "--"; // fish names the option alone
        Assert.All(TrainOptions.All, option => Assert.Contains(dashes + option.Name, script));
        Assert.All(Arguments.OptionsOf(typeof(TranslateOptions)), option =>
            Assert.Contains(dashes + option.Name, script));
        Assert.Contains("adamw-not-l2", script);
        Assert.Contains("nadam", script);
    }

    [LinuxTheory]
    [InlineData("train translate", "tr")]
    [InlineData("--optimizer", "train", "--opt")]
    [InlineData("adadelta adagrad adam adamw", "train", "--optimizer", "ad")]
    [InlineData("false true", "train", "--norm-first", "")]
    [InlineData("adam-after-spike adam-first-steps adamw-not-l2", "lab", "adam")]
    [InlineData("quiz", "lab", "qui")]
    [InlineData("recommendation", "lab", "recomm")]
    [InlineData("--results", "lab", "book", "--res")]
    [InlineData("powershell", "completion", "p")]
    [InlineData("train translate", "help", "tr")]
    [InlineData("help", "hel")]
    [InlineData("model-a model-b", "translate", "--model", "model-")]
    public void Bash_completes_verbs_options_values_and_files(string expected, params string[] typed)
    {
        File.WriteAllText(folder["completion"], Script("bash"));
        Directory.CreateDirectory(folder["model-a"]);
        Directory.CreateDirectory(folder["model-b"]);
        var words = string.Join(' ', typed.Prepend("engine").Select(word => $"'{word}'"));
        var start = new ProcessStartInfo("bash")
        {
            ArgumentList =
            {
                "--norc", "-c",
                $"source ./completion; COMP_WORDS=({words}); COMP_CWORD={typed.Length}; _engine 2> /dev/null; "
                    + "echo \"${COMPREPLY[*]}\"",
            },
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
        };
        using var bash = Process.Start(start)!;
        // The names of files come in the order of the folder.
        var completed = bash.StandardOutput.ReadToEnd().TrimEnd().Split(' ');
        Assert.Equal(expected, string.Join(' ', completed.Order(StringComparer.Ordinal)));
        bash.WaitForExit();
    }

    [Theory]
    [InlineData("engine completion takes the name of a shell; write one of bash, zsh, fish, powershell")]
    [InlineData("shell 'tcsh' is not known; use bash, zsh, fish, powershell", "tcsh")]
    public void Another_shell_is_refused(string error, params string[] arguments)
    {
        var result = CommandLine.Run(["completion", .. arguments]);
        Assert.Equal((2, $"engine: {error}\n"), (result.Code, result.Error));
    }

    [Fact]
    public void The_help_says_where_the_script_of_each_shell_goes()
    {
        var result = CommandLine.Run("completion", "--help");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal(CommandLine.Run("help", "completion").Output, result.Output);
        Assert.All(Completion.Scripts.Keys, shell => Assert.Contains($"engine completion {shell} >", result.Output));
    }

    private static string Script(string shell)
    {
        var result = CommandLine.Run("completion", shell);
        Assert.Equal((0, ""), (result.Code, result.Error));
        return result.Output;
    }
}
