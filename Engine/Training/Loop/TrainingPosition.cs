namespace Engine.Training;

/// <summary>Where a run stands, beside its numbers.</summary>
internal sealed record TrainingPosition
{
    /// <summary>Updates made.</summary>
    public int Updates { get; init; }

    /// <summary>The pass over the pairs that is under way, from 1.</summary>
    public int Epoch { get; init; } = 1;

    /// <summary>Batches of that pass that have been used.</summary>
    public int Batches { get; init; }

    /// <summary>Pairs in them.</summary>
    public int Pairs { get; init; }

    /// <summary>The update of the last validation.</summary>
    public int ValidatedAt { get; init; }

    /// <summary>The optimizer's steps; fewer than updates where a gradient was no number.</summary>
    public int Steps { get; init; }

    /// <summary>The validation loss of the best model so far.</summary>
    public ValidationLoss BestLoss { get; init; } = ValidationLoss.None;

    /// <summary>Its BLEU.</summary>
    public double? BestBleu { get; init; }

    /// <summary>Validations since then.</summary>
    public int Waited { get; init; }

    /// <summary>The lowest loss that a plateau schedule has seen.</summary>
    public double PlateauBest { get; init; } = double.PositiveInfinity;

    /// <summary>Losses since that were no lower.</summary>
    public int PlateauWaited { get; init; }

    /// <summary>How often it reduced the learning rate.</summary>
    public int PlateauReductions { get; init; }

    /// <summary>Seconds of training.</summary>
    public double Seconds { get; init; }

    /// <summary>The checkpoints that are to be averaged.</summary>
    public IReadOnlyList<int> Checkpoints { get; init; } = [];

    /// <summary>What the lines of the training and validation text hash to.</summary>
    public string Data { get; init; } = "";
}
