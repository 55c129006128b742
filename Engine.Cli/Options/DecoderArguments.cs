using CommandLine;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The options of every verb that translates, each with its range and the decoders that read it.</summary>
internal abstract class DecoderArguments
{
    /// <summary>The decoders.</summary>
    public const string Greedy = "greedy", Beams = "beam", Sample = "sample";

    /// <summary>The most tokens of a translation that can be asked for.</summary>
    public const int Longest = 10_000;

    private const int MostTranslations = 1000;

    [Option("decoder", Default = Greedy, MetaValue = "greedy|beam|sample")]
    [OneOf(Greedy, Beams, Sample)]
    public string Decoder { get; set; } = Greedy;

    [Option("beam", MetaValue = "N")]
    [ReadBy(nameof(Decoder), Beams), Range(AtLeast = 1, AtMost = MostTranslations)]
    public int? Beam { get; set; }

    [Option("length-penalty", MetaValue = "X")]
    [ReadBy(nameof(Decoder), Beams), Range(AtLeast = 0, AtMost = 10)]
    public double? LengthPenalty { get; set; }

    [Option("beam-stopping", MetaValue = "width|never")]
    [FormerName("early-stopping"), ReadBy(nameof(Decoder), Beams), OneOf("width", "never")]
    public string? BeamStopping { get; set; }

    [Option("temperature", MetaValue = "X")]
    [ReadBy(nameof(Decoder), Sample)]
    [Range(AtLeast = 0.001, AtMost = 1000, Remark = "--decoder greedy does what 0 would do")]
    public double? Temperature { get; set; }

    [Option("top-k", MetaValue = "N")]
    [ReadBy(nameof(Decoder), Sample), Range(AtLeast = 1, AtMost = 1000)]
    public int? TopK { get; set; }

    [Option("top-p", MetaValue = "X")]
    [ReadBy(nameof(Decoder), Sample), Range(Above = 0, AtMost = 1)]
    public double? TopP { get; set; }

    [Option("seed", MetaValue = "N")]
    [ReadBy(nameof(Decoder), Sample)]
    public long? Seed { get; set; }

    [Option("min-length", MetaValue = "N")]
    [Range(AtLeast = 0, AtMost = Longest)]
    public int? MinLength { get; set; }

    [Option("max-length", MetaValue = "N")]
    [Range(AtLeast = 1, AtMost = Longest)]
    public int? MaxLength { get; set; }

    [Option("repetition-penalty", MetaValue = "X")]
    [Range(AtLeast = 0.01, AtMost = 100)]
    public double? RepetitionPenalty { get; set; }

    [Option("no-repeat-ngram", MetaValue = "N")]
    [Range(AtLeast = 1, AtMost = 100)]
    public int? NoRepeatNgram { get; set; }

    [Option("replace-unknown")]
    public bool ReplaceUnknown { get; set; }

    [Option("threads", MetaValue = "N")]
    public int? Threads { get; set; }

    /// <summary>The number of translations of each line; null where a verb has no such option.</summary>
    [ReadBy(nameof(Decoder), Beams, Sample), Range(AtLeast = 1, AtMost = MostTranslations)]
    public virtual int? NBest { get; set; }
}
