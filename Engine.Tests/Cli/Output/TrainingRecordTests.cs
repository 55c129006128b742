using Engine.Cli;
using Engine.Storage;
using Engine.Training;

namespace Engine.Tests.Cli;

public sealed class TrainingRecordTests
{
    [Fact]
    public void A_log_that_cannot_be_written_any_more_is_given_up_with_one_warning_and_the_run_goes_on()
    {
        var warnings = new List<string>();
        var (broken, whole) = (new Log(isBroken: true), new Log(isBroken: false));
        using (var record = new TrainingRecord([], [broken, whole], warnings.Add))
        {
            for (var update = 1; update <= 3; update++)
                record.Updated(new UpdateReport(update, 1, 1, 1, 1, 1, TimeSpan.Zero, 0));
        }
        Assert.Equal(["warning: run.log: is full. The run goes on without this log."], warnings);
        Assert.Equal((1, 3), (broken.Updates, whole.Updates));
    }

    [Fact]
    public void What_the_run_cannot_do_without_ends_the_run() => Assert.Throws<InputException>(() =>
    {
        using var record = new TrainingRecord([new Log(isBroken: true)], [], _ => { });
        record.Updated(new UpdateReport(1, 1, 1, 1, 1, 1, TimeSpan.Zero, 0));
    });

    private sealed class Log(bool isBroken) : ITrainingObserver
    {
        public int Updates { get; private set; }

        public void Started(TrainingPlan plan)
        {
            // Nothing begins.
        }

        public void Updated(UpdateReport report)
        {
            Updates++;
            if (isBroken) throw new InputException("run.log: is full.");
        }

        public void Validated(ValidationReport report)
        {
            // Nobody looks.
        }
    }
}
