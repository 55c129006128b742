using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>The reports of a run, in their order.</summary>
internal class RunRecord : ITrainingObserver
{
    public List<UpdateReport> Updates { get; } = [];

    public List<ValidationReport> Validations { get; } = [];

    public double[] Losses => [.. Updates.Select(update => update.Loss)];

    public void Started(TrainingPlan plan)
    {
        // The tests look at updates and validations alone.
    }

    public void Updated(UpdateReport report) => Updates.Add(report);

    public void Validated(ValidationReport report) => Validations.Add(report);
}
