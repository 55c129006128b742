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

    [Option("decoder", Default = "greedy", MetaValue = "greedy|beam")]
    public string Decoder { get; set; } = "greedy";

    [Option("beam", MetaValue = "N")]
    public int? Beam { get; set; }

    [Option("length-penalty", MetaValue = "X")]
    public double? LengthPenalty { get; set; }

    [Option("n-best", MetaValue = "N")]
    public int? NBest { get; set; }

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
        var beam = DecoderOptions.Of(options);
        return LineByLine.Run(options.Input, options.Output, options.Threads, streams, () =>
            new LineTranslator(TranslationModel.Load(options.Model), beam, options.NBest is not null).Translate);
    }
}
