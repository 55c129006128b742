using CommandLine;
using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The options of <c>engine translate</c>.</summary>
[Verb("translate")]
internal sealed class TranslateOptions : DecoderArguments
{
    [Option("model", Required = true, MetaValue = "DIR")]
    public string Model { get; set; } = "";

    [Option("input", MetaValue = "F")]
    public string? Input { get; set; }

    [Option("output", MetaValue = "F")]
    public string? Output { get; set; }

    [Option("n-best", MetaValue = "N")]
    public override int? NBest { get; set; }
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
