using Engine.Tests.Storage;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>The reports of a run, in their order; a test may act, or kill the run, after an update.</summary>
internal sealed class RunRecord : ITrainingObserver
{
    public TrainingPlan? Plan { get; private set; }

    public List<UpdateReport> Updates { get; } = [];

    public List<ValidationReport> Validations { get; } = [];

    /// <summary>The update after which the run is killed; 0 for none.</summary>
    public int Ends { get; init; }

    /// <summary>What happens after an update of that number.</summary>
    public (int Update, Action Do)? Acts { get; init; }

    /// <summary>The number of updates before the folder held the run.</summary>
    public int? TakenAt { get; private set; }

    public double[] Losses => [.. Updates.Select(update => update.Loss)];

    public void Started(TrainingPlan plan) => Plan = plan;

    public void FolderTaken() => TakenAt = Updates.Count;

    public void Updated(UpdateReport report)
    {
        if (report.Update == Ends) throw new KilledException();
        Updates.Add(report);
        if (Acts is { } acts && acts.Update == report.Update) acts.Do();
    }

    public void Validated(ValidationReport report) => Validations.Add(report);
}
