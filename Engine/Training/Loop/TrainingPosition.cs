using System.Text.Json;
using System.Text.Json.Serialization;

namespace Engine.Training;

/// <summary>Where a run stands: what a saved state holds beside the weights and the optimizer's state.</summary>
internal sealed record TrainingPosition
{
    /// <summary>Updates made.</summary>
    public int Updates { get; init; }

    /// <summary>The epoch under way, from 1.</summary>
    public int Epoch { get; init; } = 1;

    /// <summary>Batches of the epoch that updates have used.</summary>
    public int Batches { get; init; }

    /// <summary>Pairs in these batches.</summary>
    public int Pairs { get; init; }

    /// <summary>The update of the last validation.</summary>
    public int ValidatedAt { get; init; }

    /// <summary>The optimizer's steps; fewer than <see cref="Updates"/> if a gradient was NaN or infinite.</summary>
    public int Steps { get; init; }

    /// <summary>The validation loss of the best model so far.</summary>
    public ValidationLoss BestLoss { get; init; } = ValidationLoss.None;

    /// <summary>BLEU of the best model so far; null for a classifier.</summary>
    public double? BestBleu { get; init; }

    /// <summary>Validations since the best model.</summary>
    public int Waited { get; init; }

    /// <summary>Seconds of training.</summary>
    public double Seconds { get; init; }

    /// <summary>The updates of the checkpoints that will be averaged.</summary>
    public IReadOnlyList<int> Checkpoints { get; init; } = [];

    /// <summary>The hashes of the training and the validation text.</summary>
    public string Data { get; init; } = "";

    /// <summary>The schedule's state: named numbers, which stand beside the others in the file.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement> Schedule { get; init; } = [];
}
