namespace Engine.Training;

/// <summary>How a run ended.</summary>
/// <param name="Updates">How many updates were made.</param>
/// <param name="BestLoss">The validation loss of the model which was kept.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="WasCancelled">Whether it was stopped before its limit.</param>
public sealed record TrainingOutcome(int Updates, double BestLoss, TimeSpan Elapsed, bool WasCancelled)
{
    /// <summary>BLEU of the model which was kept, 0 to 100, where translations were made.</summary>
    public double? BestBleu { get; init; }

    /// <summary>Whether it ended since validations in a row brought nothing better.</summary>
    public bool WasStoppedEarly { get; init; }
}
