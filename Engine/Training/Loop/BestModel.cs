namespace Engine.Training;

/// <summary>
/// Remembers the best validation, by the smoothed loss or by BLEU as the configuration says, and counts the validations
/// since then.
/// </summary>
internal sealed class BestModel(TrainingConfiguration configuration)
{
    /// <summary>The loss of the best model; infinite before there is one.</summary>
    public ValidationLoss Loss { get; private set; } = ValidationLoss.None;

    /// <summary>BLEU of the best model, if the model translates.</summary>
    public double? Bleu { get; private set; }

    /// <summary>Validations in a row, up to the last one, that found no better model.</summary>
    public int Waited { get; private set; }

    /// <summary>Whether early stopping ends training: <see cref="Waited"/> has reached its limit.</summary>
    public bool IsOver => configuration.EarlyStopping > 0 && Waited >= configuration.EarlyStopping;

    /// <summary>Sets the three values that a saved state holds.</summary>
    public void Restore(ValidationLoss loss, double? bleu, int waited) => (Loss, Bleu, Waited) = (loss, bleu, waited);

    /// <summary>Takes note of a validation; whether it is the best so far.</summary>
    public bool Observe(ValidationResult result)
    {
        var isBest = !double.IsFinite(Loss.Smoothed)
            || (configuration.Best == "bleu" ? result.Bleu > Bleu : result.Loss.Smoothed < Loss.Smoothed);
        if (isBest) (Loss, Bleu, Waited) = (result.Loss, result.Bleu, 0);
        else Waited++;
        return isBest;
    }
}
