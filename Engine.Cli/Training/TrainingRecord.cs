using Engine.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Cli;

/// <summary>Passes the events of training on to other observers, and keeps the events that the result shows.</summary>
/// <param name="observers">Observers that the run cannot do without.</param>
/// <param name="logs">Observers that write logs. A log that cannot be written any more is given up with a warning.
/// </param>
/// <param name="warn">Shows a warning.</param>
internal sealed class TrainingRecord(
    IReadOnlyList<ITrainingObserver> observers, IEnumerable<ITrainingObserver> logs, Action<string> warn)
    : ITrainingObserver, IDisposable
{
    private readonly List<ITrainingObserver> logs = [.. logs];

    /// <summary>The validation of the best model so far.</summary>
    public ValidationReport? Best { get; private set; }

    /// <summary>The last update.</summary>
    public UpdateReport? Last { get; private set; }

    public void Started(TrainingPlan plan)
    {
        // Nothing is lost yet, so that a log that cannot be written is a mistake to correct.
        foreach (var observer in observers.Concat(logs)) observer.Started(plan);
    }

    public void FolderTaken() => Pass(observer => observer.FolderTaken());

    public void Updated(UpdateReport report)
    {
        Last = report;
        Pass(observer => observer.Updated(report));
    }

    public void Validated(ValidationReport report)
    {
        if (report.IsBest) Best = report;
        Pass(observer => observer.Validated(report));
    }

    public void Report(WorkProgress value)
    {
        foreach (var observer in observers) observer.Report(value);
    }

    /// <summary>Writes what the logs have buffered, and closes their files.</summary>
    public void Dispose()
    {
        foreach (var log in logs.ToArray()) Try(log, closed => (closed as IDisposable)?.Dispose());
        logs.Clear();
    }

    private void Pass(Action<ITrainingObserver> pass)
    {
        foreach (var observer in observers) pass(observer);
        foreach (var log in logs.ToArray()) Try(log, pass);
    }

    private void Try(ITrainingObserver log, Action<ITrainingObserver> pass)
    {
        try
        {
            pass(log);
        }
        catch (InputException failure)
        {
            logs.Remove(log);
            warn($"warning: {failure.Message} The run goes on without this log.");
        }
    }
}
