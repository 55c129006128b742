using CommandLine;

namespace Engine.Cli;

/// <summary>
/// The options of <c>engine train</c> that are not of the configuration: an option that is null was not given. The
/// options of the configuration come from <see cref="Engine.Training.OptionTable"/>.
/// </summary>
[Verb("train")]
internal sealed partial class TrainOptions
{
    [Option("source", MetaValue = "F")]
    public string? Source { get; set; }

    [Option("target", MetaValue = "F")]
    public string? Target { get; set; }

    [Option("valid-source", MetaValue = "F")]
    public string? ValidSource { get; set; }

    [Option("valid-target", MetaValue = "F")]
    public string? ValidTarget { get; set; }

    [Option("preset", MetaValue = "toy|tiny|base")]
    public string? Preset { get; set; }

    [Option("config", MetaValue = "F")]
    public string? Config { get; set; }

    [Option("out", MetaValue = "DIR")]
    public string? Out { get; set; }

    [Option("from", MetaValue = "DIR")]
    public string? From { get; set; }

    [Option("embeddings", MetaValue = "F")]
    public string? Embeddings { get; set; }

    [Option("target-embeddings", MetaValue = "F")]
    public string? TargetEmbeddings { get; set; }

    [Option("resume")]
    public bool Resume { get; set; }

    [Option("overwrite")]
    public bool Overwrite { get; set; }

    [Option("dry-run")]
    public bool DryRun { get; set; }

    [Option("log", MetaValue = "F.jsonl")]
    public string? Log { get; set; }

    [Option("monitor", MetaValue = "gradients")]
    public string? Monitor { get; set; }

    [Option("anomaly")]
    public bool Anomaly { get; set; }

    [Option("json")]
    public bool Json { get; set; }

    [Option("threads", MetaValue = "N")]
    public int? Threads { get; set; }

    [Option("tokenizer", MetaValue = "auto|word|char|bpe")]
    public string? Tokenizer { get; set; }
}
