using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Engine.Storage;

namespace Engine.Training;

/// <summary>
/// What training writes as JSON and reads again. The compiler generates the code, so that a trimmed program trains too,
/// and a program that is compiled ahead of time.
/// </summary>
[JsonSerializable(typeof(TrainingPosition))]
[JsonSerializable(typeof(StartedEvent)), JsonSerializable(typeof(UpdateEvent))]
[JsonSerializable(typeof(GradientsEvent)), JsonSerializable(typeof(ValidationEvent))]
[JsonSerializable(typeof(LoggedValidation)), JsonSerializable(typeof(GradientLine))]
[JsonSerializable(typeof(RunDescription))]
[JsonSerializable(typeof(Dictionary<string, float[][]>))] // the points of curve.svg
internal sealed partial class TrainingTypes : JsonSerializerContext
{
    /// <summary>Types in the style of results, one line each.</summary>
    public static TrainingTypes Lines { get; } = new(JsonOutput.Style());

    /// <summary>Types in the style of results, indented.</summary>
    public static TrainingTypes Indented { get; } = new(JsonOutput.Style(indented: true));
}

/// <summary>The first line of a log of events.</summary>
internal sealed record StartedEvent(
    string Event, int? ResumedAt, int TrainPairs, int ValidPairs, long Parameters, long Seed, string? BleuTokenizer,
    int BleuSentences);

/// <summary>The line of an update.</summary>
internal sealed record UpdateEvent(
    string Event, int Update, int Epoch, double Loss, double GradientNorm, double LearningRate, double TokensPerSecond,
    double Seconds);

/// <summary>The line of an update's gradient norms, by layer.</summary>
internal sealed record GradientsEvent(string Event, int Update, Dictionary<string, double> Layers);

/// <summary>The line of a validation.</summary>
internal sealed record ValidationEvent(
    string Event, int Update, double Loss, double SmoothedLoss, double Perplexity, double? Bleu, double? Accuracy,
    int Averaged, bool Best, double Seconds);

/// <summary>A line of the file of gradient norms.</summary>
internal sealed record GradientLine(int Update, Dictionary<string, double> Layers);

/// <summary>What <c>run.json</c> says, in its order.</summary>
internal sealed record RunDescription
{
    public required IReadOnlyList<string> Command { get; init; }

    public required string Configuration { get; init; }

    public long? Seed { get; init; }

    public string? Engine { get; init; }

    public required string Dotnet { get; init; }

    public required string Os { get; init; }

    public required string Architecture { get; init; }

    public int Processors { get; init; }

    public int? Threads { get; init; }

    public int SimdBits { get; init; }

    public required string Started { get; init; }

    public int? TrainPairs { get; init; }

    public int? LongestSource { get; init; }

    public int? ValidPairs { get; init; }

    public required IReadOnlyList<DataFile> Data { get; init; }

    public required string Status { get; init; }

    public string? Reason { get; init; }

    public double? Seconds { get; init; }

    public int? Updates { get; init; }

    public int? BestUpdate { get; init; }

    public double? BestLoss { get; init; }

    public double? BestBleu { get; init; }

    public double? BestAccuracy { get; init; }

    public JsonArray? Earlier { get; init; }
}
