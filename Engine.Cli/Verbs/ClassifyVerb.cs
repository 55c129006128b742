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

    [Option("probabilities")]
    public bool Probabilities { get; set; }

    [Option("json")]
    public bool Json { get; set; }

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
          --probabilities    instead of a label, each label and its probability, the likeliest first, all
                             separated by tabs; a tab in a label is written &#9;
          --json             a JSON object for each line: text, label, and the probability of each label
          --threads N        by default one for each processor; the labels do not depend on N

        An empty line gives an empty line, and null as its label in JSON. Text is UTF-8.

        Examples:
          engine train --task classify
          echo the film was not very good | engine classify --model runs/sentiment-1
          engine classify --model runs/sentiment-1 --input reviews.txt --probabilities
        """;

    /// <summary>Labels lines until the input ends, and returns the exit code.</summary>
    /// <exception cref="InputException">The model, a file or a line of the input is not as it must be.</exception>
    public static int Run(ClassifyOptions options, CommandStreams streams)
    {
        if (options is { Probabilities: true, Json: true })
            throw new InputException("--json has the probabilities already; leave --probabilities out.");
        return LineByLine.Run(options.Input, options.Output, options.Threads, streams, say =>
        {
            var model = ClassificationModel.Load(LatestRun.Model(options.Model, streams, "classify"));
            model.Notice = say;
            return new LineService((lines, team, name, first, output, progress) =>
            {
                if (options.Probabilities || options.Json)
                {
                    var found = model.Probabilities(lines, team, name, first, progress);
                    foreach (var (line, labels) in lines.Zip(found))
                        output.Write((options.Json ? JsonOf(line, labels) : TextOf(labels)) + "\n");
                    return;
                }
                foreach (var label in model.Classify(lines, team, name, first, progress))
                    output.Write(label + "\n");
            });
        });
    }

    // The network computes in single precision: the shortest text that has the same bits there has no false digits.
    private static string TextOf(IReadOnlyList<KeyValuePair<string, double>> labels) => string.Join('\t', labels
        .Select(label => FormattableString.Invariant($"{WithoutTabs(label.Key)}\t{(float)label.Value:R}")));

    // As bars in the fields of translations, so that a line has its fields whatever the labels.
    private static string WithoutTabs(string label) => label.Replace("\t", "&#9;", StringComparison.Ordinal);

    private static string JsonOf(string line, IReadOnlyList<KeyValuePair<string, double>> labels) =>
        JsonOutput.OneLine(new
        {
            Text = line,
            Label = labels.Count > 0 ? labels[0].Key : null,
            Probabilities = labels.ToDictionary(label => label.Key, label => (float)label.Value),
        });
}
