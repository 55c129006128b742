using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>Logs that the system does not let a run read, or that are no files; and the speed that logs tell.</summary>
public sealed class LogProblemTests : IDisposable
{
    // A file that exists, and whose first byte the system refuses to read.
    private const string Unreadable = "/proc/self/mem";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [LinuxFact]
    public void A_log_that_cannot_be_read_is_named_with_the_systems_reason()
    {
        File.CreateSymbolicLink(folder["gradients.jsonl"], Unreadable);
        File.CreateSymbolicLink(folder["samples.jsonl"], Unreadable);
        string[] errors =
        [
            Assert.Throws<InputException>(() => GradientLogFile.Read(folder.Path)).Message,
            Assert.Throws<InputException>(() => SampleLog.Read(folder.Path)).Message,
            Assert.Throws<InputException>(() => LogCut.After(1, Unreadable, default(LoggedRun))).Message,
        ];
        string[] paths = [folder["gradients.jsonl"], folder["samples.jsonl"], Unreadable];
        Assert.All(errors.Zip(paths), pair =>
        {
            Assert.StartsWith($"{pair.Second}: could not be read: ", pair.First);
            Assert.DoesNotContain('\n', pair.First);
        });
    }

    [LinuxFact]
    public void A_log_that_is_a_device_is_left_as_it_is() =>
        Assert.Equal(0, FaultyDisk.Count(() => LogCut.After(1, "/dev/null", default(LoggedRun))));

    [LinuxTheory]
    [InlineData("a pipe", false)]
    [InlineData("a pipe", true)]
    [InlineData("a device", true)]
    public void A_log_that_is_a_pipe_or_a_device_is_refused_and_not_waited_for(string kind, bool isLink)
    {
        var target = kind == "a device" ? "/dev/zero" : folder["pipe"];
        if (kind == "a pipe") FileKindTests.MakePipe(target);
        foreach (var name in (string[])["gradients.jsonl", "samples.jsonl"])
        {
            if (isLink) File.CreateSymbolicLink(folder[name], target);
            else FileKindTests.MakePipe(folder[name]);
        }
        AtOnce(() => Assert.All(
            [
                (folder["gradients.jsonl"], Assert.Throws<InputException>(() => GradientLogFile.Read(folder.Path))),
                (folder["samples.jsonl"], Assert.Throws<InputException>(() => SampleLog.Read(folder.Path))),
            ],
            refused => Assert.Equal(
                $"{refused.Item1}: is a pipe or a device; lines of a run are read from a regular file: remove it, or "
                    + "bring the file back.",
                refused.Item2.Message)));
    }

    [Fact]
    public void An_empty_log_has_no_lines()
    {
        File.WriteAllText(folder["gradients.jsonl"], "");
        File.WriteAllText(folder["samples.jsonl"], "");
        Assert.Empty(GradientLogFile.Read(folder.Path).Updates);
        Assert.Empty(SampleLog.Read(folder.Path));
    }

    [LinuxTheory]
    [InlineData("a pipe")]
    [InlineData("nowhere")]
    public void A_link_to_a_pipe_or_to_nowhere_is_replaced_when_a_run_goes_on_and_is_not_waited_for(string target)
    {
        if (target == "a pipe") FileKindTests.MakePipe(folder[target]);
        var path = folder["samples.jsonl"];
        File.CreateSymbolicLink(path, folder[target]);
        AtOnce(() => LogCut.After(4, path, run: null));
        Assert.Equal(("", null), (File.ReadAllText(path), new FileInfo(path).LinkTarget));
        Assert.Equal(target == "a pipe", File.Exists(folder[target]));
        // A log outside of the run's folder is written through its link, and has no lines to drop.
        File.CreateSymbolicLink(folder["log"], folder[target]);
        Assert.Equal(0, FaultyDisk.Count(() => AtOnce(() => LogCut.After(4, folder["log"], default(LoggedRun)))));
        Assert.NotNull(new FileInfo(folder["log"]).LinkTarget);
    }

    [Fact]
    public void The_speed_of_training_is_that_of_the_last_five_seconds()
    {
        var meter = new SpeedMeter();
        meter.Add(100, TimeSpan.FromSeconds(1));
        Assert.Equal(100, meter.PerSecond, 9);
        meter.Add(300, TimeSpan.FromSeconds(2));
        Assert.Equal(400 / 2.0, meter.PerSecond, 9);
        meter.Add(1000, TimeSpan.FromSeconds(7)); // the update that ended at 2 seconds is five seconds old
        Assert.Equal(1300 / 6.0, meter.PerSecond, 9);
        meter.Add(1000, TimeSpan.FromSeconds(7.5));
        Assert.Equal(2000 / 5.5, meter.PerSecond, 9);
        meter.Add(50, TimeSpan.FromSeconds(100)); // after a pause, an update counts with the pause
        Assert.Equal(50 / 92.5, meter.PerSecond, 9);
    }

    private static void AtOnce(Action action) =>
        Assert.True(Task.Run(action).Wait(TimeSpan.FromSeconds(30)), "it waits for the other end of the pipe");
}
