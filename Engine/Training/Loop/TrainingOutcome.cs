namespace Engine.Training;

/// <summary>How a run ended.</summary>
/// <param name="Updates">The updates made.</param>
/// <param name="BestLoss">The validation loss of the model that was kept.</param>
/// <param name="Elapsed">The time of training.</param>
/// <param name="WasCancelled">Whether the run was stopped before its limit.</param>
public sealed record TrainingOutcome(int Updates, double BestLoss, TimeSpan Elapsed, bool WasCancelled)
{
    /// <summary>BLEU of the model that was kept, 0 to 100; null for a classifier.</summary>
    public double? BestBleu { get; init; }

    /// <summary>Accuracy of the model that was kept, in percent; null for a model that translates.</summary>
    public double? BestAccuracy { get; init; }

    /// <summary>The update of the model that was kept; null if the run went on from a state that does not say it.
    /// </summary>
    public int? BestUpdate { get; init; }

    /// <summary>The number of checkpoints that the model averages; 0 for the model of an update.</summary>
    public int BestAveraged { get; init; }

    /// <summary>Whether early stopping ended the run: validations in a row found no better model.</summary>
    public bool WasStoppedEarly { get; init; }
}
