namespace Engine.Training;

/// <summary>
/// Remembers the best validation, by the smoothed loss or by BLEU as the configuration says, and how many since were
/// no better.
/// </summary>
internal sealed class BestModel(TrainingConfiguration configuration)
{
    /// <summary>The loss of the best model; infinite before there is one.</summary>
    public ValidationLoss Loss { get; private set; } = ValidationLoss.None;

    /// <summary>BLEU of the best model, where translations were made.</summary>
    public double? Bleu { get; private set; }

    /// <summary>Validations in a row that brought nothing better.</summary>
    public int Waited { get; private set; }

    /// <summary>Whether so many brought nothing better that training ends.</summary>
    public bool IsOver => configuration.EarlyStopping > 0 && Waited >= configuration.EarlyStopping;

    /// <summary>Knows again what it knew.</summary>
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
