using CommandLine;

namespace Engine.Cli;

/// <summary>The options of every verb that translates.</summary>
internal abstract class DecoderArguments
{
    [Option("decoder", Default = "greedy", MetaValue = "greedy|beam|sample")]
    public string Decoder { get; set; } = "greedy";

    [Option("beam", MetaValue = "N")]
    public int? Beam { get; set; }

    [Option("length-penalty", MetaValue = "X")]
    public double? LengthPenalty { get; set; }

    [Option("early-stopping", MetaValue = "width|never")]
    public string? EarlyStopping { get; set; }

    [Option("temperature", MetaValue = "X")]
    public double? Temperature { get; set; }

    [Option("top-k", MetaValue = "N")]
    public int? TopK { get; set; }

    [Option("top-p", MetaValue = "X")]
    public double? TopP { get; set; }

    [Option("seed", MetaValue = "N")]
    public long? Seed { get; set; }

    [Option("min-length", MetaValue = "N")]
    public int? MinLength { get; set; }

    [Option("max-length", MetaValue = "N")]
    public int? MaxLength { get; set; }

    [Option("repetition-penalty", MetaValue = "X")]
    public double? RepetitionPenalty { get; set; }

    [Option("no-repeat-ngram", MetaValue = "N")]
    public int? NoRepeatNgram { get; set; }

    [Option("replace-unknown")]
    public bool ReplaceUnknown { get; set; }

    [Option("threads", MetaValue = "N")]
    public int? Threads { get; set; }

    /// <summary>How many translations of each line are wanted, where that can be chosen.</summary>
    public virtual int? NBest { get; set; }
}
