using System.Diagnostics;
using System.Globalization;
using System.Text;
using Engine.Cli;
using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

/// <summary>
/// Training by <c>mpirun</c>, with Open MPI's own library. The features of training are in
/// <see cref="RankedRunTests"/>, whose ranks are threads.
/// </summary>
public sealed class MpirunTests(TinyRun tiny) : IClassFixture<TinyRun>, IDisposable
{
    private const string Variable = "ENGINE_RANKS";

    private readonly TemporaryFolder folder = new();

    private string[] Options =>
    [
        "--source", tiny.Source, "--target", tiny.Target, "--preset", "tiny", "--d-model", "8", "--heads", "2",
        "--layers", "1", "--d-ff", "16", "--batch-tokens", "40", "--accumulate", "8", "--valid-every", "10",
        "--threads", "1", "--dropout", "0.1", "--average", "2", "--ema", "0.9",
    ];

    public void Dispose() => folder.Dispose();

    [OnDemandFact(Variable)]
    public void Two_ranks_and_four_end_with_the_bits_of_one_process_and_another_number_goes_on()
    {
        Done(CommandLine.Run(["train", .. Options, "--updates", "25", "--out", folder["one"]]));
        var two = Done(Run(2, [], ["train", .. Options, "--updates", "25", "--out", folder["two"]]));
        Assert.Contains("2 ranks: of the time of rank 0, ", two.Output);
        Done(Run(4, [], ["train", .. Options, "--updates", "13", "--out", folder["four"]]));
        Done(Run(2, [], ["train", .. Options, "--updates", "25", "--out", folder["four"], "--resume"]));
        AssertSameModel("one", "two");
        AssertSameModel("one", "four");
    }

    [OnDemandFact(Variable)]
    public void A_killed_rank_ends_the_job_with_a_line_and_the_run_goes_on_with_the_bits_of_an_undisturbed_run()
    {
        string[] train = ["train", .. Options, "--updates", "400"];
        Done(CommandLine.Run([.. train, "--out", folder["whole"]]));
        using var job = Start(2, [], [.. train, "--out", folder["job"]]);
        var output = Task.Run(() => CommandLine.Finish(job));
        WaitFor(folder["job/training_state.safetensors"]);
        Signal(RanksOf(job)[1], "KILL");
        var result = output.Result;
        Assert.Equal(137, result.Code);
        Assert.Contains("rank 1", result.Error);
        Assert.Contains("exited on signal 9 (Killed)", result.Error);
        Assert.Equal(0, CommandLine.RunOn("red", "translate", "--model", folder["job"]).Code); // the model is whole
        Done(CommandLine.Run([.. train, "--out", folder["job"], "--resume"]));
        AssertSameModel("whole", "job");
    }

    [OnDemandFact(Variable)]
    public void A_signal_that_mpirun_passes_on_stops_all_ranks_at_one_update()
    {
        string[] train = ["train", .. Options, "--updates", "400"];
        using var job = Start(2, [], [.. train, "--out", folder["job"]]);
        var output = Task.Run(() => CommandLine.Finish(job));
        WaitFor(folder["job/training_state.safetensors"]);
        Signal(job.Id, "USR1");
        var result = output.Result;
        Assert.Equal(138, result.Code);
        Assert.Contains("stopping after this update, if every rank still runs; ", result.Error);
        Assert.Contains("stopped after update ", result.Output);
        Done(Run(4, [], [.. train, "--out", folder["job"], "--resume"]));
        Done(CommandLine.Run([.. train, "--out", folder["whole"]]));
        AssertSameModel("whole", "job");
    }

    [OnDemandFact(Variable)]
    public void A_mistake_of_all_ranks_or_of_one_is_one_line()
    {
        string[] train = ["train", .. Options, "--updates", "5", "--out", folder["m"]];
        var all = Run(2, ["-q"], ["train", "--source", folder["none"], "--target", tiny.Target]).Mistake();
        Assert.Contains("there is no such file", all);
        Assert.Contains(
            "engine translate is one process, and mpirun has started 2",
            Run(2, ["-q"], ["translate", "--model", tiny.Model]).Mistake());
        // The second rank alone does not find its text.
        string[] program = ["dotnet", typeof(CommandStreams).Assembly.Location];
        string[] broken = [.. train.Select(word => word == tiny.Source ? folder["none"] : word)];
        var one = Run(1, ["-q"], [.. train, ":", "-n", "1", .. program, .. broken]);
        Assert.Equal(2, one.Code);
        Assert.Matches("(?m)^rank 1 on .*: engine: .*none: there is no such file", one.Error);
        Assert.Equal("engine 1.0.0\n", Run(2, [], ["--version"]).Output);
    }

    private static CommandResult Done(CommandResult result)
    {
        Assert.True(result.Code == 0, result.Error);
        return result;
    }

    private CommandResult Run(int ranks, string[] options, string[] arguments)
    {
        using var job = Start(ranks, options, arguments);
        return CommandLine.Finish(job);
    }

    private Process Start(int ranks, string[] options, string[] arguments)
    {
        string[] words =
        [
            "--oversubscribe", .. options, "-n", $"{ranks}", "dotnet", typeof(CommandStreams).Assembly.Location,
            .. arguments,
        ];
        var start = new ProcessStartInfo("mpirun", words)
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        // A container has one user, and Open MPI asks root twice.
        start.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
        return Process.Start(start)!;
    }

    private static void WaitFor(string path)
    {
        for (var waited = 0; !File.Exists(path); waited++)
        {
            Assert.True(waited < 600, $"{path} does not come");
            Thread.Sleep(50);
        }
    }

    /// <summary>The processes that a job has started, in the order of their ranks.</summary>
    private static int[] RanksOf(Process job) =>
        [.. File.ReadAllText($"/proc/{job.Id}/task/{job.Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(id => int.Parse(id, CultureInfo.InvariantCulture)).Order()];

    private static void Signal(int process, string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, $"{process}"]);
        kill.WaitForExit();
    }

    private void AssertSameModel(string one, string other)
    {
        foreach (var name in (string[])["model.safetensors", "config.json"])
            Assert.Equal(File.ReadAllBytes(folder[$"{one}/{name}"]), File.ReadAllBytes(folder[$"{other}/{name}"]));
    }
}
