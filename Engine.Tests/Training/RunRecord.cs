using Engine.Tests.Storage;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>The reports of a run, in their order.</summary>
internal class RunRecord : ITrainingObserver
{
    public List<UpdateReport> Updates { get; } = [];

    public List<ValidationReport> Validations { get; } = [];

    /// <summary>The update after which the run is killed; 0 for none.</summary>
    public int Ends { get; init; }

    public double[] Losses => [.. Updates.Select(update => update.Loss)];

    public void Started(TrainingPlan plan)
    {
        // The tests look at updates and validations alone.
    }

    public void Updated(UpdateReport report)
    {
        if (report.Update == Ends) throw new KilledException();
        Updates.Add(report);
    }

    public void Validated(ValidationReport report) => Validations.Add(report);
}
