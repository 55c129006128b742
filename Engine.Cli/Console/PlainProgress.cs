using Engine.Training;

namespace Engine.Cli;

/// <summary>A line every few seconds, for logs and pipes.</summary>
internal sealed class PlainProgress(TextWriter output, TimeProvider time)
    : TrainingDisplay(new WorkClock(time, isTerminal: false))
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private TimeSpan next;

    public override TrainingOutcome While(Func<TrainingOutcome> train) => train();

    public override void Say(string line) => output.WriteLine(Printable.Of(line));

    public override void Updated(UpdateReport report)
    {
        if (report.Elapsed < next) return;
        next = report.Elapsed + Every;
        Say(string.Join("  ", Parts(report)));
    }

    protected override void ShowWork(string line) => Say(line);
}
