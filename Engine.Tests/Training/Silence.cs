using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>Where a run's reports go that nobody listens to.</summary>
internal sealed class Silence : ITrainingObserver
{
    public void Started(TrainingPlan plan)
    {
        // Nobody listens.
    }

    public void Updated(UpdateReport report)
    {
        // Nobody listens.
    }

    public void Validated(ValidationReport report)
    {
        // Nobody listens.
    }
}
