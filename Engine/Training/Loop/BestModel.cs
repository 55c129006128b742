namespace Engine.Training;

/// <summary>
/// Remembers the best validation, by the smoothed loss, by BLEU or by accuracy as the configuration says, and counts
/// the validations since then.
/// </summary>
internal sealed class BestModel(TrainingConfiguration configuration)
{
    /// <summary>The loss of the best model; infinite before there is one.</summary>
    public ValidationLoss Loss { get; private set; } = ValidationLoss.None;

    /// <summary>BLEU of the best model, if the model translates.</summary>
    public double? Bleu { get; private set; }

    /// <summary>Accuracy of the best model, if the model labels.</summary>
    public double? Accuracy { get; private set; }

    /// <summary>The update of the best model; null before there is one, or where a saved state does not say.</summary>
    public int? Update { get; private set; }

    /// <summary>The number of checkpoints that the best model averages; 0 for the model of an update.</summary>
    public int Averaged { get; private set; }

    /// <summary>Whether there is a best model.</summary>
    public bool Exists => double.IsFinite(Loss.Smoothed);

    /// <summary>Validations in a row, up to the last one, that found no better model.</summary>
    public int Waited { get; private set; }

    /// <summary>Whether early stopping ends training: <see cref="Waited"/> has reached its limit.</summary>
    public bool IsOver => configuration.EarlyStopping > 0 && Waited >= configuration.EarlyStopping;

    /// <summary>Sets what a saved state holds.</summary>
    public void Restore(TrainingPosition position) => (Loss, Bleu, Accuracy, Waited, Update) =
        (position.BestLoss, position.BestBleu, position.BestAccuracy, position.Waited, position.BestUpdate);

    /// <summary>
    /// Takes note of a validation; whether it is the best so far. A model whose loss is no finite number never is.
    /// </summary>
    /// <param name="result">What the validation found.</param>
    /// <param name="update">The update of the validation.</param>
    /// <param name="averaged">The number of checkpoints that the model averages.</param>
    public bool Observe(ValidationResult result, int update = 0, int averaged = 0)
    {
        var isBest = result.IsFinite && (!Exists
            || (configuration.Best == "loss"
                ? result.Loss.Smoothed < Loss.Smoothed : result.Score > (Bleu ?? Accuracy ?? double.NegativeInfinity)));
        if (isBest)
        {
            (Loss, Bleu, Accuracy) = (result.Loss, result.Bleu, result.Accuracy);
            (Update, Averaged, Waited) = (update, averaged, 0);
        }
        else
        {
            Waited++;
        }
        return isBest;
    }
}
