using CommandLine;
using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The options of <c>engine classify</c>.</summary>
[Verb("classify")]
internal sealed class ClassifyOptions
{
    [Option("model", MetaValue = "DIR")]
    public string? Model { get; set; }

    [Option("input", MetaValue = "F")]
    public string? Input { get; set; }

    [Option("output", MetaValue = "F")]
    public string? Output { get; set; }

    [Option("threads", MetaValue = "N")]
    public int? Threads { get; set; }
}

/// <summary><c>engine classify</c>: writes a label for each line that it reads.</summary>
internal static class ClassifyVerb
{
    /// <summary>What <c>--help</c> prints.</summary>
    public const string Help =
        """
        engine classify: label text with a model that was trained to classify, one label a line.

        Usage: engine classify [options]

          --model DIR        the model's folder; by default the latest run under runs that saved a model
          --input F          the text to label; standard input by default (or -), with a prompt on a
                             terminal
          --output F         the file to write, whole or not at all; standard output by default
          --threads N        by default one for each processor; the labels do not depend on N

        An empty line gives an empty line. Text is UTF-8.

        Examples:
          engine train --task classify
          echo the film was not very good | engine classify --model runs/sentiment-1
        """;

    /// <summary>Labels lines until the input ends, and returns the exit code.</summary>
    /// <exception cref="InputException">The model, a file or a line of the input is not as it must be.</exception>
    public static int Run(ClassifyOptions options, CommandStreams streams) =>
        LineByLine.Run(options.Input, options.Output, options.Threads, streams, say =>
        {
            var model = ClassificationModel.Load(LatestRun.Model(options.Model, streams));
            model.Notice = say;
            return new LineService((lines, team, name, first, output, progress) =>
            {
                foreach (var label in model.Classify(lines, team, name, first, progress))
                    output.Write(label + "\n");
            });
        });
}
