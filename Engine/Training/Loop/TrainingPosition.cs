using System.Text.Json;
using System.Text.Json.Serialization;

namespace Engine.Training;

/// <summary>Where a run stands: what a saved state holds beside the weights and the optimizer's state.</summary>
internal sealed record TrainingPosition
{
    /// <summary>Updates made.</summary>
    [JsonRequired]
    public int Updates { get; init; }

    /// <summary>The epoch under way, from 1.</summary>
    [JsonRequired]
    public int Epoch { get; init; } = 1;

    /// <summary>Batches of the epoch that updates have used.</summary>
    [JsonRequired]
    public int Batches { get; init; }

    /// <summary>Pairs in these batches.</summary>
    [JsonRequired]
    public int Pairs { get; init; }

    /// <summary>The update of the last validation.</summary>
    [JsonRequired]
    public int ValidatedAt { get; init; }

    /// <summary>The optimizer's steps; fewer than <see cref="Updates"/> if a gradient was NaN or infinite.</summary>
    [JsonRequired]
    public int Steps { get; init; }

    /// <summary>The validation loss of the best model so far.</summary>
    [JsonRequired]
    public ValidationLoss BestLoss { get; init; } = ValidationLoss.None;

    /// <summary>BLEU of the best model so far; null for a classifier.</summary>
    [JsonRequired]
    public double? BestBleu { get; init; }

    /// <summary>Accuracy of the best model so far, in percent; null for a model that translates, and where an earlier
    /// version saved the state.</summary>
    public double? BestAccuracy { get; init; }

    /// <summary>The update of the best model so far; null where an earlier version saved the state.</summary>
    public int? BestUpdate { get; init; }

    /// <summary>Validations since the best model.</summary>
    [JsonRequired]
    public int Waited { get; init; }

    /// <summary>Seconds of training.</summary>
    [JsonRequired]
    public double Seconds { get; init; }

    /// <summary>The updates of the checkpoints that will be averaged.</summary>
    [JsonRequired]
    public IReadOnlyList<int> Checkpoints { get; init; } = [];

    /// <summary>Whether the processor has fused multiply-add, which decides the last bits of every sum of products.
    /// Null where an earlier version saved the state.</summary>
    public bool? FusedSums { get; init; }

    /// <summary>The hashes of the training and the validation text.</summary>
    [JsonRequired]
    public string Data { get; init; } = "";

    /// <summary>The schedule's state: named numbers, which stand beside the others in the file.</summary>
    /// <remarks>Generated code cannot give such a property to a constructor, hence the setter.</remarks>
    [JsonExtensionData]
    public Dictionary<string, JsonElement> Schedule { get; set; } = [];

    /// <summary>What contradicts itself in a position that was read from a file; null if nothing does.</summary>
    public string? Fault()
    {
        (string Name, double Value, double Least, double Most)[] numbers =
        [
            ("updates", Updates, 0, int.MaxValue), ("epoch", Epoch, 1, (double)Updates + 1),
            ("validatedAt", ValidatedAt, 0, Updates), ("steps", Steps, 0, Updates), ("pairs", Pairs, 0, int.MaxValue),
            ("batches", Batches, 0, Pairs), ("waited", Waited, 0, int.MaxValue),
            ("seconds", Seconds, 0, TimeSpan.MaxValue.TotalSeconds / 2), ("bestBleu", BestBleu ?? 0, 0, 101),
            ("bestAccuracy", BestAccuracy ?? 0, 0, 100),
            ("bestLoss", BestLoss.Plain, 0, double.PositiveInfinity),
            ("bestLoss", BestLoss.Smoothed, 0, double.PositiveInfinity),
            .. Checkpoints.Select(update => ("checkpoints", (double)update, 0.0, (double)Updates)),
        ];
        foreach (var (name, value, least, most) in numbers)
        {
            if (value >= least && value <= most) continue;
            return FormattableString.Invariant($"has {name} {value}, which must be {least} to {most}");
        }
        return Checkpoints.Zip(Checkpoints.Skip(1)).All(pair => pair.First < pair.Second)
            ? null : "has checkpoints that do not rise";
    }
}
