using System.Diagnostics;
using System.Text;
using Engine.Cli;
using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

/// <summary>Standard streams that cannot be written, in this process and in a new process.</summary>
public sealed class StreamTests(TinyRun tiny) : IClassFixture<TinyRun>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Training_goes_on_and_saves_where_its_progress_cannot_be_written(bool isTerminal)
    {
        var (code, output) = RunWithoutErrors(
            isTerminal,
            [
                "train", "--source", tiny.Source, "--target", tiny.Target, "--out", folder["model"],
                .. TinyRun.OfModel,
            ]);
        Assert.Equal(0, code);
        Assert.Contains("is saved in", output);
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(tiny.Model, "model.safetensors")),
            File.ReadAllBytes(folder["model/model.safetensors"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_verb_ends_because_its_messages_cannot_be_written(bool isTerminal)
    {
        string[][] commands =
        [
            ["translate", "--model", tiny.Model, "--input", tiny.Source],
            ["evaluate", "--model", tiny.Model, "--source", tiny.Source, "--target", tiny.Target],
            ["score", "--hypothesis", tiny.Target, "--reference", tiny.Target],
            ["gradcheck", "--filter", "sigmoid"],
            ["corpus", "--task", "copy", "--pairs", "20", "--out", folder["corpus"]],
        ];
        foreach (var command in commands)
        {
            var (code, output) = RunWithoutErrors(isTerminal, command);
            Assert.Equal((command[0], 0), (command[0], code));
            Assert.NotEqual("", output);
        }
        Assert.Equal(2, RunWithoutErrors(isTerminal, "translate", "--model", "nowhere").Code);
    }

    [Fact]
    public void A_failure_of_the_system_that_no_verb_expects_is_one_line_too()
    {
        using var error = new StringWriter { NewLine = "\n" };
        Assert.Equal(2, Program.Run(["--version"], new CommandStreams(Stream.Null, new FullDisk(), error)));
        Assert.Equal(
            "engine: No space left on device; check the disk, the permissions and the memory left\n", error.ToString());
    }

    [Theory]
    [InlineData("pos:\t0\nflags:\t0100001\nmnt_id:\t25\n", false)]
    [InlineData("pos:\t0\nflags:\t02100001\nmnt_id:\t25\n", true)] // a file that the runtime has opened
    [InlineData("pos:\t0\n", false)]
    [InlineData("flags:\t9\n", false)]
    [InlineData(null, true)]
    public void A_stream_is_taken_for_closed_only_where_the_system_says_so(string? description, bool expected)
    {
        if (description is not null) File.WriteAllText(folder["1"], description);
        Assert.Equal(expected, CommandStreams.IsClosed(1, folder.Path));
        Assert.False(CommandStreams.IsClosed(1, folder["a system without such a folder"]));
    }

    [LinuxTheory]
    [InlineData("2>/dev/full", 0)]
    [InlineData("2>&-", 0)]
    [InlineData(">/dev/full", 2)]
    [InlineData(">&-", 2)]
    [InlineData("1</", 2)] // a folder, open to be read
    public void A_process_is_told_by_its_exit_code_whether_its_results_were_written(string redirection, int expected)
    {
        var result = Shell($"exec timeout 60 dotnet \"$1\" translate --model \"$2\" --input \"$3\" {redirection}");
        Assert.Equal(expected, result.Code);
        if (expected == 0)
        {
            Assert.Equal((50, ""), (result.OutputLines.Length, result.Error));
        }
        else
        {
            var what = redirection switch
            {
                ">&-" => "is closed; send it to a file or a pipe.",
                "1</" => "cannot be written (Access to the path is denied",
                _ => "cannot be written (No space left on device",
            };
            Assert.StartsWith($"engine: standard output {what}", result.Mistake());
        }
    }

    [LinuxFact]
    public void A_run_without_standard_streams_trains_the_same_model()
    {
        var result = Shell(
            "exec timeout 60 dotnet \"$1\" train --source \"$3\" --target \"$4\" --out \"$0/model\" "
            + $"{string.Join(' ', TinyRun.OfModel)} <&- 2>&-");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(tiny.Model, "model.safetensors")),
            File.ReadAllBytes(folder["model/model.safetensors"]));
    }

    [LinuxFact]
    public void A_reader_that_goes_away_ends_the_process_without_a_message()
    {
        var result = Shell(
            "for i in $(seq 2000); do echo red green blue; done | { dotnet \"$1\" translate --model \"$2\"; "
            + "echo $? >\"$0/code\"; } | head -n 1");
        Assert.Equal((1, ""), (result.OutputLines.Length, result.Error));
        Assert.Equal("141\n", File.ReadAllText(folder["code"]));
    }

    [LinuxTheory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public void A_signal_leaves_the_output_file_as_it_was_and_nothing_beside_it(string signal, int code)
    {
        Directory.CreateDirectory(folder["to"]);
        File.WriteAllText(folder["to/out"], "old\n");
        using var process = CommandLine.Start(
            folder.Path, "translate", "--model", tiny.Model, "--output", folder["to/out"]);
        process.StandardInput.WriteLine("red green blue");
        process.StandardInput.Flush();
        // The new file has begun, and the process waits for more lines: it has a second file that stays.
        for (string[] before = [], now = []; now.Length < 2 || !now.Order().SequenceEqual(before.Order());)
        {
            Assert.False(process.HasExited);
            Thread.Sleep(300);
            (before, now) = (now, Directory.GetFileSystemEntries(folder["to"]));
        }
        CommandLine.Signal(process, signal);
        var result = CommandLine.Finish(process);
        Assert.Equal((code, ""), (result.Code, result.Output));
        Assert.Equal(
            $"stopping; nothing is written to {folder["to/out"]}. A second signal ends the process at once\n",
            result.Error);
        Assert.Equal([folder["to/out"]], Directory.GetFileSystemEntries(folder["to"]));
        Assert.Equal("old\n", File.ReadAllText(folder["to/out"]));
    }

    private CommandResult Shell(string script)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "sh",
            [
                "-c", script, folder.Path, typeof(CommandStreams).Assembly.Location, tiny.Model, tiny.Source,
                tiny.Target,
            ])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        return CommandLine.Finish(process);
    }

    private static (int Code, string Output) RunWithoutErrors(bool isTerminal, params string[] arguments)
    {
        var output = new StringWriter { NewLine = "\n" };
        var streams = new CommandStreams(
            Stream.Null, output, new FullDisk(), ErrorIsTerminal: isTerminal)
        { Time = new SteppedTime(TimeSpan.FromSeconds(3)) };
        return (Program.Run(arguments, streams), output.ToString());
    }

    private sealed class FullDisk : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => throw new IOException("No space left on device");

        public override void Flush() => throw new IOException("No space left on device");
    }
}
