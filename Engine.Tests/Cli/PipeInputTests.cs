using System.Diagnostics;
using Engine.Cli;
using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

public sealed class PipeInputTests(TinyRun tiny) : IClassFixture<TinyRun>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [LinuxFact]
    public void Training_reads_pipes_once_and_learns_the_same_from_them()
    {
        var (source, target) = (Pipe("p.a", tiny.Source), Pipe("p.b", tiny.Target));
        var result = Run(["train", "--source", source, "--target", target, "--out", folder["m"], .. TinyRun.OfModel]);
        Assert.Equal(0, result.Code);
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(tiny.Model, "model.safetensors")),
            File.ReadAllBytes(Path.Combine(folder["m"], "model.safetensors")));
    }

    [LinuxFact]
    public void Scoring_evaluating_and_translating_read_pipes_once()
    {
        var files = Run("score", "--hypothesis", tiny.Source, "--reference", tiny.Target);
        var pipes = Run(
            "score", "--hypothesis", Pipe("s.a", tiny.Source), "--reference", Pipe("s.b", tiny.Target));
        Assert.Equal((0, files.Output), (pipes.Code, pipes.Output));
        var evaluated = Run(
            "evaluate", "--model", tiny.Model, "--source", Pipe("e.a", tiny.Source), "--target",
            Pipe("e.b", tiny.Target));
        Assert.Equal(0, evaluated.Code);
        Assert.Contains("of 50 sentences)", evaluated.Output);
        Assert.Equal(
            Run("translate", "--model", tiny.Model, "--input", tiny.Source).Output,
            Run("translate", "--model", tiny.Model, "--input", Pipe("t.a", tiny.Source)).Output);
    }

    [LinuxFact]
    public void Scoring_holds_one_line_of_each_file_at_a_time()
    {
        var (hypotheses, references) = (Make("h"), Make("r"));
        using var scored = new ManualResetEventSlim();
        foreach (var pipe in (string[])[hypotheses, references])
            new Thread(() =>
            {
                using var stream = new FileStream(pipe, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                stream.Write("one\n"u8);
                stream.Flush();
                if (scored.Wait(Patience)) stream.Write("two\n"u8);
            })
            { IsBackground = true }.Start();
        using var progress = new ProgressLine(new CommandStreams(Stream.Null, TextWriter.Null, TextWriter.Null));
        using var lines = PairedLines.Stream(hypotheses, [references], progress).GetEnumerator();
        Assert.True(Task.Run(lines.MoveNext).Wait(Patience));
        Assert.Equal(("one", "one"), (lines.Current.First, lines.Current.Others[0]));
        scored.Set();
        Assert.True(Task.Run(lines.MoveNext).Result);
        Assert.False(Task.Run(lines.MoveNext).Result);
    }

    [LinuxFact]
    public void A_pipe_that_would_be_read_twice_is_refused_by_name_and_not_waited_for()
    {
        var pipe = Make("twice");
        File.CreateSymbolicLink(folder["link"], pipe);
        foreach (var other in (string[])[pipe, folder["link"], Path.Combine(folder.Path, ".", "twice")])
        {
            string[][] commands =
            [
                ["score", "--hypothesis", pipe, "--reference", other],
                ["score", "--hypothesis", tiny.Source, "--reference", pipe, "--reference", other],
                ["evaluate", "--model", tiny.Model, "--source", pipe, "--target", other],
                ["train", "--source", pipe, "--target", other, "--out", folder["m"]],
                ["train", "--source", tiny.Source, "--target", tiny.Target, "--valid-source", pipe, "--valid-target",
                    other, "--out", folder["m"]],
            ];
            Assert.All(commands, command => Assert.Equal(
                $"engine: {other}: is named twice, but is empty or a pipe, which can be read only once; write its text "
                + "to a file", Run(command).Mistake()));
        }
        Assert.Equal(
            $"engine: {pipe}: is empty or a pipe, which can be read only once, but --window reads the text again in "
            + "each epoch; write the text to a file",
            Run("train", "--source", tiny.Source, "--target", pipe, "--window", "9", "--out", folder["m"]).Mistake());
        Assert.False(Path.Exists(folder["m"]));
    }

    /// <summary>Runs the command, which must not wait for ever.</summary>
    private static CommandResult Run(params string[] arguments)
    {
        var run = Task.Run(() => CommandLine.Run(arguments));
        Assert.True(run.Wait(Patience), "the command waits for ever");
        return run.Result;
    }

    /// <summary>A named pipe that gives the content of a file to one reader.</summary>
    private string Pipe(string name, string file)
    {
        var pipe = Make(name);
        new Thread(() =>
        {
            using var stream = new FileStream(pipe, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            stream.Write(File.ReadAllBytes(file));
        })
        { IsBackground = true }.Start();
        return pipe;
    }

    private string Make(string name)
    {
        using var process = Process.Start("mkfifo", [folder[name]]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return folder[name];
    }
}
