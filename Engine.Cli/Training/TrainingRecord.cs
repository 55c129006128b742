using Engine.Text;
using Engine.Training;

namespace Engine.Cli;

/// <summary>Passes the events of training on to other observers, and keeps the events that the result shows.</summary>
internal sealed class TrainingRecord(IReadOnlyList<ITrainingObserver> observers) : ITrainingObserver
{
    /// <summary>The validation of the best model so far.</summary>
    public ValidationReport? Best { get; private set; }

    /// <summary>The last update.</summary>
    public UpdateReport? Last { get; private set; }

    public void Started(TrainingPlan plan)
    {
        foreach (var observer in observers) observer.Started(plan);
    }

    public void Updated(UpdateReport report)
    {
        Last = report;
        foreach (var observer in observers) observer.Updated(report);
    }

    public void Validated(ValidationReport report)
    {
        if (report.IsBest) Best = report;
        foreach (var observer in observers) observer.Validated(report);
    }

    public void Report(WorkProgress value)
    {
        foreach (var observer in observers) observer.Report(value);
    }
}
