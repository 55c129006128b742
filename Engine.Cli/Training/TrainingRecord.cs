using Engine.Text;
using Engine.Training;

namespace Engine.Cli;

/// <summary>Passes on what happens in training, and keeps what the result will tell.</summary>
internal sealed class TrainingRecord(IReadOnlyList<ITrainingObserver> observers) : ITrainingObserver
{
    /// <summary>The validation after which the model was saved last.</summary>
    public ValidationReport? Best { get; private set; }

    /// <summary>The update that was made last.</summary>
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
