using CommandLine;

namespace Engine.Cli;

/// <summary>The options of <c>engine train</c>; what is null was not given.</summary>
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

    [Option("resume")]
    public bool Resume { get; set; }

    [Option("overwrite")]
    public bool Overwrite { get; set; }

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

    [Option("seed", MetaValue = "N")]
    public long? Seed { get; set; }

    [Option("updates", MetaValue = "N")]
    public int? Updates { get; set; }

    [Option("epochs", MetaValue = "N")]
    public int? Epochs { get; set; }

    [Option("minutes", MetaValue = "X")]
    public double? Minutes { get; set; }

    [Option("batch-tokens", MetaValue = "N")]
    public int? BatchTokens { get; set; }

    [Option("max-source-length", MetaValue = "N")]
    public int? MaxSourceLength { get; set; }

    [Option("max-target-length", MetaValue = "N")]
    public int? MaxTargetLength { get; set; }

    [Option("max-ratio", MetaValue = "X")]
    public double? MaxRatio { get; set; }

    [Option("window", MetaValue = "N")]
    public int? Window { get; set; }

    [Option("accumulate", MetaValue = "N")]
    public int? Accumulate { get; set; }

    [Option("valid-every", MetaValue = "N")]
    public int? ValidEvery { get; set; }

    [Option("valid-sentences", MetaValue = "N")]
    public int? ValidSentences { get; set; }

    [Option("best", MetaValue = "loss|bleu")]
    public string? Best { get; set; }

    [Option("early-stopping", MetaValue = "N")]
    public int? EarlyStopping { get; set; }

    [Option("average", MetaValue = "N")]
    public int? Average { get; set; }

    [Option("checkpoint-every", MetaValue = "N")]
    public int? CheckpointEvery { get; set; }

    [Option("ema", MetaValue = "X")]
    public double? Ema { get; set; }

    [Option("tokenizer", MetaValue = "word|char|bpe|auto")]
    public string? Tokenizer { get; set; }

    [Option("source-tokenizer", MetaValue = "word|char|bpe|auto")]
    public string? SourceTokenizer { get; set; }

    [Option("target-tokenizer", MetaValue = "word|char|bpe|auto")]
    public string? TargetTokenizer { get; set; }

    [Option("vocab-size", MetaValue = "N")]
    public int? VocabSize { get; set; }

    [Option("bpe-merges", MetaValue = "N")]
    public int? BpeMerges { get; set; }

    [Option("bpe-dropout", MetaValue = "X")]
    public double? BpeDropout { get; set; }

    [Option("punctuation", MetaValue = "split|keep")]
    public string? Punctuation { get; set; }

    [Option("lowercase", MetaValue = "true|false")]
    public bool? Lowercase { get; set; }

    [Option("nfkc", MetaValue = "true|false")]
    public bool? Nfkc { get; set; }

    [Option("architecture", MetaValue = "transformer|rnn|gru|lstm|conv")]
    public string? Architecture { get; set; }

    [Option("task", MetaValue = "translate|classify")]
    public string? Task { get; set; }

    [Option("pooling", MetaValue = "last|mean|max|attention")]
    public string? Pooling { get; set; }

    [Option("kernel", MetaValue = "N")]
    public int? Kernel { get; set; }

    [Option("d-model", MetaValue = "N")]
    public int? DModel { get; set; }

    [Option("d-ff", MetaValue = "N")]
    public int? DFf { get; set; }

    [Option("heads", MetaValue = "N")]
    public int? Heads { get; set; }

    [Option("layers", MetaValue = "N")]
    public int? Layers { get; set; }

    [Option("dropout", MetaValue = "X")]
    public double? Dropout { get; set; }

    [Option("attention-dropout", MetaValue = "X")]
    public double? AttentionDropout { get; set; }

    [Option("embedding-dropout", MetaValue = "X")]
    public double? EmbeddingDropout { get; set; }

    [Option("activation-dropout", MetaValue = "X")]
    public double? ActivationDropout { get; set; }

    [Option("norm-first", MetaValue = "true|false")]
    public bool? NormFirst { get; set; }

    [Option("normalization", MetaValue = "layer|rms|batch|instance|group")]
    public string? Normalization { get; set; }

    [Option("norm-groups", MetaValue = "N")]
    public int? NormGroups { get; set; }

    [Option("activation", MetaValue = "NAME")]
    public string? Activation { get; set; }

    [Option("positions", MetaValue = "sinusoidal|learned|relative|rotary|none")]
    public string? Positions { get; set; }

    [Option("max-length", MetaValue = "N")]
    public int? MaxLength { get; set; }

    [Option("sharing", MetaValue = "none|target|all")]
    public string? Sharing { get; set; }

    [Option("optimizer", MetaValue = "NAME")]
    public string? Optimizer { get; set; }

    [Option("learning-rate", MetaValue = "X")]
    public double? LearningRate { get; set; }

    [Option("schedule", MetaValue = "NAME")]
    public string? Schedule { get; set; }

    [Option("decay-every", MetaValue = "N")]
    public int? DecayEvery { get; set; }

    [Option("decay-factor", MetaValue = "X")]
    public double? DecayFactor { get; set; }

    [Option("patience", MetaValue = "N")]
    public int? Patience { get; set; }

    [Option("momentum", MetaValue = "X")]
    public double? Momentum { get; set; }

    [Option("nesterov", MetaValue = "true|false")]
    public bool? Nesterov { get; set; }

    [Option("warmup", MetaValue = "N")]
    public int? Warmup { get; set; }

    [Option("beta1", MetaValue = "X")]
    public double? Beta1 { get; set; }

    [Option("beta2", MetaValue = "X")]
    public double? Beta2 { get; set; }

    [Option("epsilon", MetaValue = "X")]
    public double? Epsilon { get; set; }

    [Option("weight-decay", MetaValue = "X")]
    public double? WeightDecay { get; set; }

    [Option("l1", MetaValue = "X")]
    public double? L1 { get; set; }

    [Option("l2", MetaValue = "X")]
    public double? L2 { get; set; }

    [Option("clip-norm", MetaValue = "X")]
    public double? ClipNorm { get; set; }

    [Option("clip-value", MetaValue = "X")]
    public double? ClipValue { get; set; }

    [Option("r-drop", MetaValue = "X")]
    public double? RDrop { get; set; }

    [Option("label-smoothing", MetaValue = "X")]
    public double? LabelSmoothing { get; set; }
}
