using CommandLine;
using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The options of <c>engine translate</c>.</summary>
[Verb("translate")]
internal sealed class TranslateOptions
{
    [Option("model", Required = true, MetaValue = "DIR")]
    public string Model { get; set; } = "";

    [Option("input", MetaValue = "F")]
    public string? Input { get; set; }

    [Option("output", MetaValue = "F")]
    public string? Output { get; set; }

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

    [Option("n-best", MetaValue = "N")]
    public int? NBest { get; set; }

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
}

/// <summary><c>engine translate</c>: one line in, one line out.</summary>
internal static class TranslateVerb
{
    /// <summary>Translates until the input ends; the exit code.</summary>
    /// <exception cref="InputException">The model, a file or a line of the input is not as it must be.</exception>
    public static int Run(TranslateOptions options, CommandStreams streams)
    {
        var translation = DecoderOptions.Of(options);
        return LineByLine.Run(options.Input, options.Output, options.Threads, streams, () =>
        {
            var translator = new LineTranslator(
                TranslationModel.Load(options.Model), translation, options.NBest is not null);
            return new LineService(translator.Translate, translator.Set);
        });
    }
}
