using Engine.Cli;
using Engine.Training;

namespace Engine.Tests.Cli;

public class ProgressLineTests
{
    private readonly SteppedTime time = new(TimeSpan.Zero);
    private readonly StringWriter error = new() { NewLine = "\n" };

    [Fact]
    public void A_quarter_done_in_ten_seconds_leaves_thirty()
    {
        var clock = new WorkClock(time, isTerminal: true);
        Assert.Null(clock.TimeLeft(new("reading", 0)));
        time.Pass(10);
        Assert.Equal(TimeSpan.FromSeconds(30), clock.TimeLeft(new("reading", 0.25)));
        time.Pass(10);
        Assert.Equal(TimeSpan.FromSeconds(5), clock.TimeLeft(new("reading", 0.8)));
    }

    [Fact]
    public void Other_work_and_work_that_begins_again_are_timed_from_their_own_beginning()
    {
        var clock = new WorkClock(time, isTerminal: true);
        clock.TimeLeft(new("reading", 0));
        time.Pass(100);
        Assert.Null(clock.TimeLeft(new("hashing", 0)));
        time.Pass(2);
        Assert.Equal(TimeSpan.FromSeconds(2), clock.TimeLeft(new("hashing", 0.5)));
        time.Pass(100);
        Assert.Null(clock.TimeLeft(new("hashing", 0)));
        time.Pass(3);
        Assert.Equal(TimeSpan.FromSeconds(3), clock.TimeLeft(new("hashing", 0.5)));
    }

    [Fact]
    public void Beside_the_bar_of_training_stands_the_work_between_updates()
    {
        var streams = new CommandStreams(Stream.Null, TextWriter.Null, error, ErrorIsTerminal: true) { Time = time };
        using var display = LiveProgress.Create(streams);
        display.While(() =>
        {
            display.Report(new("reading \e", 0));
            time.Pass(10);
            display.Report(new("reading \e", 0.25));
            return new TrainingOutcome(1, 1, TimeSpan.Zero, false);
        });
        Assert.Contains("reading \\u001B  25%  0:30 left", error.ToString());
    }

    [Theory]
    [InlineData(true, 0.9)]
    [InlineData(false, 4.9)]
    public void Work_that_is_soon_over_is_not_shown(bool isTerminal, double seconds)
    {
        using var line = Line(isTerminal);
        line.Report(new("reading", 0));
        time.Pass(seconds);
        line.Report(new("reading", 0.5));
        line.Report(new("reading", 1));
        Assert.Equal("", error.ToString());
    }

    [Fact]
    public void A_log_gets_a_line_every_five_seconds()
    {
        using var line = Line(isTerminal: false);
        for (var second = 0; second <= 20; second++)
        {
            line.Report(new("reading", second / 20.0));
            time.Pass(1);
        }
        Assert.Equal(
            "reading  25%  0:15 left\nreading  50%  0:10 left\nreading  75%  0:05 left\n", error.ToString());
    }

    [Fact]
    public void A_terminal_gets_a_bar_that_is_overwritten_and_empty_at_the_end()
    {
        using var line = Line(isTerminal: true);
        line.Report(new("reading", 0));
        time.Pass(10);
        line.Report(new("reading", 0.25));
        time.Pass(0.2);
        line.Report(new("reading", 0.3));
        time.Pass(9.8);
        line.Report(new("reading", 0.99));
        line.Report(new("reading", 1));
        string[] shown =
        [
            "━━━━━━──────────────────  reading  25%  0:30 left", "━━━━━━━━━━━━━━━━━━━━━━━─  reading  99%  0:00 left",
        ];
        Assert.Equal(
            string.Concat(shown.Append(new string(' ', shown[0].Length)).Select(text => $"\r{text}\r")),
            error.ToString());
    }

    [Fact]
    public void A_mistake_leaves_the_line_empty()
    {
        using (var line = Line(isTerminal: true))
        {
            line.Report(new("reading", 0));
            time.Pass(10);
            line.Report(new("reading", 0.25));
        }
        Assert.EndsWith($"left\r\r{new string(' ', 49)}\r", error.ToString());
    }

    [Fact]
    public void A_line_never_wraps_and_the_name_of_a_file_cannot_control_the_terminal()
    {
        using var line = Line(isTerminal: true);
        var name = "reading \u001b[2J" + new string('x', 5000);
        line.Report(new(name, 0));
        time.Pass(10);
        line.Report(new(name, 0.25));
        var shown = error.ToString();
        Assert.Contains("reading \\u001B[2Jxxx", shown, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', shown);
        Assert.True(shown.Length < 1000);
    }

    private ProgressLine Line(bool isTerminal) =>
        new(new CommandStreams(Stream.Null, TextWriter.Null, error, ErrorIsTerminal: isTerminal) { Time = time });
}
