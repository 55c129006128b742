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
}
