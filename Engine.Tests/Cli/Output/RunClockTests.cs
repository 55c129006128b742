using Engine.Cli;
using Engine.Training;

namespace Engine.Tests.Cli;

/// <summary>The time that a run still takes.</summary>
public sealed class RunClockTests
{
    [Fact]
    public void There_is_no_estimate_before_ten_updates_and_three_seconds()
    {
        var slow = new RunClock();
        for (var update = 1; update <= 10; update++) Assert.Null(slow.TimeLeft(Report(update, update, 0.01 * update)));
        Assert.Equal(89, slow.TimeLeft(Report(11, 11, 0.11))!.Value.TotalSeconds, 1e-6);

        var fast = new RunClock();
        for (var update = 1; update <= 30; update++)
            Assert.Null(fast.TimeLeft(Report(update, 0.1 * update, 0.001 * update)));
        Assert.NotNull(fast.TimeLeft(Report(32, 3.2, 0.032)));
    }

    [Fact]
    public void The_speed_of_the_later_half_counts_and_the_first_updates_do_not()
    {
        var clock = new RunClock();
        var (elapsed, progress) = (0.0, 0.0);
        TimeSpan? left = null;
        for (var update = 1; update <= 120; update++)
        {
            elapsed += update <= 20 ? 1 : 0.25; // the first twenty compile code
            progress += 0.001;
            left = clock.TimeLeft(Report(update, elapsed, progress));
        }
        Assert.Equal(0.25 * 880, left!.Value.TotalSeconds, 1.0);
    }

    [Fact]
    public void A_run_that_makes_no_progress_has_no_estimate()
    {
        var clock = new RunClock();
        for (var update = 1; update <= 30; update++) Assert.Null(clock.TimeLeft(Report(update, update, 0.5)));
    }

    private static UpdateReport Report(int update, double seconds, double progress) =>
        new(update, 1, 1, 1, 0.001, 100, TimeSpan.FromSeconds(seconds), progress);
}
